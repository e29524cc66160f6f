//! What failed in a run, short enough to be read: one problem for what several engines have in common, with its
//! file and line, one sentence, the first row that shows it, and the commands that say more.

mod changed_cells;
mod policy;

use std::fmt::Write;

use super::cells::{distinguished, side};
use super::commands::Commands;
use super::played_row::values;
use super::policy::PolicyRecord;
use super::style::{BAD, COMMAND, DIM, HEAD, WARN, counted, styled};
use super::table::lines;
use super::wrapping::{folded_table, hanging_in, indented};
use crate::case::{Case, Row};
use crate::results::{Engine, Judged, Judgement, RowOutcome};
use crate::verdict::Verdict;

/// How many rows of a case are shown.
const ROWS: usize = 3;

/// How many lines of a table are shown of a case that was never reviewed.
const TABLE_LINES: usize = 8;

/// How many problems are shown in full; of the others, the first line.
const IN_FULL: usize = 4;

/// How many problems are named.
const NAMED: usize = 16;

/// What failed in a case, on one or several engines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Problem {
    word: &'static str,
    case: String,
    place: String,
    name: String,
    engines: Vec<Engine>,
    sentence: String,
    details: String,
    commands: Vec<(&'static str, String)>,
}

impl Problem {
    /// What failed in a trial; `None` if nothing did.
    pub(super) fn of(
        case: &Case,
        judged: &Judged,
        commands: &dyn Commands,
        width: usize,
    ) -> Option<Self> {
        let failed = FailedCase { case, judged, commands, width };
        let (word, sentence, details) = match &judged.judgement {
            Judgement::Match => return None,
            Judgement::NotRun(reason) => {
                ("not run", format!("It could not be run: {}", reason.trim()), String::new())
            }
            Judgement::Unreadable(words) => {
                ("unreadable", format!("Nothing was compared: {words}"), String::new())
            }
            Judgement::New => failed.never_reviewed(),
            Judgement::Differs { record, .. } => failed.differs(record.as_deref()),
            Judgement::Departs => failed.departs(),
            Judgement::Inconclusive => failed.inconclusive(),
        };
        let sentence = match &judged.unkept {
            Some(words) => format!("{sentence} ({words})"),
            None => sentence,
        };
        Some(Self {
            word,
            case: case.id.to_string(),
            place: format!("{}:{}", case.file.display(), case.line),
            name: case.name.clone(),
            engines: vec![judged.engine],
            sentence,
            details,
            commands: failed.commands(),
        })
    }

    /// Whether another engine has the same problem.
    fn is_same(&self, other: &Self) -> bool {
        (self.word, &self.case, &self.sentence, &self.details)
            == (other.word, &other.case, &other.sentence, &other.details)
    }

    fn heading(&self) -> String {
        format!("{}  {}", styled(BAD, self.word), styled(HEAD, &self.case))
    }

    fn write(&self, text: &mut String, width: usize) {
        let engines: Vec<_> = self.engines.iter().map(|engine| engine.as_str()).collect();
        let place = format!("{} in {}", self.place, engines.join(", "));
        let _ = writeln!(text, "{}\n  {}", self.heading(), styled(DIM, &place));
        *text += &hanging_in(width, "  ", &self.name);
        *text += &hanging_in(width, "  ", &self.sentence);
        *text += &self.details;
        let widest = self.commands.iter().map(|(what, _)| what.len()).max().unwrap_or_default();
        for (what, command) in &self.commands {
            let _ = writeln!(text, "  {what:widest$}  {}", styled(COMMAND, command));
        }
        text.push('\n');
    }
}

/// All problems of a run, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        match self.0.iter_mut().find(|other| other.is_same(&problem)) {
            Some(other) => {
                other.engines.extend(problem.engines);
                other.engines.sort();
            }
            None => self.0.push(problem),
        }
    }

    /// The ids of the cases that failed, each once.
    pub(super) fn cases(&self) -> Vec<&str> {
        let mut cases: Vec<_> = self.0.iter().map(|problem| problem.case.as_str()).collect();
        cases.sort_unstable();
        cases.dedup();
        cases
    }

    pub(super) fn write(&self, text: &mut String, width: usize) {
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort_by(|one, other| one.case.cmp(&other.case));
        let alike = alike(&sorted);
        let (full, short) = alike.split_at(alike.len().min(IN_FULL));
        for (problem, others) in full {
            problem.write(text, width);
            if *others > 0 {
                let _ =
                    writeln!(text, "  The same holds for {}.\n", counted(*others, "other case"));
            }
        }
        for (problem, _) in short.iter().take(NAMED) {
            let _ = writeln!(text, "{}", problem.heading());
        }
        if short.len() > NAMED {
            let more = format!("and {} more; `--verbose` shows them", short.len() - NAMED);
            let _ = writeln!(text, "{}", styled(WARN, &more));
        }
        if !short.is_empty() {
            text.push('\n');
        }
    }
}

/// An engine that cannot run fails in the same way in every case: that is one problem. The number is that of the others.
fn alike<'p>(problems: &[&'p Problem]) -> Vec<(&'p Problem, usize)> {
    let mut alike: Vec<(&Problem, usize)> = Vec::new();
    for problem in problems {
        let is_same = |other: &Problem| {
            problem.word == "not run"
                && (other.word, &other.sentence, &other.engines)
                    == (problem.word, &problem.sentence, &problem.engines)
        };
        match alike.iter_mut().find(|(other, _)| is_same(other)) {
            Some((_, others)) => *others += 1,
            None => alike.push((problem, 0)),
        }
    }
    alike
}

/// A trial that failed.
struct FailedCase<'a> {
    case: &'a Case,
    judged: &'a Judged,
    commands: &'a dyn Commands,
    width: usize,
}

/// The word, the sentence, and what is shown below.
type Words = (&'static str, String, String);

impl FailedCase<'_> {
    fn rows(&self) -> impl Iterator<Item = (&Row, &RowOutcome)> {
        self.case.rows.iter().zip(&self.judged.rows)
    }

    fn never_reviewed(&self) -> Words {
        let sentence = "There is no reviewed snapshot yet.".to_owned();
        let details = match &self.case.policy {
            Some(policy) => policy::findings(self, policy),
            None => self.table(),
        };
        ("new", sentence, details)
    }

    /// What happened, if it is short.
    fn table(&self) -> String {
        let lines = lines(self.case, self.judged.engine, &self.judged.rows);
        match lines.len() - 1 {
            0..=TABLE_LINES => folded_table(&lines, self.width, 2),
            many => format!("  {many} steps were played; `--verbose` shows them.\n"),
        }
    }

    fn differs(&self, record: Option<&str>) -> Words {
        if self.case.policy.is_some()
            && let Some(before) = record.and_then(PolicyRecord::read)
        {
            let (sentence, details) = policy::changes(self, &before);
            return ("differs", sentence, details);
        }
        let rows = changed_cells::rows(self.case, self.judged);
        let sentence = format!(
            "{} from the reviewed snapshot.",
            match rows.len() {
                1 => "1 row differs".to_owned(),
                count => format!("{count} rows differ"),
            }
        );
        let mut details = String::new();
        rows.iter().take(ROWS).for_each(|row| row.write(&mut details, self.width));
        self.write_others(&mut details, rows.len());
        ("differs", sentence, details)
    }

    fn departs(&self) -> Words {
        let departing: Vec<_> = self.rows().filter(|(_, outcome)| outcome.departs()).collect();
        let gone = |outcome: &RowOutcome| {
            matches!(outcome.judged, Some((_, Verdict::Vanished))) && outcome.broken.is_empty()
        };
        let engine = self.judged.engine.as_str();
        let sentence = match departing.iter().all(|(_, outcome)| gone(outcome)) {
            true => format!(
                "{engine} agrees with the standard in {}, where `known` explains a departure: remove these rows \
                 from the entry.",
                counted(departing.len(), "row")
            ),
            false => format!(
                "{engine} departs from the standard in {}, and no entry of `known` explains it.",
                counted(departing.len(), "row")
            ),
        };
        let mut details = String::new();
        for (row, outcome) in departing.iter().take(ROWS) {
            let _ = writeln!(details, "  row {}", values(row));
            self.write_departure(&mut details, outcome);
        }
        self.write_others(&mut details, departing.len());
        ("departs", sentence, details)
    }

    fn write_departure(&self, text: &mut String, outcome: &RowOutcome) {
        for broken in &outcome.broken {
            let words = format!("{}: {}", broken.rule, broken.what);
            *text += &hanging_in(self.width, "    breaks a rule: ", &words);
        }
        let Some((ruling, verdict)) = &outcome.judged else { return };
        let (standard, seen) = (&ruling.observation, &outcome.observation);
        for difference in verdict.differences() {
            let step = standard.steps.get(difference.step).map(|step| step.step.as_str());
            let head = format!("{}: {}", step.unwrap_or_default(), difference.field.as_str());
            *text += &hanging_in(self.width, "    ", &head);
            let sides = [side(standard, seen, *difference), side(seen, standard, *difference)];
            let [standard, own] = distinguished(sides);
            let engine = self.judged.engine.as_str();
            for (who, words) in [("standard", standard), (engine, own)] {
                *text += &hanging_in(self.width, &format!("      {who:9} "), &words);
            }
        }
    }

    fn inconclusive(&self) -> Words {
        let mut reasons: Vec<(&str, &Row, usize)> = Vec::new();
        for (row, outcome) in self.rows() {
            let Some(why) = outcome.inconclusive() else { continue };
            match reasons.iter_mut().find(|(other, ..)| *other == why) {
                Some((_, _, count)) => *count += 1,
                None => reasons.push((why, row, 1)),
            }
        }
        let count: usize = reasons.iter().map(|(_, _, count)| count).sum();
        let sentence = format!(
            "{} of {} {} inconclusive: the results do not show what was allowed.",
            count,
            counted(self.judged.rows.len(), "row"),
            if count == 1 { "is" } else { "are" }
        );
        let mut details = String::new();
        for (why, row, count) in reasons.iter().take(ROWS) {
            let others =
                if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            let _ = writeln!(details, "  row {}{others}", values(row));
            details += &indented(why, self.width, "    ");
        }
        if reasons.len() > ROWS {
            let _ = writeln!(details, "  {} more reasons", reasons.len() - ROWS);
        }
        if let Some(policy) = &self.case.policy {
            details += &policy::findings(self, policy);
        }
        ("inconclusive", sentence, details)
    }

    fn write_others(&self, text: &mut String, rows: usize) {
        if rows > ROWS {
            let _ = writeln!(text, "  and {}", counted(rows - ROWS, "more row"));
        }
    }

    fn commands(&self) -> Vec<(&'static str, String)> {
        let Self { case, judged, commands, .. } = self;
        let row = self.rows().find(|(_, outcome)| outcome.departs()).map(|(row, _)| row);
        let explain = ("explain", commands.explain(case, judged.engine, row));
        match judged.judgement {
            Judgement::NotRun(_) if matches!(judged.engine, Engine::Browser(_)) => {
                vec![("see", commands.doctor())]
            }
            Judgement::NotRun(_) => vec![("again", commands.again(case, judged.engine))],
            Judgement::New | Judgement::Differs { .. } if judged.unkept.is_none() => {
                vec![explain, ("accept", commands.accept(case))]
            }
            _ => vec![explain],
        }
    }
}

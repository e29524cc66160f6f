//! What a run prints by default: a line for each folder of cases, what failed, and what to type next.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use super::commands::Commands;
use super::console::summary;
use super::engine_wide::engine_wide_gone;
use super::failed_cases::{Problem, Problems};
use super::policy::{findings_of, folded};
use super::style::{BAD, COMMAND, DIM, GOOD, HEAD, WARN, counted, styled};
use super::wrapping::hanging_in;
use crate::case::Case;
use crate::results::{Engine, Judged, Judgement, RowOutcome, Times};
use crate::verdict::policy::Severity;
use crate::verdict::{EngineWideCounts, Verdict};

/// How many folders of cases have a line.
const SECTIONS: usize = 12;

/// How many lines the findings of reviewed policies take.
const FINDING_LINES: usize = 6;

/// The results so far.
#[derive(Debug, Default)]
pub struct Overview {
    width: usize,
    sections: BTreeMap<String, Section>,
    engines: BTreeMap<Engine, EngineCounts>,
    problems: Problems,
    reviewed: Vec<ReviewedFindings>,
}

/// The cases of a folder.
#[derive(Debug, Default)]
struct Section {
    cases: BTreeSet<String>,
    rows: usize,
    failed: BTreeSet<String>,
    known: usize,
}

/// An engine's rows.
#[derive(Debug, Default)]
struct EngineCounts {
    version: String,
    rows: usize,
    cases: usize,
    known: usize,
    failed: usize,
}

/// Findings of a policy that were accepted.
#[derive(Debug)]
struct ReviewedFindings {
    case: String,
    worst: Severity,
    count: usize,
    text: String,
    engines: BTreeSet<Engine>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct OverviewEnd<'a> {
    /// The trials, in short form.
    pub played: &'a [(Arc<Case>, Judged)],
    /// Departures that engines have in every row of a kind.
    pub engine_wide: &'a EngineWideCounts,
    /// Where the time of each engine went.
    pub times: &'a [(Engine, Times)],
    /// How long the run took.
    pub took: Duration,
    /// Files that were written, each with its format.
    pub reports: &'a [(String, String)],
    /// What to type next, each with what it does.
    pub next: &'a [(String, String)],
}

impl Overview {
    /// An empty one, for a terminal of this width.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a trial.
    pub fn add(&mut self, case: &Case, judged: &Judged, commands: &dyn Commands) {
        let failed = judged.judgement != Judgement::Match;
        let is_known = |row: &&RowOutcome| matches!(row.judged, Some((_, Verdict::Known { .. })));
        let known = judged.rows.iter().filter(is_known).count();
        let section = self.sections.entry(section(case)).or_default();
        section.cases.insert(case.id.0.clone());
        section.rows += judged.rows.len();
        section.known += known;
        if failed {
            section.failed.insert(case.id.0.clone());
        }
        let engine = self.engines.entry(judged.engine).or_default();
        engine.version.clone_from(&judged.version);
        engine.rows += judged.rows.len();
        engine.cases += 1;
        engine.known += known;
        engine.failed += usize::from(failed);
        match Problem::of(case, judged, commands, self.width) {
            Some(problem) => self.problems.add(problem),
            None => self.add_reviewed(case, judged),
        }
    }

    fn add_reviewed(&mut self, case: &Case, judged: &Judged) {
        let findings = findings_of(case, &judged.rows);
        let Some(worst) = findings.iter().map(|finding| finding.severity).min() else { return };
        let all: Vec<_> = findings.iter().collect();
        let text = folded(case, &judged.rows, &all, self.width);
        let is_same = |other: &&mut ReviewedFindings| other.case == case.id.0 && other.text == text;
        match self.reviewed.iter_mut().find(is_same) {
            Some(other) => _ = other.engines.insert(judged.engine),
            None => self.reviewed.push(ReviewedFindings {
                case: case.id.0.clone(),
                worst,
                count: findings.len(),
                text,
                engines: BTreeSet::from([judged.engine]),
            }),
        }
    }

    /// The ids of the cases that failed.
    pub fn failed(&self) -> Vec<&str> {
        self.problems.cases()
    }

    /// How far the run came, in one line.
    fn so_far(&self, trials: usize) -> String {
        let played: usize = self.engines.values().map(|engine| engine.cases).sum();
        let failed: usize = self.engines.values().map(|engine| engine.failed).sum();
        let rows: usize = self.engines.values().map(|engine| engine.rows).sum();
        let how = match (played, failed) {
            (0, _) => String::new(),
            (_, 0) => ": all as recorded".to_owned(),
            (_, failed) => format!(": {failed} failed"),
        };
        format!("{played} of {trials} trials were played ({}){how}", counted(rows, "row"))
    }

    /// What is printed where a signal ends the run before all trials were played.
    pub fn interrupted(&self, trials: usize) -> String {
        let mut text = String::from("\n");
        self.problems.write(&mut text, self.width);
        let so_far = format!("interrupted: {}", self.so_far(trials));
        text + &styled(WARN, &so_far)
    }

    /// The whole text.
    pub fn text(&self, end: &OverviewEnd<'_>) -> String {
        let mut text = String::from("\n");
        self.write_sections(&mut text);
        self.write_engines(&mut text, end.times);
        self.write_reviewed(&mut text);
        if !self.problems.cases().is_empty() {
            text.push('\n');
            self.problems.write(&mut text, self.width);
        }
        text += &engine_wide_gone(end.engine_wide).unwrap_or_default();
        if !text.ends_with("\n\n") {
            text.push('\n');
        }
        self.write_end(&mut text, end);
        text.trim_end().to_owned()
    }

    fn write_sections(&self, text: &mut String) {
        let names = self.sections.keys().map(|name| name.chars().count());
        let name_width = names.max().unwrap_or_default().min(30);
        for (name, section) in self.sections.iter().take(SECTIONS) {
            let count = section.cases.len();
            let (style, how) = match section.failed.len() {
                0 => (GOOD, "as recorded".to_owned()),
                failed if failed == count => (BAD, "failed".to_owned()),
                failed => (BAD, format!("{failed} failed")),
            };
            let known = match section.known {
                0 => String::new(),
                known => format!(", {}", counted(known, "known departure")),
            };
            let name: String = name.chars().take(30).collect();
            let cases = counted(count, "case");
            let rows = counted(section.rows, "row");
            let how = styled(style, &how) + &known;
            let _ = writeln!(text, "  {name:name_width$}  {cases:>9}  {rows:>11}  {how}");
        }
        if self.sections.len() > SECTIONS {
            let more = counted(self.sections.len() - SECTIONS, "more folder");
            let _ = writeln!(text, "  and {more}");
        }
    }

    fn write_engines(&self, text: &mut String, times: &[(Engine, Times)]) {
        text.push('\n');
        for (engine, counts) in &self.engines {
            let time = times.iter().find(|(other, _)| other == engine);
            let time = time.map_or_else(String::new, |(_, times)| {
                format!("  {:.1} s", times.wall.as_secs_f64())
            });
            let known = match counts.known {
                0 => String::new(),
                known => format!("  {}", counted(known, "known departure")),
            };
            let (version, build) = counts.version.split_once(' ').unwrap_or((&counts.version, ""));
            let version: String = version.chars().take(15).collect();
            let rows = counted(counts.rows, "row");
            let line = format!("  {:9} {version:15} {rows:>11}{time:>9}{known}", engine.as_str());
            let _ = writeln!(text, "{}", line.trim_end());
            if !build.is_empty() {
                let build = build.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                *text += &hanging_in(self.width, "            ", build.unwrap_or_default());
            }
        }
    }

    /// Accepted findings in full where they are few, else their number.
    fn write_reviewed(&self, text: &mut String) {
        if self.reviewed.is_empty() {
            return;
        }
        text.push('\n');
        if let [only] = self.reviewed.as_slice()
            && self.sections.values().map(|section| section.cases.len()).sum::<usize>() == 1
        {
            let what =
                format!("{} that {} accepted:", counted(only.count, "finding"), be(only.count));
            let _ = writeln!(text, "  {}\n{}", styled(WARN, &what), only.text.trim_end());
            return;
        }
        for one in self.reviewed.iter().take(FINDING_LINES) {
            let what = format!("accepted: {}, the worst is ", counted(one.count, "finding"));
            *text += &hanging_in(
                self.width,
                "  ",
                &format!("{}: {what}{}", one.case, one.worst.as_str()),
            );
        }
        if self.reviewed.len() > FINDING_LINES {
            let more = counted(self.reviewed.len() - FINDING_LINES, "more policy");
            let _ = writeln!(text, "  and {more} with findings");
        }
    }

    fn write_end(&self, text: &mut String, end: &OverviewEnd<'_>) {
        let style = if self.problems.cases().is_empty() { GOOD } else { BAD };
        for line in hanging_in(self.width, "", &summary(end.played, end.took)).lines() {
            let _ = writeln!(text, "{}", styled(style, line));
        }
        for (format, file) in end.reports {
            let _ = writeln!(text, "{} {file}", styled(HEAD, &format!("{format} report:")));
        }
        let widest = end.next.iter().map(|(command, _)| command.chars().count()).max();
        let widest = widest.unwrap_or_default().min(45);
        for (command, what) in end.next {
            let command = format!("{command:widest$}");
            let _ = writeln!(text, "{}  {}", styled(COMMAND, &command), styled(DIM, what));
        }
    }
}

fn be(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

/// The folder that a case belongs to: the first one below that of all cases.
fn section(case: &Case) -> String {
    case.id.0.split_once('/').map_or_else(|| case.id.0.clone(), |(folder, _)| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_ends_before_its_first_trial_says_nothing_of_results() {
        let text = Overview::new(80).interrupted(3);
        assert!(text.contains("interrupted: 0 of 3 trials were played (0 rows)"), "{text}");
        assert!(!text.contains("recorded"), "{text}");
    }
}

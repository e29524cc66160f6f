//! Describes what differs in a case, row by row.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Line, snapshot};
use crate::case::{Case, Row};
use crate::observation::RowObservation;
use crate::report::cells::{distinguished, side};
use crate::report::permitted_and_timed::{what_was_done, wrong_kind};
use crate::report::played_row::values;
use crate::report::wrapping::hanging;
use crate::results::{Engine, Judged, Judgement, RowOutcome};
use crate::verdict::{BrokenRule, Difference, Verdict, known};

/// How many characters of a reason are quoted.
const FIRST_WORDS: usize = 80;

/// The lines below a case in the matrix. Rows with the same text are grouped.
pub(super) fn details(line: &Line<'_>) -> String {
    let mut text: String = line.trials.iter().filter_map(|judged| of_trial(judged)).collect();
    let mut rows = IndexMap::<String, Vec<String>>::new();
    for (number, row) in line.case.rows.held().iter().enumerate() {
        let words = of_row(line, number, row);
        if !words.is_empty() {
            rows.entry(words).or_default().push(format!("    row {}\n", values(row)));
        }
    }
    text.extend(rows.into_iter().map(|(words, rows)| rows.concat() + &words));
    text
}

/// What applies to all rows of an engine.
fn of_trial(judged: &Judged) -> Option<String> {
    let words = match &judged.judgement {
        Judgement::NotRun(reason) => format!("not run: {reason}"),
        judgement @ (Judgement::New | Judgement::Differs { .. } | Judgement::Unreadable(_)) => {
            format!("its snapshot: {}", snapshot(judgement))
        }
        Judgement::Match | Judgement::Departs | Judgement::Inconclusive => return None,
    };
    Some(hanging(&format!("    {:8}  ", judged.engine.as_str()), &words))
}

/// The text of a row; empty if every engine agrees.
fn of_row(line: &Line<'_>, number: usize, row: &Row) -> String {
    let outcomes: Vec<_> =
        line.trials.iter().filter_map(|judged| outcome(judged, number)).collect();
    let differences = outcomes.iter().flat_map(|(_, outcome)| differences(outcome));
    let differences: BTreeSet<_> = differences.copied().collect();
    let mut text: String =
        differences.into_iter().map(|difference| both_sides(difference, &outcomes)).collect();
    for (engine, outcome) in &outcomes {
        let head = format!("      {:8}  ", engine.as_str());
        let why = why(line.case, row, *engine, outcome).into_iter().chain(broken(outcome));
        text.extend(why.map(|words| hanging(&head, &words)));
    }
    text
}

fn outcome(judged: &Judged, number: usize) -> Option<(Engine, &RowOutcome)> {
    Some((judged.engine, judged.rows.get(number)?))
}

fn differences(outcome: &RowOutcome) -> &[Difference] {
    outcome.judged.as_ref().map_or(&[], |(_, verdict)| verdict.differences())
}

/// The standard's side of a difference, then those of the engines that differ. Engines that did the
/// same share a line.
fn both_sides(difference: Difference, outcomes: &[(Engine, &RowOutcome)]) -> String {
    let mut sides = IndexMap::<String, Vec<&str>>::new();
    let mut label = String::new();
    for (engine, outcome) in
        outcomes.iter().filter(|(_, row)| differences(row).contains(&difference))
    {
        let Some((ruling, _)) = &outcome.judged else { continue };
        let (standard, seen) = (&ruling.observation, &outcome.observation);
        label = step(standard, difference);
        let both = [side(standard, seen, difference), side(seen, standard, difference)];
        let [standard, own] = distinguished(both);
        sides.entry(standard).or_insert_with(|| vec!["standard"]);
        sides.entry(own).or_default().push(engine.as_str());
    }
    let width = sides.values().map(|engines| engines.join(", ").len()).max().unwrap_or_default();
    let head = format!("      {label}: {}\n", difference.field.as_str());
    let lines = sides
        .iter()
        .map(|(side, engines)| hanging(&format!("        {:width$}  ", engines.join(", ")), side));
    std::iter::once(head).chain(lines).collect()
}

/// The step of a difference.
fn step(observation: &RowObservation, difference: Difference) -> String {
    observation.steps.get(difference.step).map(|step| step.step.clone()).unwrap_or_default()
}

/// Why an engine has its status, if the status does not say it.
fn why(case: &Case, row: &Row, engine: Engine, outcome: &RowOutcome) -> Option<String> {
    if let Some(reason) = outcome.inconclusive() {
        return Some(format!("inconclusive: {reason}"));
    }
    match &outcome.judged.as_ref()?.1 {
        Verdict::Known { kind, .. } => {
            let because = known(case, engine.as_str(), row).map(|known| known.because.as_str());
            let because = first_words(because.unwrap_or_default());
            Some(format!("known, {}: {because}", kind.as_str()))
        }
        Verdict::Vanished => {
            Some("vanished: it agrees, although `known` explains a departure".to_owned())
        }
        Verdict::Permitted { choices, .. } => {
            Some(format!("permitted: {}", what_was_done(choices)))
        }
        Verdict::WrongKind { choices, .. } => Some(wrong_kind(choices)),
        Verdict::Departs(_) | Verdict::Agrees | Verdict::Inconclusive(_) => None,
    }
}

fn broken(outcome: &RowOutcome) -> impl Iterator<Item = String> {
    let words = |broken: &BrokenRule| format!("breaks a rule: {}: {}", broken.rule, broken.what);
    outcome.broken.iter().map(words)
}

/// The beginning of a reason.
fn first_words(text: &str) -> String {
    let mut lines = textwrap::wrap(text, FIRST_WORDS).into_iter();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} …") } else { first.into_owned() }
}

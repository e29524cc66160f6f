//! What failed in a trial, row by row, in few words: what reports for CI services are made of.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::cells::{distinguished, side};
use super::played_row::values;
use super::row_changes::{Cells, RowChanges};
use crate::case::{Case, Row};
use crate::results::{Judged, Judgement, RowOutcome};
use crate::verdict::Verdict;

/// Why a trial failed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TrialProblem {
    /// A name that stays: `new`, `differs`, `unreadable`, `departs`, `inconclusive` or `not-run`.
    pub kind: Cow<'static, str>,
    /// One sentence.
    pub sentence: String,
    /// Whether the environment failed, and not what was tested.
    pub is_error: bool,
    /// The rows that failed; none where it is the trial as a whole.
    pub rows: Vec<RowProblem>,
}

/// A row that failed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Its number in the case, from 0.
    pub number: usize,
    /// Its line in the case's file.
    pub line: usize,
    /// Its values, as `name=value`; empty for the only row of a case.
    pub row: String,
    /// What differs from the snapshot or the standard, or why it is inconclusive.
    pub words: String,
}

/// Why a trial failed; `None` if it matches its snapshot.
pub fn problem(case: &Case, judged: &Judged) -> Option<TrialProblem> {
    let (kind, sentence) = match &judged.judgement {
        Judgement::Match => return None,
        Judgement::New => ("new", "There is no reviewed snapshot yet".to_owned()),
        Judgement::Differs { .. } => {
            ("differs", "The results differ from the reviewed snapshot".to_owned())
        }
        Judgement::Unreadable(words) => ("unreadable", words.clone()),
        Judgement::Departs => (
            "departs",
            "The engine departs from the standard, and the case does not say why".to_owned(),
        ),
        Judgement::Inconclusive => ("inconclusive", "The results are inconclusive".to_owned()),
        Judgement::NotRun(words) => ("not-run", format!("The case could not be run: {words}")),
    };
    let is_error = matches!(judged.judgement, Judgement::Unreadable(_) | Judgement::NotRun(_));
    Some(TrialProblem { kind: kind.into(), sentence, is_error, rows: rows(case, judged) })
}

/// How a run ended: `all 65 results are as recorded`, `3 of 65 results failed`. A case is a result on each engine.
pub fn run_verdict(results: usize, failed: usize) -> String {
    match (results, failed) {
        (1, 0) => "the result is as recorded".to_owned(),
        (1, _) => "the result is not as recorded".to_owned(),
        (all, 0) => format!("all {all} results are as recorded"),
        (all, failed) => format!("{failed} of {all} results failed"),
    }
}

fn rows(case: &Case, judged: &Judged) -> Vec<RowProblem> {
    let mut changes = RowChanges::of(case, judged);
    let rows = case.rows.iter().zip(&judged.rows).enumerate();
    let problem = |(number, (row, outcome)): (usize, (&Row, &RowOutcome))| {
        let words = match &judged.judgement {
            Judgement::Differs { .. } => {
                changes.take(row).map(|(was, is)| format!("was {}, is {}", line(&was), line(&is)))
            }
            Judgement::Departs => outcome.departs().then(|| departure(judged, outcome)),
            Judgement::Inconclusive => outcome.inconclusive().map(str::to_owned),
            _ => None,
        }?;
        Some(RowProblem { number, line: row.line, row: values(row).trim().to_owned(), words })
    };
    rows.filter_map(problem).collect()
}

/// The lines of a row on one line, as code. Backticks in it would end the code.
fn line(lines: &[Cells]) -> String {
    let line = |cells: &Cells| cells.values().cloned().collect::<Vec<_>>().join(" | ");
    match lines {
        [] => "not there".to_owned(),
        lines => {
            let lines: Vec<_> = lines.iter().map(line).collect();
            format!("`{}`", lines.join(" ; ").replace('`', ""))
        }
    }
}

/// Where a row departs from the standard, and which rules it breaks.
fn departure(judged: &Judged, outcome: &RowOutcome) -> String {
    let broken = outcome.broken.iter().map(|broken| format!("{}: {}", broken.rule, broken.what));
    let mut words: Vec<_> = broken.collect();
    if let Some((ruling, verdict)) = &outcome.judged {
        let (standard, seen) = (&ruling.observation, &outcome.observation);
        for difference in verdict.differences() {
            let sides = [side(standard, seen, *difference), side(seen, standard, *difference)];
            let [standard, own] = distinguished(sides);
            let (field, engine) = (difference.field.as_str(), judged.engine.as_str());
            words.push(format!("{field}: the standard: {standard}; {engine}: {own}"));
        }
        if *verdict == Verdict::Vanished {
            words.push(
                "it agrees with the standard, although `known` explains a departure".to_owned(),
            );
        }
    }
    words.join("; ")
}

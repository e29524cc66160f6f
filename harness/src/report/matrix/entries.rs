//! The matrix in the JSON document.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;

use super::{Line, RowStatus, snapshot};
use crate::case::Case;
use crate::results::Judged;

/// A status for each engine.
type Words = IndexMap<&'static str, &'static str>;

/// One case on every engine that ran it.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixEntry {
    case: String,
    engines: Words,
    snapshots: Words,
    rows: Vec<RowEntry>,
}

/// A row in which something differs.
#[derive(Clone, Debug, Serialize)]
struct RowEntry {
    row: IndexMap<String, String>,
    engines: Words,
}

/// One entry for each case.
pub(in crate::report) fn entries(played: &[(Arc<Case>, Judged)]) -> Vec<MatrixEntry> {
    Line::of(played).map(|line| entry(&line)).collect()
}

fn entry(line: &Line<'_>) -> MatrixEntry {
    let word = |judged: &&Judged| (judged.engine.as_str(), RowStatus::of_case(judged).as_str());
    let standing = |judged: &&Judged| (judged.engine.as_str(), snapshot(&judged.judgement));
    let differing = (0..line.case.rows.len()).filter_map(|number| differing(line, number));
    let differing: Vec<_> = differing.collect();
    let rows = if differing.is_empty() { Arc::default() } else { line.case.rows.held() };
    let row = |(number, engines): (usize, Words)| {
        let values = &rows.get(number)?.values;
        Some(RowEntry { row: values.iter().cloned().collect(), engines })
    };
    MatrixEntry {
        case: line.case.id.to_string(),
        engines: line.trials.iter().map(word).collect(),
        snapshots: line.trials.iter().map(standing).collect(),
        rows: differing.into_iter().filter_map(row).collect(),
    }
}

/// The number of a row and its status for each engine, unless every engine agrees.
fn differing(line: &Line<'_>, number: usize) -> Option<(usize, Words)> {
    let standing = |judged: &&Judged| {
        let standing = RowStatus::of_row(judged.engine, judged.rows.get(number)?)?;
        Some((judged.engine.as_str(), standing))
    };
    let standings: Vec<_> = line.trials.iter().filter_map(standing).collect();
    let differs = standings.iter().any(|(_, standing)| !standing.is_quiet());
    let words = || standings.iter().map(|(engine, standing)| (*engine, standing.as_str()));
    differs.then(|| (number, words().collect()))
}

//! The matrix in the JSON document.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;

use super::{Line, RowStatus, snapshot};
use crate::case::{Case, Row};
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
    let rows = line.case.rows.iter().enumerate();
    MatrixEntry {
        case: line.case.id.to_string(),
        engines: line.trials.iter().map(word).collect(),
        snapshots: line.trials.iter().map(standing).collect(),
        rows: rows.filter_map(|(number, row)| row_entry(line, number, row)).collect(),
    }
}

/// A row, unless every engine agrees.
fn row_entry(line: &Line<'_>, number: usize, row: &Row) -> Option<RowEntry> {
    let standing = |judged: &&Judged| {
        let standing = RowStatus::of_row(judged.engine, judged.rows.get(number)?)?;
        Some((judged.engine.as_str(), standing))
    };
    let standings: Vec<_> = line.trials.iter().filter_map(standing).collect();
    let differs = standings.iter().any(|(_, standing)| !standing.is_quiet());
    differs.then(|| RowEntry {
        row: row.values.iter().cloned().collect(),
        engines: standings.iter().map(|(engine, standing)| (*engine, standing.as_str())).collect(),
    })
}

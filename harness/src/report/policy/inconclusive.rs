//! Inconclusive rows, with their reasons.

use std::fmt::Write;

use indexmap::IndexMap;

use super::console::others;
use crate::case::Case;
use crate::report::failure::values;
use crate::run::RowOutcome;

/// How many of a case's rows are inconclusive, and why, each reason once; empty if none is.
pub(in crate::report) fn inconclusive_rows(case: &Case, rows: &[RowOutcome]) -> String {
    let mut reasons: IndexMap<&str, Vec<String>> = IndexMap::new();
    for (row, outcome) in case.rows.iter().zip(rows) {
        if let Some(why) = outcome.inconclusive() {
            reasons.entry(why).or_default().push(values(row));
        }
    }
    let count: usize = reasons.values().map(Vec::len).sum();
    let mut text = match count {
        0 => return String::new(),
        1 => format!("1 of {} rows is inconclusive:\n", rows.len()),
        _ => format!("{count} of {} rows are inconclusive:\n", rows.len()),
    };
    for (why, rows) in reasons {
        let _ = writeln!(text, "  row {}{}\n    {why}", rows[0], others(rows.len()));
    }
    text
}

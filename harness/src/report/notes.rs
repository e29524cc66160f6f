//! Notes on rows that this harness cannot show as they are outside of it.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::case::{Case, Row};
use crate::results::RowOutcome;
use crate::verdict::local_network_note;

/// The notes on a row.
pub(super) fn notes_of(row: &Row, outcome: &RowOutcome) -> Vec<String> {
    local_network_note(row, &outcome.observation).into_iter().collect()
}

/// The notes on some of a case's rows, each once.
pub(super) fn notes_of_rows(case: &Case, rows: &[RowOutcome], numbers: &[usize]) -> Vec<String> {
    let rows = numbers.iter().filter_map(|row| Some((case.rows.get(*row)?, rows.get(*row)?)));
    let mut notes: Vec<_> = rows.flat_map(|(row, outcome)| notes_of(row, outcome)).collect();
    notes.sort();
    notes.dedup();
    notes
}

/// Every note of a case, with how many rows have it.
pub(super) fn write_notes(text: &mut String, case: &Case, rows: &[RowOutcome]) {
    let mut notes: IndexMap<String, usize> = IndexMap::new();
    let all = case.rows.iter().zip(rows).flat_map(|(row, outcome)| notes_of(row, outcome));
    all.for_each(|note| *notes.entry(note).or_default() += 1);
    for (note, count) in notes {
        let of_rows = match count {
            _ if count == rows.len() => "all rows".to_owned(),
            1 => "1 row".to_owned(),
            _ => format!("{count} rows"),
        };
        let _ = writeln!(text, "  note on {of_rows}: {note}.");
    }
}

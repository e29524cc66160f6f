//! Cells of a case's table that differ from the reviewed snapshot.

use std::fmt::Write;

use crate::case::Case;
use crate::report::row_changes::{Cells, RowChanges, name_of};
use crate::report::wrapping::hanging_in;
use crate::results::Judged;

/// A row that differs, by its values.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct ChangedRow {
    row: String,
    changes: Vec<Change>,
}

/// What differs in a row.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Change {
    /// It is new.
    New,
    /// It is gone.
    Gone,
    /// It has another number of steps.
    Steps { was: usize, is: usize },
    /// A cell of a step.
    Cell { step: String, column: String, was: String, is: String },
}

/// Every row that differs, in the order of the case, and then those that only the snapshot has.
pub(super) fn rows(case: &Case, judged: &Judged) -> Vec<ChangedRow> {
    let mut changes = RowChanges::of(case, judged);
    let changed = case.rows.iter().filter_map(|row| {
        let (was, is) = changes.take(row)?;
        let changes = compared(&was, &is);
        (!changes.is_empty()).then(|| ChangedRow { row: name_of(case, row), changes })
    });
    let mut changed: Vec<_> = changed.collect();
    let gone = changes.gone(case).map(|row| ChangedRow { row, changes: vec![Change::Gone] });
    changed.extend(gone);
    changed
}

fn compared(was: &[Cells], is: &[Cells]) -> Vec<Change> {
    let columns = |lines: &[Cells]| -> Vec<Vec<String>> {
        lines.iter().map(|cells| cells.keys().cloned().collect()).collect()
    };
    match was {
        [] => vec![Change::New],
        was if columns(was) != columns(is) => {
            vec![Change::Steps { was: was.len(), is: is.len() }]
        }
        was => was.iter().zip(is).flat_map(|(was, is)| cells(was, is)).collect(),
    }
}

/// The cells of a step that differ in more than white space. The first one names the step.
fn cells(was: &Cells, is: &Cells) -> Vec<Change> {
    let one_space = |cell: &str| cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let step = is.values().next().cloned().unwrap_or_default();
    let differs = |(was, is): &((&String, &String), &String)| one_space(was.1) != one_space(is);
    let pairs = was.iter().zip(is.values()).filter(differs);
    let change = |((column, was), is): ((&String, &String), &String)| Change::Cell {
        step: step.clone(),
        column: column.clone(),
        was: was.clone(),
        is: is.clone(),
    };
    pairs.map(change).collect()
}

impl ChangedRow {
    pub(super) fn write(&self, text: &mut String, width: usize) {
        if !self.row.is_empty() {
            let _ = writeln!(text, "  row {}", self.row);
        }
        for change in &self.changes {
            match change {
                Change::New => text.push_str("    is not in the snapshot\n"),
                Change::Gone => text.push_str("    is only in the snapshot\n"),
                Change::Steps { was, is } => {
                    let _ = writeln!(text, "    had {was} steps, has {is}, or other columns");
                }
                Change::Cell { step, column, was, is } => {
                    *text += &hanging_in(width, "    ", &format!("{step}: {column}"));
                    *text += &hanging_in(width, "      was  ", was);
                    *text += &hanging_in(width, "      is   ", is);
                }
            }
        }
    }
}

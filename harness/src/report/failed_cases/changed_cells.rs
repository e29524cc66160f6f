//! Cells of a case's table that differ from the reviewed snapshot.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::case::Case;
use crate::report::table::{lines, read_table};
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

/// The lines of a table by the values of their rows.
type Rows = IndexMap<String, Vec<Vec<String>>>;

/// Every row that differs, in the order of the case.
pub(super) fn rows(case: &Case, judged: &Judged, reviewed: &str) -> Vec<ChangedRow> {
    let now = lines(case, judged.engine, &judged.rows);
    let before = read_table(reviewed);
    let columns = now.first().cloned().unwrap_or_default();
    let count = case.variables.len();
    let same_columns = before.first() == Some(&columns);
    let (before, now) = (by_row(&before, count), by_row(&now, count));
    let changed = now.iter().filter_map(|(row, is)| {
        let changes = match before.get(row) {
            None => vec![Change::New],
            Some(was) if !same_columns || was.len() != is.len() => {
                vec![Change::Steps { was: was.len(), is: is.len() }]
            }
            Some(was) => cells(&columns, count, was, is),
        };
        (!changes.is_empty()).then(|| ChangedRow { row: row.clone(), changes })
    });
    let gone = before.keys().filter(|row| !now.contains_key(*row));
    let gone = gone.map(|row| ChangedRow { row: row.clone(), changes: vec![Change::Gone] });
    changed.chain(gone).collect()
}

fn by_row(table: &[Vec<String>], variables: usize) -> Rows {
    let mut rows = Rows::new();
    let names = table.first().map_or(&[][..], Vec::as_slice);
    for line in table.iter().skip(1) {
        let values = names.iter().zip(line).take(variables);
        let values: Vec<_> = values.map(|(name, value)| format!("{name}={value}")).collect();
        rows.entry(values.join(" ")).or_default().push(line.clone());
    }
    rows
}

fn cells(columns: &[String], skip: usize, was: &[Vec<String>], is: &[Vec<String>]) -> Vec<Change> {
    let one_space = |cell: &str| cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut changes = Vec::new();
    for (before, now) in was.iter().zip(is) {
        let step = now.get(skip).map_or("", String::as_str);
        for (column, (was, is)) in columns.iter().zip(before.iter().zip(now)).skip(skip) {
            if one_space(was) != one_space(is) {
                let (column, was, is) = (column.clone(), was.clone(), is.clone());
                changes.push(Change::Cell { step: step.to_owned(), column, was, is });
            }
        }
    }
    changes
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

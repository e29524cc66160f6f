//! Rows that differ from the reviewed snapshot, each with its lines as they were and as they are.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::table::read_table;
use crate::case::{Case, Row};
use crate::results::{Judged, Judgement};

/// A line of a row: the cell of each heading after the row's values.
pub(super) type Cells = IndexMap<String, String>;

/// The lines of each row, by the values of the row.
type Lines = BTreeMap<Vec<String>, Vec<Cells>>;

/// The rows of a trial that differ from its snapshot.
pub(super) struct RowChanges {
    was: Lines,
    is: Lines,
}

impl RowChanges {
    /// Compares row by row where the trial as a whole differs.
    pub(super) fn of(case: &Case, judged: &Judged) -> Self {
        let Judgement::Differs { reviewed, .. } = &judged.judgement else {
            return Self { was: Lines::new(), is: Lines::new() };
        };
        let was = lines(case, reviewed);
        let mut is = lines(case, &judged.text);
        is.retain(|values, lines| was.get(values) != Some(lines));
        Self { was, is }
    }

    /// What a row was and is, if that differs. A row that the snapshot does not have was nothing.
    pub(super) fn take(&mut self, row: &Row) -> Option<(Vec<Cells>, Vec<Cells>)> {
        let values = in_cells(row);
        let is = self.is.remove(&values)?;
        Some((self.was.remove(&values).unwrap_or_default(), is))
    }

    /// The rows that only the snapshot has, each by its values.
    pub(super) fn gone<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = String> + 'c {
        let known: BTreeSet<_> = case.rows.iter().map(in_cells).collect();
        let gone = self.was.keys().filter(move |values| !known.contains(*values));
        gone.map(|values| named(case, values))
    }
}

/// The values of a row with their names; empty for the only row of a case without a matrix.
pub(super) fn name_of(case: &Case, row: &Row) -> String {
    named(case, &in_cells(row))
}

fn named(case: &Case, values: &[String]) -> String {
    let named = case.variables.iter().zip(values).map(|(name, value)| format!("{name}={value}"));
    named.collect::<Vec<_>>().join(" ")
}

/// The values of a row as cells hold them.
fn in_cells(row: &Row) -> Vec<String> {
    row.values.iter().map(|(_, value)| in_a_cell(value)).collect()
}

/// The lines of a snapshot. Where its columns are not those of the case's rows, no row is in it.
fn lines(case: &Case, text: &str) -> Lines {
    let table = read_table(text);
    let mut rows = Lines::new();
    let Some((headings, lines)) = table.split_first() else { return rows };
    if !headings.starts_with(&case.variables) {
        return rows;
    }
    let (count, headings) = (case.variables.len(), &headings[case.variables.len()..]);
    for line in lines.iter().filter(|line| line.len() >= count) {
        let cells = headings.iter().cloned().zip(line[count..].iter().map(|cell| unescaped(cell)));
        rows.entry(line[..count].to_vec()).or_default().push(cells.collect());
    }
    rows
}

/// A value as a cell holds it.
fn in_a_cell(value: &str) -> String {
    value.replace('|', "\\|").replace('\n', "⏎").trim().to_owned()
}

fn unescaped(cell: &str) -> String {
    cell.replace("\\|", "|")
}

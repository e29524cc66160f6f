//! Rows that differ from the reviewed snapshot, each with its lines as they were and as they are.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::table::read_table;
use crate::case::{Case, Row};
use crate::results::{Judged, Judgement};

/// A line of a row: what stands under each heading behind the row's own values.
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
        let values: Vec<_> = row.values.iter().map(|(_, value)| in_a_cell(value)).collect();
        let is = self.is.remove(&values)?;
        Some((self.was.remove(&values).unwrap_or_default(), is))
    }
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

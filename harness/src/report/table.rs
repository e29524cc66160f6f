//! A case's rows as a Markdown table, for snapshots and reviews.

use super::cells::Columns;
use crate::case::{Case, Row};
use crate::results::{Engine, RowOutcome};

/// A Markdown table; the first line is its heading.
pub(super) fn markdown_table(lines: &[Vec<String>]) -> String {
    let widths = widths(lines);
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let (heading, rows) = lines.split_at(lines.len().min(1));
    let lines = heading.iter().chain(std::iter::once(&rule)).chain(rows);
    lines.map(|line| markdown_line(&padded(line, &widths))).collect()
}

/// The raw cells of a Markdown table, the heading first. A `|` in a cell has a backslash before it.
pub(super) fn read_table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| --"));
    let cells = |line: &str| {
        let line = line.strip_prefix("| ").unwrap_or(line);
        let line = line.strip_suffix(" |").unwrap_or(line);
        line.split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    lines.map(cells).collect()
}

/// A snapshot's text without the lines of rows that the case does not have.
pub fn lines_of_rows(case: &Case, text: &str) -> String {
    let count = case.variables.len();
    let values = |row: &Row| -> Vec<String> {
        row.values.iter().map(|(_, value)| value.trim().replace('|', "\\|")).collect()
    };
    let wanted: Vec<_> = case.rows.iter().map(values).collect();
    let mut heading = true;
    let is_wanted = |line: &&str| {
        if !line.starts_with("| ") || line.starts_with("| --") || std::mem::take(&mut heading) {
            return true;
        }
        let cells = read_table(line).into_iter().next().unwrap_or_default();
        cells.get(..count).is_some_and(|values| wanted.iter().any(|wanted| wanted == values))
    };
    text.lines().filter(is_wanted).map(|line| format!("{line}\n")).collect()
}

/// Whether the tables of two snapshots have the same lines.
pub fn same_lines(one: &str, other: &str) -> bool {
    let lines = |text: &str| {
        let text = unpadded(text);
        text.lines().filter(|line| line.starts_with('|')).map(str::to_owned).collect::<Vec<_>>()
    };
    lines(one) == lines(other)
}

/// The headings, and the cells of every step of every row.
pub(super) fn lines(case: &Case, engine: Engine, rows: &[RowOutcome]) -> Vec<Vec<String>> {
    let columns = Columns::of(case, engine);
    let headings = columns.headings().map(str::to_owned);
    let headings = case.variables.iter().cloned().chain(headings).collect();
    let rows = case.rows.iter().zip(rows);
    let lines = rows.flat_map(|(row, outcome)| row_lines(columns, row, outcome));
    std::iter::once(headings).chain(lines).collect()
}

/// The cells of every step of a row, the row's values first.
pub(super) fn row_lines(columns: Columns, row: &Row, outcome: &RowOutcome) -> Vec<Vec<String>> {
    let line = |step| {
        let values = row.values.iter().map(|(_, value)| value.clone());
        let cells = values.chain(columns.cells(outcome, step));
        cells.map(|cell| cell.replace('|', "\\|").replace('\n', "⏎")).collect()
    };
    (0..outcome.observation.steps.len()).map(line).collect()
}

/// A line of a Markdown table.
pub(super) fn markdown_line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A text without the spaces that only align columns, so that a wider cell does not change every
/// line.
pub(super) fn unpadded(text: &str) -> String {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n";
    text.lines().filter(|line| !line.starts_with("| --")).map(line).collect()
}

/// The widest cell of each column, in characters.
pub(super) fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.first().map_or(0, Vec::len);
    let widest = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    (0..columns).map(|column| widest(column).unwrap_or_default()).collect()
}

/// Cells padded to the widths of their columns.
pub(super) fn padded(line: &[String], widths: &[usize]) -> Vec<String> {
    line.iter().zip(widths).map(|(cell, width)| filled(cell, *width)).collect()
}

/// A padded cell. `{:width$}` panics if a width does not fit into 16 bits.
fn filled(cell: &str, width: usize) -> String {
    let missing = width.saturating_sub(cell.chars().count());
    cell.to_owned() + &" ".repeat(missing)
}

//! The snapshot of a policy: its findings, and a line for each row. It can be read back.

use super::praise::praise;
use super::{findings_of, lines};
use crate::case::{Case, Policy};
use crate::report::table::{markdown_table, read_table};
use crate::results::RowOutcome;
use crate::verdict::policy::{Finding, Line};

/// The text.
pub(in crate::report) fn snapshot_of_policy(
    case: &Case,
    policy: &Policy,
    rows: &[RowOutcome],
) -> String {
    let said = match findings_of(case, rows).as_slice() {
        [] => praise(policy, case, rows) + "\n",
        findings => findings.iter().map(said).collect(),
    };
    format!("{}\n\n{said}\n{}", case.name.trim(), text_of(&lines(case, rows)))
}

/// The table of these lines, which [`lines_of`] reads.
pub fn text_of(lines: &[Line]) -> String {
    let headings = Line::headings().map(str::to_owned).to_vec();
    let cells = lines.iter().map(|line| line.cells().iter().map(|cell| escaped(cell)).collect());
    markdown_table(&std::iter::once(headings).chain(cells).collect::<Vec<_>>())
}

/// The lines of a snapshot; `None` if it is not a policy's.
pub fn lines_of(text: &str) -> Option<Vec<Line>> {
    let table = read_table(text);
    let (headings, lines) = table.split_first()?;
    if *headings != Line::headings() {
        return None;
    }
    let line = |cells: &Vec<String>| {
        Line::read(&cells.iter().map(|cell| unescaped(cell)).collect::<Vec<_>>())
    };
    lines.iter().map(line).collect()
}

/// A text as a cell of a table contains it, on one line.
fn escaped(text: &str) -> String {
    let seen = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let text: String = text.trim().chars().map(seen).collect();
    text.replace('\\', "\\\\").replace('|', "\\|")
}

fn unescaped(cell: &str) -> String {
    let mut text = String::new();
    let mut signs = cell.chars();
    while let Some(sign) = signs.next() {
        text.extend(if sign == '\\' { signs.next() } else { Some(sign) });
    }
    text
}

/// A finding as a line.
fn said(finding: &Finding) -> String {
    let Finding { severity, name, sentence, .. } = finding;
    format!("- {}, {name}: {sentence}.\n", severity.as_str())
}

/// The findings in a text, as lines.
pub(in crate::report) fn findings_in(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("- ")).collect()
}

//! The text of a policy's snapshot: its findings, and a table with a line for each row.

use super::praise::praise;
use super::{findings_of, lines};
use crate::case::{Case, Policy};
use crate::report::table::markdown_table;
use crate::results::RowOutcome;
use crate::verdict::policy::{Finding, Line};

/// The text.
pub(in crate::report) fn snapshot_of_policy(
    case: &Case,
    policy: &Policy,
    rows: &[RowOutcome],
) -> String {
    let summary = match findings_of(case, rows).as_slice() {
        [] => praise(policy, case, rows) + "\n",
        findings => findings.iter().map(line_of).collect(),
    };
    format!("{}\n\n{summary}\n{}", case.name.trim(), text_of(&lines(case, rows)))
}

/// The table of these lines.
pub(super) fn text_of(lines: &[Line]) -> String {
    let headings = Line::headings().map(str::to_owned).to_vec();
    let cells = lines.iter().map(|line| line.cells().iter().map(|cell| escaped(cell)).collect());
    markdown_table(&std::iter::once(headings).chain(cells).collect::<Vec<_>>())
}

/// A text as a cell of a table contains it, on one line.
fn escaped(text: &str) -> String {
    let seen = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let text: String = text.trim().chars().map(seen).collect();
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// A finding as a line.
fn line_of(finding: &Finding) -> String {
    let Finding { severity, name, sentence, .. } = finding;
    format!("- {}, {name}: {sentence}.\n", severity.as_str())
}

//! Reports of a policy: its snapshot, the console, its changes, and the JSON document.

mod changes;
mod comparison;
mod console;
mod document;
mod first_row;
mod folded;
mod praise;
mod record;
mod repair_text;
mod server_stack;
mod short;
mod snapshot;
mod summaries;

pub(super) use changes::{described_changes, write_changes};
pub use comparison::{Comparison, comparison};
pub use console::{PolicyVerdict, verdict_of_policy};
pub(super) use console::{inconclusive_rows, kept, write_findings};
pub(super) use document::{ChangeEntry, FindingEntry, PolicyEntry, policy_entry};
pub use document::{PolicyEntries, policy_entries};
pub use first_row::first_row_of_policy;
pub(super) use folded::folded;
pub(super) use praise::praise;
pub use record::{PolicyRecord, RecordedFinding};
pub(super) use repair_text::write_repair;
pub(super) use repair_text::write_stack;
pub(crate) use repair_text::{write_command, write_response_repair};
pub(super) use server_stack::repairs;
pub use short::{ShortVerdict, short_verdict_of_policy};
pub(super) use snapshot::snapshot_of_policy;
pub use summaries::{FindingSummary, finding_summaries};

use crate::case::Case;
use crate::results::RowOutcome;
use crate::verdict::policy::{Finding, Line, Played, findings};

/// The played rows of a policy; empty for another case.
pub fn played<'a>(case: &'a Case, rows: &'a [RowOutcome]) -> Vec<Played<'a>> {
    let is_of_check = case.policy.as_ref().is_some_and(|policy| policy.is_of_check);
    let rows = case.rows.iter().zip(rows).filter_map(|(row, outcome)| {
        let rulings = outcome.judged.as_ref().map(|(ruling, _)| ruling.rulings.as_slice());
        let played = Played::of(row, &outcome.observation, rulings.unwrap_or_default())?;
        Some(Played { is_of_check, ..played })
    });
    rows.collect()
}

/// The findings of a policy, by its conclusive rows.
pub(super) fn findings_of(case: &Case, rows: &[RowOutcome]) -> Vec<Finding> {
    let is_conclusive =
        |row: &usize| rows.get(*row).is_some_and(|row| row.inconclusive().is_none());
    let (numbers, rows): (Vec<_>, Vec<_>) =
        played(case, rows).into_iter().enumerate().filter(|(row, _)| is_conclusive(row)).unzip();
    let mut findings = findings(&rows);
    for row in findings.iter_mut().flat_map(|finding| &mut finding.rows) {
        *row = numbers[*row];
    }
    findings
}

/// The lines of a policy's snapshot.
fn lines(case: &Case, rows: &[RowOutcome]) -> Vec<Line> {
    played(case, rows).iter().map(Line::of).collect()
}

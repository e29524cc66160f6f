//! The findings of a policy for a terminal.

use std::fmt::Write;

use super::findings_of;
use super::praise::praise;
use crate::case::{Case, Policy};
use crate::report::failure::values;
use crate::report::notes::notes_of_rows;
use crate::report::wire::Wire;
use crate::results::RowOutcome;
use crate::verdict::policy::Finding;

/// How well a server keeps a policy, in one line.
pub(in crate::report) fn kept(policy: &Policy, case: &Case, rows: &[RowOutcome]) -> String {
    let told = rows.iter().filter(|row| row.inconclusive().is_none()).count();
    let of_rows = match told == rows.len() {
        true => format!("{told} rows"),
        false => format!("{told} of {} rows are conclusive", rows.len()),
    };
    match findings_of(case, rows).len() {
        0 => praise(policy, case, rows),
        1 => format!("{of_rows}, 1 finding:"),
        more => format!("{of_rows}, {more} findings:"),
    }
}

/// Every finding, with the first row that shows it and, on request, its exchanges.
pub(in crate::report) fn write_findings(
    text: &mut String,
    case: &Case,
    rows: &[RowOutcome],
    with_exchanges: bool,
) {
    for finding in findings_of(case, rows) {
        let Finding { severity, name, sentence, rows: numbers } = &finding;
        let _ = writeln!(text, "  {}, {name}", severity.as_str());
        let _ = writeln!(text, "    {sentence}.");
        let first = numbers.first().and_then(|row| Some((case.rows.get(*row)?, rows.get(*row)?)));
        if let Some((row, outcome)) = first {
            let _ = writeln!(text, "    row {}{}", values(row), others(numbers.len()));
            for note in notes_of_rows(case, rows, numbers) {
                let _ = writeln!(text, "    note: {note}.");
            }
            if with_exchanges {
                Wire::write_all(outcome, text);
            }
        }
    }
}

/// What follows the first of this many rows.
pub(super) fn others(rows: usize) -> String {
    match rows {
        0 | 1 => String::new(),
        2 => " and another row".to_owned(),
        _ => format!(" and {} other rows", rows - 1),
    }
}

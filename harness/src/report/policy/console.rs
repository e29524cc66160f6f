//! The findings of a policy for a terminal.

use std::fmt::Write;

use super::{findings_of, is_kept};
use crate::case::{Case, Policy, Row};
use crate::report::failure::values;
use crate::report::wire::Wire;
use crate::run::RowOutcome;
use crate::verdict::policy::Finding;

/// How a policy is kept, in one line.
pub(in crate::report) fn kept(policy: &Policy, case: &Case, rows: &[RowOutcome]) -> String {
    match findings_of(case, rows).len() {
        0 => is_kept(policy, rows.len()),
        1 => format!("{} rows, and 1 thing to say:", rows.len()),
        more => format!("{} rows, and {more} things to say:", rows.len()),
    }
}

/// Every finding, with the first row that shows it and, if asked for, what was on the wire there.
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
            write_first(text, row, numbers.len());
            Wire::all(outcome).filter(|_| with_exchanges).for_each(|wire| wire.write(text));
        }
    }
}

fn write_first(text: &mut String, row: &Row, of: usize) {
    let others = match of {
        0 | 1 => String::new(),
        2 => " and another row".to_owned(),
        _ => format!(" and {} other rows", of - 1),
    };
    let _ = writeln!(text, "    row {}{others}", values(row));
}

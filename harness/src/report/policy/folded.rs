//! Findings of a policy, folded to the width of a terminal: for each one sentence, one row, one exchange and one repair.

use std::fmt::Write;

use super::{repairs, write_command, write_repair, write_stack};
use crate::case::Case;
use crate::repair::{Repair, ResponseRepair};
use crate::report::notes::notes_of_rows;
use crate::report::played_row::values;
use crate::report::style::{BAD, DIM, WARN, counted, styled};
use crate::report::wire::Wire;
use crate::report::wrapping::hanging_in;
use crate::results::RowOutcome;
use crate::verdict::policy::{Finding, Severity};

/// How many findings are shown with their exchange.
const IN_FULL: usize = 2;

/// The findings, each with its repair, and the first ones with their exchange.
pub(in crate::report) fn folded(
    case: &Case,
    rows: &[RowOutcome],
    findings: &[&Finding],
    width: usize,
) -> String {
    let mut text = String::new();
    let repairs = repairs(case, rows);
    for (number, finding) in findings.iter().enumerate() {
        write_finding(&mut text, finding, width);
        let repair = repairs.of(finding);
        if number < IN_FULL && finding.severity <= Severity::Medium {
            write_row(&mut text, case, rows, finding, width);
            write_exchange(&mut text, rows, finding, &repair, width);
        }
        write_repair(&mut text, &repair, width);
        repair.curl.iter().for_each(|command| write_command(&mut text, command, width));
    }
    let stack = repairs.stack.iter().filter(|_| !findings.is_empty());
    stack.for_each(|stack| write_stack(&mut text, stack, width));
    text
}

/// The sentence of a finding.
pub(super) fn write_finding(text: &mut String, finding: &Finding, width: usize) {
    let style = if finding.severity <= Severity::High { BAD } else { WARN };
    let severity = styled(style, finding.severity.as_str());
    let _ = writeln!(text, "  {severity}, {}", finding.name);
    *text += &hanging_in(width, "    ", &(finding.sentence.clone() + "."));
}

/// The first row that shows a finding, with its notes.
fn write_row(text: &mut String, case: &Case, rows: &[RowOutcome], finding: &Finding, width: usize) {
    let Some(row) = finding.rows.first().and_then(|row| case.rows.get(*row)) else { return };
    let others = match finding.rows.len() {
        1 => String::new(),
        all => format!(" and {}", counted(all - 1, "other row")),
    };
    hanging_in(width, "    row ", &(values(row) + &others)).lines().for_each(|line| {
        let _ = writeln!(text, "{}", styled(DIM, line));
    });
    for note in notes_of_rows(case, rows, &finding.rows) {
        *text += &hanging_in(width, "    note: ", &(note + "."));
    }
}

/// The exchange that shows a finding, in which the lines that the repair changes are marked: the first that the repair
/// changes, or the last of the row.
pub(super) fn write_exchange(
    text: &mut String,
    rows: &[RowOutcome],
    finding: &Finding,
    repair: &Repair,
    width: usize,
) {
    let Some(outcome) = finding.rows.first().and_then(|row| rows.get(*row)) else { return };
    let wires: Vec<_> = Wire::all(outcome).collect();
    let is_response = |wire: &&Wire, response: &ResponseRepair| {
        wire.request == response.request
            && wire.request_header("origin") == response.origin.as_deref()
    };
    let changed = repair.responses.iter().filter(|response| response.seen).find_map(|response| {
        Some((wires.iter().rfind(|wire| is_response(wire, response))?, response))
    });
    match changed {
        Some((wire, response)) => wire.write_short(text, width, Some(response)),
        None => {
            wires.iter().last().into_iter().for_each(|wire| wire.write_short(text, width, None))
        }
    }
}

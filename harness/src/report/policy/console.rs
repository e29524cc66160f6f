//! A policy for a terminal: its findings, its inconclusive rows, and the access of each page.

use std::fmt::Write;

use indexmap::IndexMap;

use super::praise::praise;
use super::snapshot::text_of;
use super::{findings_of, lines, repairs, write_command, write_repair, write_stack};
use crate::case::{Case, Policy};
use crate::report::notes::{no_browser, notes_of_rows, write_notes};
use crate::report::played_row::values;
use crate::report::wire::Wire;
use crate::results::{Engine, Outcome, RowOutcome};
use crate::verdict::policy::Finding;

/// How well a server keeps a policy, in one line.
pub(in crate::report) fn kept(policy: &Policy, case: &Case, rows: &[RowOutcome]) -> String {
    let conclusive = rows.iter().filter(|row| row.inconclusive().is_none()).count();
    let of_rows = match conclusive == rows.len() {
        true => format!("{conclusive} rows"),
        false => format!("{conclusive} of {} rows are conclusive", rows.len()),
    };
    match findings_of(case, rows).len() {
        0 => praise(policy, case, rows),
        1 => format!("{of_rows}, 1 finding:"),
        more => format!("{of_rows}, {more} findings:"),
    }
}

/// Every finding, with the first row that shows it, on request its exchanges, and the repair.
pub(in crate::report) fn write_findings(
    text: &mut String,
    case: &Case,
    rows: &[RowOutcome],
    with_exchanges: bool,
) {
    let repairs = repairs(case, rows);
    let findings = findings_of(case, rows);
    for finding in &findings {
        let Finding { severity, name, sentence, rows: numbers } = finding;
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
        let repair = repairs.of(finding);
        write_repair(text, &repair, usize::MAX);
        repair.curl.iter().for_each(|command| write_command(text, command, usize::MAX));
    }
    let stack = repairs.stack.iter().filter(|_| !findings.is_empty());
    stack.for_each(|stack| write_stack(text, stack, usize::MAX));
}

/// What follows the first of this many rows.
fn others(rows: usize) -> String {
    match rows {
        0 | 1 => String::new(),
        2 => " and another row".to_owned(),
        _ => format!(" and {} other rows", rows - 1),
    }
}

/// How many of a case's rows are inconclusive, and why, each reason once; empty if none is.
pub(in crate::report) fn inconclusive_rows(case: &Case, rows: &[RowOutcome]) -> String {
    let reasons = inconclusive_reasons(case, rows);
    let count: usize = reasons.values().map(Vec::len).sum();
    let mut text = match count {
        0 => return String::new(),
        1 => format!("1 of {} rows is inconclusive:\n", rows.len()),
        _ => format!("{count} of {} rows are inconclusive:\n", rows.len()),
    };
    for (why, rows) in reasons {
        let _ = writeln!(text, "  row {}{}\n    {why}", rows[0], others(rows.len()));
    }
    text
}

/// The reasons why rows are inconclusive, each with the values of its rows.
pub(super) fn inconclusive_reasons<'r>(
    case: &Case,
    rows: &'r [RowOutcome],
) -> IndexMap<&'r str, Vec<String>> {
    let mut reasons: IndexMap<&str, Vec<String>> = IndexMap::new();
    for (row, outcome) in case.rows.iter().zip(rows) {
        if let Some(why) = outcome.inconclusive() {
            reasons.entry(why).or_default().push(values(row));
        }
    }
    reasons
}

/// The result of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyVerdict {
    /// The text, with the exchanges.
    pub text: String,
    /// Whether no row is inconclusive and there is no finding.
    pub clean: bool,
}

/// The result. `outcome` is that of the policy `case`.
pub fn verdict_of_policy(case: &Case, engine: Engine, outcome: &Outcome) -> PolicyVerdict {
    let Outcome { version, rows } = outcome;
    let asked_by = no_browser(engine, case).map_or_else(
        || format!("played by {} {version}", engine.as_str()),
        |words| words.to_owned(),
    );
    let mut text = format!("{}, {asked_by}\n\n", case.id);
    let access = case.policy.as_ref().map(|policy| kept(policy, case, rows)).unwrap_or_default();
    text += &format!("{access}\n");
    write_notes(&mut text, case, rows);
    write_findings(&mut text, case, rows, true);
    let inconclusive = inconclusive_rows(case, rows);
    text += &format!("\n{}\n{inconclusive}", text_of(&lines(case, rows)));
    let clean = inconclusive.is_empty() && findings_of(case, rows).is_empty();
    PolicyVerdict { text: text.trim_end().to_owned() + "\n", clean }
}

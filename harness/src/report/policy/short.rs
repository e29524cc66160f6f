//! What `check` prints of a policy: the worst finding with its exchange and its repair, and the sentences of the others.

use std::fmt::Write;

use super::console::{inconclusive_reasons, kept};
use super::folded::{write_exchange, write_finding};
use super::{findings_of, repairs, write_command, write_repair, write_stack};
use crate::case::{Case, OriginKind, Stack};
use crate::repair::Repairs;
use crate::report::notes::{loopback_origins, no_browser, notes_of_rows};
use crate::report::style::{HEAD, WARN, counted, styled};
use crate::report::wrapping::hanging_in;
use crate::results::{Engine, Outcome, RowOutcome};
use crate::verdict::policy::Finding;

/// How many findings have their sentence after the first.
const SENTENCES: usize = 2;

/// How many reasons of inconclusive rows are shown.
const REASONS: usize = 3;

/// The result of a policy in short form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ShortVerdict {
    /// The text.
    pub text: String,
    /// Whether no row is inconclusive and there is no finding.
    pub clean: bool,
    /// Whether every row is inconclusive.
    pub is_inconclusive: bool,
    /// Whether header lines of the server repair a finding.
    pub is_repaired_by_lines: bool,
    /// The software of the server and how it was recognised, if it was and the user did not name it.
    pub recognised: Option<(Stack, String)>,
}

/// The result for a terminal of this width. `outcome` is that of the policy `case`.
pub fn short_verdict_of_policy(
    case: &Case,
    engine: Engine,
    outcome: &Outcome,
    width: usize,
) -> ShortVerdict {
    let Outcome { version, rows } = outcome;
    let by = no_browser(engine, case)
        .map_or_else(|| format!("played by {} {version}", engine.as_str()), str::to_owned);
    let head = hanging_in(width, "", &format!("{}, {by}", case.id));
    let mut text: String = head.lines().map(|line| styled(HEAD, line) + "\n").collect();
    let findings = findings_of(case, rows);
    let kept = case.policy.as_ref().map(|policy| kept(policy, case, rows)).unwrap_or_default();
    let _ = write!(text, "\n{}", hanging_in(width, "", &kept));
    let repairs = repairs(case, rows);
    let is_named = case.policy.as_ref().is_some_and(|policy| policy.stack.is_some());
    if let Some((first, others)) = findings.split_first() {
        write_first(&mut text, &repairs, rows, first, width);
        others.iter().take(SENTENCES).for_each(|finding| {
            write_finding(&mut text, finding, width);
            let advice = repairs.of(finding).advice;
            text += &hanging_in(width, "    repair: ", advice);
        });
        if others.len() > SENTENCES {
            let more = counted(others.len() - SENTENCES, "more finding");
            let _ = writeln!(text, "  and {more}");
        }
        let stack = repairs.stack.iter().filter(|_| is_named);
        stack.for_each(|stack| write_stack(&mut text, stack, width));
    }
    for note in notes(case, rows, &findings) {
        text += &hanging_in(width, "  note: ", &(note + "."));
    }
    let is_conclusive = write_inconclusive(&mut text, case, rows, width);
    let is_repaired_by_lines =
        findings.iter().any(|finding| !repairs.of(finding).responses.is_empty());
    let stack = repairs.stack.filter(|_| !is_named && is_repaired_by_lines);
    ShortVerdict {
        text,
        clean: is_conclusive && findings.is_empty(),
        is_inconclusive: rows.iter().all(|row| row.inconclusive().is_some()),
        is_repaired_by_lines,
        recognised: stack.map(|stack| (stack.stack, stack.because)),
    }
}

/// The notes on the rows that show a finding, and on those of the listed pages.
fn notes(case: &Case, rows: &[RowOutcome], findings: &[Finding]) -> Vec<String> {
    let is_listed = |row: &usize| {
        let asked = case.rows.get(*row).and_then(|row| row.asked.as_ref());
        asked.is_some_and(|asked| asked.kind == OriginKind::Listed)
    };
    let listed = (0..rows.len()).filter(is_listed);
    let of_findings = findings.iter().flat_map(|finding| finding.rows.iter().copied());
    let numbers: Vec<_> = listed.chain(of_findings).collect();
    let refused = findings.iter().find(|finding| finding.name == "origin-not-allowed");
    let refused = refused.and_then(|finding| case.rows.get(*finding.rows.first()?)?.asked.as_ref());
    let names = refused.and_then(|asked| loopback_origins(&asked.page));
    names.into_iter().chain(notes_of_rows(case, rows, &numbers)).collect()
}

/// The worst finding.
fn write_first(
    text: &mut String,
    repairs: &Repairs<'_>,
    rows: &[RowOutcome],
    finding: &Finding,
    width: usize,
) {
    let repair = repairs.of(finding);
    write_finding(text, finding, width);
    write_exchange(text, rows, finding, &repair, width);
    write_repair(text, &repair, width);
    repair.curl.iter().for_each(|command| write_command(text, command, width));
}

/// How many rows are inconclusive, and why. Returns whether none is.
fn write_inconclusive(text: &mut String, case: &Case, rows: &[RowOutcome], width: usize) -> bool {
    let reasons = inconclusive_reasons(case, rows);
    let count: usize = reasons.values().map(Vec::len).sum();
    if count == 0 {
        return true;
    }
    let be = if count == 1 { "is" } else { "are" };
    let words = format!("{count} of {} {be} inconclusive:", counted(rows.len(), "row"));
    let _ = writeln!(text, "{}", styled(WARN, &words));
    for why in reasons.keys().take(REASONS) {
        *text += &hanging_in(width, "  ", why);
    }
    if reasons.len() > REASONS {
        let _ = writeln!(text, "  and {}", counted(reasons.len() - REASONS, "more reason"));
    }
    false
}

//! In what a policy's rows are otherwise than they were reviewed.

use std::fmt::Write;

use super::lines_of;
use super::snapshot::{said_in, snapshot_of_policy};
use crate::case::{Case, Policy};
use crate::report::wire::Wire;
use crate::run::RowOutcome;
use crate::verdict::policy::{Change, Effect, Line, changes};

/// Every change, what loosened first; `false` if the text from before is none of a policy's. `since` says
/// what it was before.
pub(in crate::report) fn write_changes(
    text: &mut String,
    case: &Case,
    policy: &Policy,
    rows: &[RowOutcome],
    (since, reviewed): (&str, &str),
) -> bool {
    let Some(before) = lines_of(reviewed) else { return false };
    let kept = snapshot_of_policy(case, policy, rows);
    // As a snapshot holds them: what a cell cannot hold is no change.
    let now = lines_of(&kept).unwrap_or_default();
    let changes = changes(&before, &now);
    let _ = writeln!(text, "{since}: {}", counts(&changes));
    write_said(text, reviewed, &kept);
    let mut last = None;
    for change in &changes {
        if last.replace(change.effect) != Some(change.effect) {
            let _ = writeln!(text, "\n{}", change.effect.as_str());
        }
        write_change(text, change);
        let line = change.now.as_ref().filter(|_| change.effect < Effect::WithoutEffect);
        let row = line.and_then(|line| now.iter().position(|other| other == line));
        if let Some(outcome) = row.and_then(|row| rows.get(row)) {
            Wire::all(outcome).for_each(|wire| wire.write(text));
        }
    }
    true
}

/// `2 loosened, 1 tightened`.
fn counts(changes: &[Change]) -> String {
    let mut counts: Vec<(Effect, usize)> = Vec::new();
    for change in changes {
        match counts.last_mut() {
            Some((effect, count)) if *effect == change.effect => *count += 1,
            _ => counts.push((change.effect, 1)),
        }
    }
    let counts: Vec<_> =
        counts.iter().map(|(effect, count)| format!("{count} {}", effect.as_str())).collect();
    if counts.is_empty() { "no row changed".to_owned() } else { counts.join(", ") }
}

/// Findings that are there or not there any more.
fn write_said(text: &mut String, reviewed: &str, now: &str) {
    let (before, now) = (said_in(reviewed), said_in(now));
    for line in now.iter().filter(|line| !before.contains(line)) {
        let _ = writeln!(text, "  new:  {}", line.trim_start_matches("- "));
    }
    for line in before.iter().filter(|line| !now.contains(line)) {
        let _ = writeln!(text, "  gone: {}", line.trim_start_matches("- "));
    }
}

fn write_change(text: &mut String, Change { before, now, .. }: &Change) {
    let Some(line) = now.as_ref().or(before.as_ref()) else { return };
    let [page, standing, request, login] = &line.values;
    let _ = writeln!(text, "  page={page} as={standing} request={request} login={login}");
    for (sign, line) in [("was", before), ("is", now)] {
        if let Some(Line { allowed, can, how, .. }) = line {
            let policy = if *allowed { "may" } else { "may not" };
            let _ = writeln!(text, "    {sign:3}  {can} ({how}; policy: {policy})");
        }
    }
}

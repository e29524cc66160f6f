//! Describes the rows of a policy that differ from the reviewed snapshot.

use std::fmt::Write;

use indexmap::IndexMap;

use super::snapshot::{findings_in, snapshot_of_policy};
use super::{lines_of, played};
use crate::case::{Case, Policy};
use crate::report::wire::Wire;
use crate::results::RowOutcome;
use crate::verdict::policy::{Change, DescribedChange, Effect, Line, changes, describe};

/// Every change, loosened rows first; `false` if the earlier text is not a policy's. `since` says
/// what the earlier text was.
pub(in crate::report) fn write_changes(
    text: &mut String,
    case: &Case,
    policy: &Policy,
    rows: &[RowOutcome],
    (since, reviewed): (&str, &str),
) -> bool {
    let Some(said) = described_changes(case, policy, rows, reviewed) else { return false };
    let _ = writeln!(text, "{since}: {}", counts(&said));
    write_findings_that_changed(text, reviewed, &snapshot_of_policy(case, policy, rows));
    let mut last = None;
    for same in sentences(&said) {
        let effect = same[0].change.effect;
        if last.replace(effect) != Some(effect) {
            let _ = writeln!(text, "\n{}", effect.as_str());
        }
        let _ = writeln!(text, "  {}\n    {}.", same[0].severity.as_str(), same[0].sentence);
        same.iter().for_each(|one| write_change(text, &one.change));
        let shown = same[0].row.filter(|_| effect < Effect::WithoutEffect);
        if let Some(outcome) = shown.and_then(|row| rows.get(row)) {
            Wire::write_all(outcome, text);
        }
    }
    true
}

/// Every change as a sentence; `None` if the reviewed text is not a policy's.
pub(in crate::report) fn described_changes(
    case: &Case,
    policy: &Policy,
    rows: &[RowOutcome],
    reviewed: &str,
) -> Option<Vec<DescribedChange>> {
    let before = lines_of(reviewed)?;
    // In the form of a snapshot: what a cell cannot hold is not a change.
    let now = lines_of(&snapshot_of_policy(case, policy, rows)).unwrap_or_default();
    Some(describe(changes(&before, &now), &played(case, rows)))
}

/// Rows with the same sentence, together, in the order of the first of each.
fn sentences(said: &[DescribedChange]) -> Vec<Vec<&DescribedChange>> {
    let mut sentences: IndexMap<_, Vec<&DescribedChange>> = IndexMap::new();
    for one in said {
        let key = (one.change.effect, one.severity, one.sentence.as_str());
        sentences.entry(key).or_default().push(one);
    }
    sentences.into_values().collect()
}

/// `2 loosened, 1 tightened`.
fn counts(said: &[DescribedChange]) -> String {
    let mut counts: Vec<(Effect, usize)> = Vec::new();
    for DescribedChange { change, .. } in said {
        match counts.last_mut() {
            Some((effect, count)) if *effect == change.effect => *count += 1,
            _ => counts.push((change.effect, 1)),
        }
    }
    let counts: Vec<_> =
        counts.iter().map(|(effect, count)| format!("{count} {}", effect.as_str())).collect();
    if counts.is_empty() { "no row changed".to_owned() } else { counts.join(", ") }
}

/// Findings that are new or gone.
fn write_findings_that_changed(text: &mut String, reviewed: &str, now: &str) {
    let (before, now) = (findings_in(reviewed), findings_in(now));
    for line in now.iter().filter(|line| !before.contains(line)) {
        let _ = writeln!(text, "  new:  {}", line.trim_start_matches("- "));
    }
    for line in before.iter().filter(|line| !now.contains(line)) {
        let _ = writeln!(text, "  gone: {}", line.trim_start_matches("- "));
    }
}

fn write_change(text: &mut String, Change { before, now, .. }: &Change) {
    let Some(line) = now.as_ref().or(before.as_ref()) else { return };
    let [page, kind, request, login] = &line.values;
    let _ = writeln!(text, "    row page={page} as={kind} request={request} login={login}");
    for (sign, line) in [("was", before), ("is", now)] {
        if let Some(line) = line {
            let Line { can, how, .. } = line;
            let _ = writeln!(text, "      {sign:3}  {can} ({how}; policy: {})", line.policy());
        }
    }
}

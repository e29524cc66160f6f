//! Findings and changes of a policy that failed.

use std::fmt::Write;

use indexmap::IndexMap;

use super::FailedCase;
use crate::case::Policy;
use crate::report::policy::{PolicyRecord, described_changes, findings_of, folded, praise};
use crate::report::style::counted;
use crate::report::wrapping::hanging_in;
use crate::verdict::policy::{DescribedChange, Effect, Finding, Severity};

/// How many sentences about changes are shown.
const SENTENCES: usize = 4;

/// How many are shown after new findings, which are often their cause.
const AFTER_FINDINGS: usize = 1;

/// All findings, or what the rows show where there is none.
pub(super) fn findings(failed: &FailedCase<'_>, policy: &Policy) -> String {
    let rows = &failed.judged.rows;
    let findings = findings_of(failed.case, rows);
    if findings.is_empty() {
        return hanging_in(failed.width, "  ", &praise(policy, failed.case, rows));
    }
    let all: Vec<_> = findings.iter().collect();
    folded(failed.case, rows, &all, failed.width)
}

/// What has changed since the policy was reviewed: one sentence, and the findings and changes behind it.
pub(super) fn changes(failed: &FailedCase<'_>, before: &PolicyRecord) -> (String, String) {
    let rows = &failed.judged.rows;
    let changes = described_changes(failed.case, rows, before);
    let findings = findings_of(failed.case, rows);
    let now = PolicyRecord::of(failed.case, rows);
    let added = now.findings_without(before);
    let is_new = |finding: &&Finding| {
        added.iter().any(|one| one.finding == finding.name && one.sentence == finding.sentence)
    };
    let new: Vec<_> = findings.iter().filter(is_new).collect();
    let mut text = folded(failed.case, rows, &new, failed.width);
    let shown = |change: &&DescribedChange| {
        !change.row.is_some_and(|row| new.iter().any(|finding| finding.rows.contains(&row)))
            && (new.is_empty() || change.change.effect != Effect::WithoutEffect)
    };
    let most = if new.is_empty() { SENTENCES } else { AFTER_FINDINGS };
    write_changes(&mut text, changes.iter().filter(shown), most, failed.width);
    (format!("Since it was reviewed: {}.", effects(&changes)), text)
}

/// `12 rows loosened, 1 tightened`.
fn effects(changes: &[DescribedChange]) -> String {
    let mut counts: IndexMap<Effect, usize> = IndexMap::new();
    changes.iter().for_each(|described| *counts.entry(described.change.effect).or_default() += 1);
    let counts = counts
        .iter()
        .map(|(effect, count)| format!("{} {}", counted(*count, "row"), effect.as_str()));
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() { "the findings changed".to_owned() } else { counts.join(", ") }
}

fn write_changes<'c>(
    text: &mut String,
    changes: impl Iterator<Item = &'c DescribedChange>,
    most: usize,
    width: usize,
) {
    let mut alike: IndexMap<(Effect, Severity, &str), Vec<&DescribedChange>> = IndexMap::new();
    for one in changes {
        let key = (one.change.effect, one.severity, one.sentence.as_str());
        alike.entry(key).or_default().push(one);
    }
    for ((effect, severity, sentence), same) in alike.iter().take(most) {
        let head = format!("  {}: ", effect.as_str());
        *text += &hanging_in(width, &head, &format!("{} ({}).", sentence, severity.as_str()));
        let line = same[0].change.now.as_ref().or(same[0].change.before.as_ref());
        if let Some(line) = line {
            let [page, kind, request, login] = &line.values;
            let row = format!("page={page} as={kind} request={request} login={login}");
            *text += &hanging_in(width, "    row ", &(row + &others(same.len())));
        }
    }
    if alike.len() > most {
        let _ = writeln!(text, "  and {}", counted(alike.len() - most, "more change"));
    }
}

fn others(rows: usize) -> String {
    match rows {
        0 | 1 => String::new(),
        _ => format!(" and {}", counted(rows - 1, "other row")),
    }
}

//! Describes the rows of a policy that differ from the reviewed snapshot.

use std::fmt::Write;

use indexmap::IndexMap;

use super::played;
use super::record::{PolicyRecord, RecordedFinding};
use crate::case::Case;
use crate::report::wire::Wire;
use crate::results::RowOutcome;
use crate::verdict::policy::{Change, DescribedChange, Effect, Line, changes, describe};

/// Every change, loosened rows first. `since` says what the earlier record is.
pub(in crate::report) fn write_changes(
    text: &mut String,
    case: &Case,
    rows: &[RowOutcome],
    (since, before): (&str, &PolicyRecord),
) {
    let now = PolicyRecord::of(case, rows);
    let described = described_changes(case, rows, before);
    let _ = writeln!(text, "{since}: {}", counts(&described));
    let new = now.findings_without(before);
    let gone = before.findings_without(&now);
    if described.is_empty() && new.is_empty() && gone.is_empty() {
        text.push_str(
            "  only the wording of the snapshot differs, as after an update of cors-harness\n",
        );
    }
    write_findings(text, "new: ", &new);
    write_findings(text, "gone:", &gone);
    let mut last = None;
    for same in sentences(&described) {
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
}

/// Every change as a sentence.
pub(in crate::report) fn described_changes(
    case: &Case,
    rows: &[RowOutcome],
    before: &PolicyRecord,
) -> Vec<DescribedChange> {
    let now = PolicyRecord::of(case, rows);
    describe(changes(&before.lines, &now.lines), &played(case, rows))
}

/// Rows with the same sentence, together, in the order of the first of each.
fn sentences(described: &[DescribedChange]) -> Vec<Vec<&DescribedChange>> {
    let mut sentences: IndexMap<_, Vec<&DescribedChange>> = IndexMap::new();
    for one in described {
        let key = (one.change.effect, one.severity, one.sentence.as_str());
        sentences.entry(key).or_default().push(one);
    }
    sentences.into_values().collect()
}

/// `2 loosened, 1 tightened`.
fn counts(described: &[DescribedChange]) -> String {
    let mut counts: Vec<(Effect, usize)> = Vec::new();
    for DescribedChange { change, .. } in described {
        match counts.last_mut() {
            Some((effect, count)) if *effect == change.effect => *count += 1,
            _ => counts.push((change.effect, 1)),
        }
    }
    let counts: Vec<_> =
        counts.iter().map(|(effect, count)| format!("{count} {}", effect.as_str())).collect();
    if counts.is_empty() { "no row changed".to_owned() } else { counts.join(", ") }
}

fn write_findings(text: &mut String, sign: &str, findings: &[&RecordedFinding]) {
    for RecordedFinding { finding, severity, sentence, .. } in findings {
        let _ = writeln!(text, "  {sign} {}, {finding}: {sentence}.", severity.as_str());
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

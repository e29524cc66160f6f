//! The findings and effects that a configuration adds to the reviewed ones.

use std::collections::BTreeSet;
use std::path::Path;

use cors_harness::case::Case;
use cors_harness::report::{PolicyRecord, played};
use cors_harness::run::Outcome;
use cors_harness::snapshot::reviewed;
use cors_harness::verdict::policy::{Effect, Finding, Line, changes, findings};

/// A reviewed snapshot.
pub struct Reviewed {
    lines: Vec<Line>,
    names: BTreeSet<String>,
}

impl Reviewed {
    /// Reads it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let unreadable = |why: &str| format!("{}: {why}", file.display());
        let reviewed = reviewed(file).map_err(|error| unreadable(&error))?;
        let data = reviewed.and_then(|reviewed| reviewed.data);
        let record = data.and_then(|data| PolicyRecord::read(&data));
        let PolicyRecord { lines, findings } =
            record.ok_or_else(|| unreadable("no recorded policy"))?;
        let names = findings.into_iter().map(|finding| finding.finding);
        Ok(Self { lines, names: names.collect() })
    }
}

/// The results of a configuration, compared with the reviewed ones.
#[derive(Debug)]
pub struct Results {
    /// Names of findings that production does not have, or has in other rows.
    pub findings: BTreeSet<String>,
    /// How access changed.
    pub effects: BTreeSet<String>,
    /// The sentences of the findings.
    pub sentences: Vec<String>,
}

impl Results {
    /// The results of a policy's rows.
    pub fn of(case: &Case, outcome: &Outcome, reviewed: &Reviewed) -> Self {
        let played = played(case, &outcome.rows);
        let now: Vec<_> = played.iter().map(Line::of).collect();
        let is_played = |line: &&Line| now.iter().any(|now| now.values == line.values);
        let before: Vec<_> = reviewed.lines.iter().filter(is_played).cloned().collect();
        let changes = changes(&before, &now);
        let has_changed = |row: &usize| {
            changes.iter().any(|change| change.now.as_ref().is_some_and(|line| *line == now[*row]))
        };
        let is_new = |finding: &&Finding| {
            !reviewed.names.contains(finding.name) || finding.rows.iter().any(&has_changed)
        };
        let findings = findings(&played);
        let new: Vec<_> = findings.iter().filter(is_new).collect();
        let effects = changes.iter().map(|change| change.effect);
        let effects = effects.filter(|effect| *effect != Effect::WithoutEffect);
        Self {
            findings: new.iter().map(|finding| finding.name.to_owned()).collect(),
            effects: effects.map(|effect| effect.as_str().to_owned()).collect(),
            sentences: new.iter().map(|finding| in_words(finding)).collect(),
        }
    }
}

fn in_words(Finding { severity, name, sentence, .. }: &Finding) -> String {
    format!("- {}, {name}: {sentence}", severity.as_str())
}

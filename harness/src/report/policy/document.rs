//! A policy in the JSON document.

use serde::Serialize;
use serde_json::{Map, Value};

use super::changes::described_changes;
use super::record::PolicyRecord;
use super::{findings_of, repairs};
use crate::case::{Asked, Case, Row};
use crate::repair::Repair;
use crate::report::notes::{notes_of_rows, played_by};
use crate::results::{Judged, Judgement, RowOutcome};
use crate::verdict::policy::{Access, DescribedChange, Finding, Line, Severity};

/// What a policy says about a row, and what the page could do.
#[derive(Clone, Debug, Serialize)]
pub(in crate::report) struct PolicyEntry {
    may: bool,
    can: String,
    steps: Vec<StepAccessEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct StepAccessEntry {
    sends: bool,
    reads: bool,
    cookies: bool,
    error: Option<u16>,
    sees: Vec<String>,
}

/// What policies have in addition to their rows.
#[derive(Clone, Debug, Default)]
pub struct PolicyEntries {
    pub(in crate::report) findings: Vec<FindingEntry>,
    pub(in crate::report) changes: Vec<ChangeEntry>,
}

impl PolicyEntries {
    /// The names of the findings.
    pub fn finding_names(&self) -> impl Iterator<Item = &'static str> {
        self.findings.iter().map(|entry| entry.finding.name)
    }
}

impl Extend<Self> for PolicyEntries {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, more: I) {
        for Self { findings, changes } in more {
            self.findings.extend(findings);
            self.changes.extend(changes);
        }
    }
}

/// A row that differs from the reviewed snapshot.
#[derive(Clone, Debug, Serialize)]
pub(in crate::report) struct ChangeEntry {
    case: String,
    engine: &'static str,
    effect: &'static str,
    severity: Severity,
    sentence: String,
    row: Map<String, Value>,
    was: Option<LineEntry>,
    is: Option<LineEntry>,
}

/// A line of a policy's snapshot.
#[derive(Clone, Debug, Serialize)]
struct LineEntry {
    may: bool,
    can: String,
    how: String,
}

/// A finding with the rows that show it.
#[derive(Clone, Debug, Serialize)]
pub(in crate::report) struct FindingEntry {
    case: String,
    engine: &'static str,
    played_by: &'static str,
    #[serde(flatten)]
    finding: Finding,
    notes: Vec<String>,
    repair: Repair,
    rows: Vec<Map<String, Value>>,
}

/// The member `policy` of a row; `None` for rows of other cases.
pub(in crate::report) fn policy_entry(row: &Row, outcome: &RowOutcome) -> Option<PolicyEntry> {
    let may = row.asked.as_ref()?.allowed;
    let can = Access::of(&outcome.observation);
    let words = can.to_string();
    let steps = can.0.into_iter().map(|did| StepAccessEntry {
        sends: did.sends,
        reads: did.reads,
        cookies: did.cookies,
        error: did.error,
        sees: did.sees,
    });
    Some(PolicyEntry { may, can: words, steps: steps.collect() })
}

/// All findings of a trial, and all changes since its review.
pub fn policy_entries(case: &Case, judged: &Judged) -> PolicyEntries {
    PolicyEntries {
        findings: finding_entries(case, judged),
        changes: change_entries(case, judged).unwrap_or_default(),
    }
}

fn change_entries(case: &Case, judged: &Judged) -> Option<Vec<ChangeEntry>> {
    let Judgement::Differs { record, .. } = &judged.judgement else { return None };
    let before = PolicyRecord::read(record.as_ref()?)?;
    let entry = |described: DescribedChange| ChangeEntry {
        case: case.id.to_string(),
        engine: judged.engine.as_str(),
        effect: described.change.effect.as_str(),
        severity: described.severity,
        sentence: described.sentence,
        row: described
            .change
            .now
            .as_ref()
            .or(described.change.before.as_ref())
            .map(row)
            .unwrap_or_default(),
        was: described.change.before.map(line),
        is: described.change.now.map(line),
    };
    Some(described_changes(case, &judged.rows, &before).into_iter().map(entry).collect())
}

fn row(line: &Line) -> Map<String, Value> {
    let values = Asked::VARIABLES.iter().zip(&line.values);
    values.map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect()
}

fn line(Line { allowed, can, how, .. }: Line) -> LineEntry {
    LineEntry { may: allowed, can: can.to_string(), how }
}

fn finding_entries(case: &Case, judged: &Judged) -> Vec<FindingEntry> {
    let values = |row: &Row| -> Map<String, Value> {
        row.values.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
    };
    let repairs = repairs(case, &judged.rows);
    let entry = |finding: Finding| FindingEntry {
        case: case.id.to_string(),
        engine: judged.engine.as_str(),
        notes: notes_of_rows(case, &judged.rows, &finding.rows),
        played_by: played_by(judged.engine, &case.rows),
        repair: repairs.of(&finding),
        rows: finding.rows.iter().filter_map(|row| case.rows.get(*row)).map(values).collect(),
        finding,
    };
    findings_of(case, &judged.rows).into_iter().map(entry).collect()
}

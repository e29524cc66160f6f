//! The rows and findings of a policy as data. A snapshot records them in its metadata, one JSON object on each
//! line. Changes are computed from this record; the table in the snapshot is for reading.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{findings_of, lines};
use crate::case::{Asked, Case};
use crate::results::RowOutcome;
use crate::verdict::policy::{Access, Line, Severity, StepAccess};

/// What is recorded of a policy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PolicyRecord {
    /// The rows.
    pub lines: Vec<Line>,
    /// The findings, the worst first.
    pub findings: Vec<RecordedFinding>,
}

/// A finding.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFinding {
    /// Its name.
    pub finding: String,
    /// How bad it is.
    pub severity: Severity,
    /// Its sentence, which is not compared.
    pub sentence: String,
    /// The numbers of the rows that show it, from 0.
    pub rows: Vec<usize>,
}

/// A row.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedRow {
    page: String,
    #[serde(rename = "as")]
    kind: String,
    request: String,
    login: String,
    may: bool,
    can: Vec<StepAccess>,
    how: String,
}

/// A line of the record.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Entry {
    Finding(RecordedFinding),
    Row(RecordedRow),
}

impl PolicyRecord {
    /// The record of a policy's rows.
    pub fn of(case: &Case, rows: &[RowOutcome]) -> Self {
        let findings = findings_of(case, rows).into_iter().map(|finding| RecordedFinding {
            finding: finding.name.to_owned(),
            severity: finding.severity,
            sentence: finding.sentence,
            rows: finding.rows,
        });
        Self { lines: lines(case, rows), findings: findings.collect() }
    }

    /// The record of those rows that a case has.
    #[must_use]
    pub fn of_rows(&self, case: &Case) -> Self {
        let values: Vec<_> =
            case.rows.iter().filter_map(|row| row.asked.as_ref()).map(Asked::values).collect();
        let is_played =
            |row: &usize| self.lines.get(*row).is_some_and(|line| values.contains(&line.values));
        let kept: Vec<_> = (0..self.lines.len()).filter(is_played).collect();
        let place = |row: &usize| kept.iter().position(|kept| kept == row);
        let findings = self.findings.iter().map(|finding| RecordedFinding {
            rows: finding.rows.iter().filter_map(place).collect(),
            ..finding.clone()
        });
        Self {
            lines: kept.iter().map(|row| self.lines[*row].clone()).collect(),
            findings: findings.filter(|finding| !finding.rows.is_empty()).collect(),
        }
    }

    /// The findings that another record does not have: with the same name and severity, in the same rows.
    pub(in crate::report) fn findings_without<'r>(
        &'r self,
        other: &Self,
    ) -> Vec<&'r RecordedFinding> {
        let of_other: Vec<_> = other.findings.iter().map(|one| other.identity(one)).collect();
        let is_other = |one: &&RecordedFinding| !of_other.contains(&self.identity(one));
        self.findings.iter().filter(is_other).collect()
    }

    fn identity<'r>(
        &'r self,
        finding: &'r RecordedFinding,
    ) -> (&'r str, Severity, BTreeSet<&'r [String; 4]>) {
        let rows = finding.rows.iter().filter_map(|row| Some(&self.lines.get(*row)?.values));
        (&finding.finding, finding.severity, rows.collect())
    }

    /// The record as text.
    pub fn text(&self) -> String {
        let findings = self.findings.iter().cloned().map(Entry::Finding);
        let rows = self.lines.iter().cloned().map(RecordedRow::from).map(Entry::Row);
        // Neither holds anything that JSON cannot hold.
        let lines = findings.chain(rows).filter_map(|entry| serde_json::to_string(&entry).ok());
        lines.map(|line| line + "\n").collect()
    }

    /// Reads such a text; `None` if it is no record.
    pub fn read(text: &str) -> Option<Self> {
        let mut record = Self::default();
        for line in text.lines() {
            match serde_json::from_str(line).ok()? {
                Entry::Finding(finding) => record.findings.push(finding),
                Entry::Row(row) => record.lines.push(row.into()),
            }
        }
        Some(record)
    }
}

impl From<Line> for RecordedRow {
    fn from(Line { values, allowed, can, how }: Line) -> Self {
        let [page, kind, request, login] = values;
        Self { page, kind, request, login, may: allowed, can: can.0, how }
    }
}

impl From<RecordedRow> for Line {
    fn from(row: RecordedRow) -> Self {
        let values = [row.page, row.kind, row.request, row.login];
        Self { values, allowed: row.may, can: Access(row.can), how: row.how }
    }
}

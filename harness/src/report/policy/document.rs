//! A policy in the JSON document.

use serde::Serialize;
use serde_json::{Map, Value};

use super::findings_of;
use crate::case::{Case, Row};
use crate::run::{Judged, RowOutcome};
use crate::verdict::policy::{Can, Finding};

/// What a policy says of a row, and what the page could do.
#[derive(Clone, Debug, Serialize)]
pub(in crate::report) struct PolicyEntry {
    may: bool,
    can: String,
    steps: Vec<DidEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct DidEntry {
    sends: bool,
    reads: bool,
    cookies: bool,
    sees: Vec<String>,
}

/// A finding with the rows that show it.
#[derive(Clone, Debug, Serialize)]
pub struct FindingEntry {
    case: String,
    engine: &'static str,
    #[serde(flatten)]
    finding: Finding,
    rows: Vec<Map<String, Value>>,
}

/// The member of a row of a policy; `None` for other rows.
pub(in crate::report) fn policy_entry(row: &Row, outcome: &RowOutcome) -> Option<PolicyEntry> {
    let may = row.asked.as_ref()?.allowed;
    let can = Can::of(&outcome.observation);
    let words = can.to_string();
    let steps = can.0.into_iter().map(|did| DidEntry {
        sends: did.sends,
        reads: did.reads,
        cookies: did.cookies,
        sees: did.sees,
    });
    Some(PolicyEntry { may, can: words, steps: steps.collect() })
}

/// All findings of a trial.
pub fn finding_entries(case: &Case, judged: &Judged) -> Vec<FindingEntry> {
    let values = |row: &Row| -> Map<String, Value> {
        row.values.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
    };
    let entry = |finding: Finding| FindingEntry {
        case: case.id.to_string(),
        engine: judged.engine.as_str(),
        rows: finding.rows.iter().filter_map(|row| case.rows.get(*row)).map(values).collect(),
        finding,
    };
    findings_of(case, &judged.rows).into_iter().map(entry).collect()
}

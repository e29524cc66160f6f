//! Findings in the form in which reports for other tools need them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{findings_of, repairs};
use crate::case::Case;
use crate::repair::Repair;
use crate::report::notes::notes_of_rows;
use crate::report::played_row::values;
use crate::results::Judged;
use crate::verdict::policy::{Finding, Severity};

/// A finding on one engine.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// How bad it is.
    pub severity: Severity,
    /// A name that stays.
    pub name: Cow<'static, str>,
    /// One sentence, with a full stop.
    pub sentence: String,
    /// What stays the same while sentences and versions change: the case, the name, and the request that shows it first.
    pub fingerprint: String,
    /// The line of the first row that shows it.
    pub line: usize,
    /// The values of the rows that show it.
    pub rows: Vec<String>,
    /// Notes on these rows.
    pub notes: Vec<String>,
    /// What to change. The document of a shard has it in the form in which each report needs it.
    #[serde(skip)]
    pub repair: Repair,
}

/// The findings of a trial, the worst first; none of a case that is not a policy.
pub fn finding_summaries(case: &Case, judged: &Judged) -> Vec<FindingSummary> {
    if case.policy.is_none() {
        return Vec::new();
    }
    let mut counts = BTreeMap::<String, usize>::new();
    let mut summaries = Vec::new();
    let repairs = repairs(case, &judged.rows);
    for finding in findings_of(case, &judged.rows) {
        let repair = repairs.of(&finding);
        let Finding { severity, name, sentence, rows } = finding;
        let of_case = || rows.iter().filter_map(|row| case.rows.get(*row));
        let request = of_case().find_map(|row| row.asked.as_ref()).map(|asked| asked.call());
        let base = format!("{}/{name}/{}", case.id, request.unwrap_or_default());
        let count = counts.entry(base.clone()).or_default();
        *count += 1;
        let fingerprint = if *count == 1 { base } else { format!("{base}/{count}") };
        summaries.push(FindingSummary {
            severity,
            name: name.into(),
            sentence: sentence + ".",
            fingerprint,
            line: of_case().next().map_or(1, |row| row.line),
            notes: notes_of_rows(case, &judged.rows, &rows),
            rows: of_case().map(values).collect(),
            repair,
        });
    }
    summaries
}

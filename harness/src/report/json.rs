//! The JSON document of a run, for other programs. `harness/docs/json.md` describes its members;
//! a new member does not change `schema`, a changed or missing one does.

use std::sync::Arc;
use std::time::Duration;

use cors_model::{PermittedChoice, REVISION};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::engine_wide::is_only_engine_wide;
use super::matrix::{MatrixEntry, entries, snapshot};
use super::notes::{notes_of, played_by};
use super::policy::{
    ChangeEntry, FindingEntry, PolicyEntries, PolicyEntry, policy_entries, policy_entry,
};
use super::row_changes::{Cells, RowChanges};
use super::step_entries::{StepEntry, step_entries, with_steps};
use super::wire::Wire;
use crate::case::{Case, Known, Row};
use crate::results::{Engine, Judged, Judgement, RowOutcome, Times};
use crate::shards::{SCHEMA, ShardRecord};
use crate::verdict::{Difference, EngineDeparture, Shown, known};

/// The document. `R` is the source of its results, which may be too many to hold in memory.
#[derive(Clone, Debug, Serialize)]
pub struct Document<R = Vec<ResultEntry>> {
    schema: u32,
    suite: &'static str,
    standard: &'static str,
    engines: Vec<EngineEntry>,
    pub(super) results: R,
    findings: Vec<FindingEntry>,
    changes: Vec<ChangeEntry>,
    pub(super) not_run: Vec<NotRun>,
    matrix: Vec<MatrixEntry>,
    times: Vec<TimesEntry>,
    costs: Vec<CostEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<ShardRecord>,
}

/// How long the rows of a trial took, in milliseconds.
#[derive(Clone, Debug, Serialize)]
struct CostEntry {
    case: String,
    engine: &'static str,
    milliseconds: f64,
}

/// A case that the environment could not run on an engine.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NotRun {
    pub(super) case: String,
    pub(super) engine: &'static str,
    pub(super) reason: String,
}

/// Where an engine's time went, in milliseconds. It depends on the machine and is never compared.
#[derive(Clone, Debug, Serialize)]
struct TimesEntry {
    engine: &'static str,
    wall: u128,
    #[serde(flatten)]
    parts: IndexMap<&'static str, u128>,
}

/// An engine that took part.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct EngineEntry {
    name: &'static str,
    version: String,
}

/// One row on one engine.
#[derive(Clone, Debug, Serialize)]
pub struct ResultEntry {
    pub(super) case: String,
    case_file: String,
    line: usize,
    pub(super) row: Map<String, Value>,
    pub(super) engine: &'static str,
    played_by: &'static str,
    policy: Option<PolicyEntry>,
    verdict: Option<&'static str>,
    differences: Vec<DifferenceEntry>,
    permitted: Vec<PermittedEntry>,
    time: Option<String>,
    known: Option<KnownEntry>,
    engine_wide: Vec<EngineWideEntry>,
    broken: Vec<&'static str>,
    repeated: Option<String>,
    reasons_unavailable: Option<String>,
    notes: Vec<String>,
    /// In milliseconds.
    pub(super) duration: Option<f64>,
    pub(super) snapshot: &'static str,
    pub(super) was: Option<Vec<Cells>>,
    pub(super) is: Option<Vec<Cells>>,
    pub(super) steps: Vec<StepEntry>,
    pub(super) exchanges: Vec<Wire>,
}

#[derive(Clone, Debug, Serialize)]
struct DifferenceEntry {
    step: usize,
    field: &'static str,
}

/// Something that the standard leaves to a browser, and that the browser did.
#[derive(Clone, Debug, Serialize)]
struct PermittedEntry {
    sentence: String,
    link: &'static str,
}

/// A departure that the engine has in every row of a kind, and a step in which it shows.
#[derive(Clone, Debug, Serialize)]
struct EngineWideEntry {
    step: usize,
    field: &'static str,
    what: String,
}

#[derive(Clone, Debug, Serialize)]
struct KnownEntry {
    kind: &'static str,
    because: String,
    link: Option<String>,
}

impl Document {
    /// The document of these trials.
    ///
    /// Precondition: the trials of one case are consecutive.
    pub fn of(played: &[(Arc<Case>, Judged)]) -> Self {
        let entries = played.iter().flat_map(|(case, judged)| results(case, judged));
        let mut of_policies = PolicyEntries::default();
        of_policies.extend(played.iter().map(|(case, judged)| policy_entries(case, judged)));
        Self::around(entries.collect(), of_policies, played)
    }
}

impl<R> Document<R> {
    /// The document around [`results`] and [`policy_entries`], which needs only the status of the
    /// rows.
    ///
    /// Precondition: the trials of one case are consecutive.
    pub fn around(results: R, of_policies: PolicyEntries, played: &[(Arc<Case>, Judged)]) -> Self {
        let mut document = Self {
            schema: SCHEMA,
            suite: env!("CARGO_PKG_VERSION"),
            standard: REVISION,
            engines: Vec::new(),
            results,
            findings: of_policies.findings,
            changes: of_policies.changes,
            not_run: Vec::new(),
            matrix: entries(played),
            times: Vec::new(),
            costs: Vec::new(),
            shard: None,
        };
        for (case, judged) in played {
            document.add(case, judged);
        }
        document
    }

    /// The same document with the times.
    pub fn with_times(mut self, times: &[(Engine, Times)]) -> Self {
        self.times = times.iter().map(times_entry).collect();
        self
    }

    /// The same document as that of a shard.
    #[must_use]
    pub fn of_shard(self, shard: Option<ShardRecord>) -> Self {
        Self { shard, ..self }
    }

    /// Adds what one trial says in addition to its results.
    fn add(&mut self, case: &Case, judged: &Judged) {
        let name = judged.engine.as_str();
        if let Judgement::NotRun(reason) = &judged.judgement {
            let (case, reason) = (case.id.to_string(), reason.clone());
            self.not_run.push(NotRun { case, engine: name, reason });
            return;
        }
        let engine = EngineEntry { name, version: judged.version.clone() };
        if !self.engines.contains(&engine) {
            self.engines.push(engine);
        }
        let (case, milliseconds) = (case.id.to_string(), milliseconds(judged.cost()));
        self.costs.push(CostEntry { case, engine: name, milliseconds });
    }
}

/// The results of one trial: none if it could not be run.
pub fn results(case: &Case, judged: &Judged) -> impl Iterator<Item = ResultEntry> {
    let mut changes = RowChanges::of(case, judged);
    let rows = case.rows.iter().zip(&judged.rows);
    rows.map(move |(row, outcome)| {
        let (was, is) = changes.take(row).unzip();
        ResultEntry { was, is, ..result(case, row, outcome, judged) }
    })
}

/// A duration in milliseconds, to a tenth.
#[expect(
    clippy::cast_precision_loss,
    reason = "a duration in tenths of a millisecond is far below 2^52"
)]
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_micros() / 100) as f64 / 10.0
}

fn times_entry((engine, times): &(Engine, Times)) -> TimesEntry {
    TimesEntry {
        engine: engine.as_str(),
        wall: times.wall.as_millis(),
        parts: times.parts().map(|(part, took)| (part.as_str(), took.as_millis())).collect(),
    }
}

fn result(case: &Case, row: &Row, outcome: &RowOutcome, judged: &Judged) -> ResultEntry {
    let observation = &outcome.observation;
    let value = |(name, value): &(String, String)| (name.clone(), Value::from(value.clone()));
    let steps = step_entries(outcome);
    ResultEntry {
        case: case.id.to_string(),
        case_file: case.file.display().to_string(),
        line: row.line,
        row: row.values.iter().map(value).collect(),
        engine: judged.engine.as_str(),
        played_by: played_by(judged.engine, std::slice::from_ref(row)),
        policy: policy_entry(row, outcome),
        verdict: verdict(outcome),
        differences: differences(outcome),
        permitted: permitted(outcome),
        time: outcome.time.as_ref().map(|time| time.words.clone()),
        known: known(case, judged.engine.as_str(), row)
            .map(known_entry)
            .or_else(|| is_only_engine_wide(outcome).then(|| engine_entry(outcome)).flatten()),
        engine_wide: outcome.engine_wide.shown.iter().map(engine_wide_entry).collect(),
        broken: outcome.broken.iter().map(|broken| broken.rule).collect(),
        repeated: outcome.repeated.clone(),
        reasons_unavailable: observation.reasons_unavailable.clone(),
        notes: notes_of(row, outcome),
        duration: outcome.took.map(milliseconds),
        snapshot: snapshot(&judged.judgement),
        was: None,
        is: None,
        exchanges: with_steps(Wire::all(outcome), &steps),
        steps,
    }
}

/// The verdict; for an engine to which the standard does not apply, only whether it is
/// inconclusive.
fn verdict(outcome: &RowOutcome) -> Option<&'static str> {
    match &outcome.judged {
        Some(_) if is_only_engine_wide(outcome) => Some("known"),
        Some((_, verdict)) => Some(verdict.as_str()),
        None => outcome.inconclusive().map(|_| "inconclusive"),
    }
}

fn differences(outcome: &RowOutcome) -> Vec<DifferenceEntry> {
    let of_verdict = outcome.judged.iter().flat_map(|(_, verdict)| verdict.differences());
    let entry = |difference: &Difference| DifferenceEntry {
        step: difference.step,
        field: difference.field.as_str(),
    };
    of_verdict.map(entry).collect()
}

fn permitted(outcome: &RowOutcome) -> Vec<PermittedEntry> {
    let choices = outcome.judged.iter().flat_map(|(_, verdict)| verdict.choices());
    let entry = |choice: &PermittedChoice| PermittedEntry {
        sentence: choice.sentence(),
        link: choice.link(),
    };
    choices.map(entry).collect()
}

/// The engine-wide entry, for a row that departs in nothing else.
fn engine_entry(outcome: &RowOutcome) -> Option<KnownEntry> {
    let EngineDeparture { kind, because, link, .. } = outcome.engine_wide.shown.first()?.departure;
    let (because, link) = ((*because).to_owned(), Some((*link).to_owned()));
    Some(KnownEntry { kind: kind.as_str(), because, link })
}

fn engine_wide_entry(Shown { step, field, departure }: &Shown) -> EngineWideEntry {
    let what = departure.observable.words();
    EngineWideEntry { step: *step, field: field.as_str(), what }
}

fn known_entry(known: &Known) -> KnownEntry {
    KnownEntry {
        kind: known.kind.as_str(),
        because: known.because.clone(),
        link: known.link.clone(),
    }
}

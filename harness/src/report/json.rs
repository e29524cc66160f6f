//! The JSON document of a run, for other programs. Its members are described in `harness/README.md`;
//! a new member does not change `schema`, a changed or missing one does.

use serde::Serialize;
use serde_json::{Map, Value};

use super::wire::Wire;
use crate::case::{Case, Row};
use crate::observation::{Preflight, Read, Request, Response, StepObservation};
use crate::run::{Judged, Judgement, RowOutcome};

/// The version of the document's form.
const SCHEMA: u32 = 1;

/// The document.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    schema: u32,
    suite: &'static str,
    standard: Option<&'static str>,
    engines: Vec<EngineEntry>,
    results: Vec<ResultEntry>,
    not_run: Vec<NotRun>,
}

/// A case that the environment could not run on an engine.
#[derive(Clone, Debug, Serialize)]
struct NotRun {
    case: String,
    engine: &'static str,
    reason: String,
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
    case: String,
    row: Map<String, Value>,
    engine: &'static str,
    verdict: Option<&'static str>,
    snapshot: &'static str,
    steps: Vec<StepEntry>,
    exchanges: Vec<Wire>,
}

#[derive(Clone, Debug, Serialize)]
struct StepEntry {
    step: String,
    read: Option<Read>,
    why: Option<Value>,
    inconclusive: Option<String>,
    preflights: Vec<Preflight>,
    requests: Vec<Request>,
    response: Option<Response>,
    words: Option<String>,
}

impl Default for Document {
    fn default() -> Self {
        let suite = env!("CARGO_PKG_VERSION");
        Self {
            schema: SCHEMA,
            suite,
            standard: None,
            engines: Vec::new(),
            results: Vec::new(),
            not_run: Vec::new(),
        }
    }
}

impl Document {
    /// Adds all rows of one trial.
    pub fn add(&mut self, case: &Case, judged: &Judged) {
        let name = judged.engine.as_str();
        if let Judgement::Unable(reason) = &judged.judgement {
            let (case, reason) = (case.id.to_string(), reason.clone());
            self.not_run.push(NotRun { case, engine: name, reason });
            return;
        }
        let engine = EngineEntry { name, version: judged.version.clone() };
        if !self.engines.contains(&engine) {
            self.engines.push(engine);
        }
        let rows = case.rows.iter().zip(&judged.rows);
        self.results.extend(rows.map(|(row, outcome)| result(case, row, outcome, judged)));
    }
}

fn result(case: &Case, row: &Row, outcome: &RowOutcome, judged: &Judged) -> ResultEntry {
    let observation = &outcome.observation;
    let value = |(name, value): &(String, String)| (name.clone(), Value::from(value.clone()));
    ResultEntry {
        case: case.id.to_string(),
        row: row.values.iter().map(value).collect(),
        engine: judged.engine.as_str(),
        verdict: observation.inconclusive().map(|_| "inconclusive"),
        snapshot: standing(&judged.judgement),
        steps: observation.steps.iter().cloned().map(step).collect(),
        exchanges: outcome
            .exchanges
            .iter()
            .map(|exchange| Wire::of(exchange, &outcome.names))
            .collect(),
    }
}

fn step(observed: StepObservation) -> StepEntry {
    let StepObservation { step, read, inconclusive, preflights, requests, response, words } =
        observed;
    StepEntry { step, read, why: None, inconclusive, preflights, requests, response, words }
}

fn standing(judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Match => "match",
        Judgement::New => "new",
        Judgement::Differs { .. } => "differs",
        Judgement::Inconclusive | Judgement::Unable(_) => "not-compared",
    }
}

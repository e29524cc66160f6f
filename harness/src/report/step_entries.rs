//! The steps of a row in the JSON document, and which step each exchange belongs to.

use cors_model::{Refusal, Ruling};
use serde::Serialize;

use super::reasons::{ReasonEntry, reason_entries};
use super::wire::Wire;
use crate::observation::{Preflight, Read, Request, Response, StepObservation};
use crate::results::RowOutcome;

/// A step of a row.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StepEntry {
    step: String,
    read: Option<Read>,
    why: Option<Refusal>,
    inconclusive: Option<String>,
    unserved: Vec<String>,
    pub(super) preflights: Vec<Preflight>,
    pub(super) requests: Vec<Request>,
    response: Option<Response>,
    error: Option<String>,
    words: Option<String>,
    reasons: Vec<ReasonEntry>,
}

/// The steps of a row, each with why the standard denies its read.
pub(super) fn step_entries(outcome: &RowOutcome) -> Vec<StepEntry> {
    let rulings = outcome.judged.iter().flat_map(|(ruling, _)| &ruling.rulings);
    let rulings = rulings.map(why).chain(std::iter::repeat(None));
    let steps = outcome.observation.steps.iter().zip(rulings).zip(reason_entries(outcome));
    steps.map(|((observed, why), reasons)| step(observed.clone(), why, reasons)).collect()
}

fn step(observed: StepObservation, why: Option<Refusal>, reasons: Vec<ReasonEntry>) -> StepEntry {
    let unserved = observed.unserved().map(str::to_owned).collect();
    let StepObservation {
        step,
        read,
        inconclusive,
        preflights,
        requests,
        response,
        error,
        words,
        ..
    } = observed;
    StepEntry {
        step,
        read,
        why,
        inconclusive,
        unserved,
        preflights,
        requests,
        response,
        error,
        words,
        reasons,
    }
}

fn why(ruling: &Ruling) -> Option<Refusal> {
    match ruling {
        Ruling::Denied(refusal) => Some(refusal.clone()),
        Ruling::Allowed | Ruling::Opaque | Ruling::CannotJudge(_) => None,
    }
}

/// The exchanges, each with its step. Steps say what they asked for in order, so the first step that asked for an
/// exchange and does not have it yet is its step.
pub(super) fn with_steps(exchanges: impl Iterator<Item = Wire>, steps: &[StepEntry]) -> Vec<Wire> {
    let asked = steps.iter().enumerate();
    let asked = asked.flat_map(|(step, entry)| asked_in(entry).map(move |request| (step, request)));
    let mut asked: Vec<_> = asked.collect();
    let with_step = |wire: Wire| {
        let place = asked.iter().position(|(_, request)| *request == wire.request);
        Wire { step: place.map(|place| asked.remove(place).0), ..wire }
    };
    exchanges.map(with_step).collect()
}

/// What a step asked for, as an exchange names it.
fn asked_in(step: &StepEntry) -> impl Iterator<Item = String> {
    let preflights = step.preflights.iter().map(|preflight| format!("OPTIONS {}", preflight.url));
    let requests =
        step.requests.iter().map(|request| format!("{} {}", request.method, request.url));
    preflights.chain(requests)
}

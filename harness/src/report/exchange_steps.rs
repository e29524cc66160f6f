//! Which step each exchange of a row belongs to, by what the steps asked for.

use super::json::StepEntry;
use super::wire::Wire;

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

//! Detects responses of a server that limits requests: they show nothing about what it allows.

use crate::observation::{Answer, RowObservation, StepObservation};

/// RFC 6585, section 4.
const TOO_MANY_REQUESTS: u16 = 429;

/// Overloaded or temporarily closed (RFC 9110, section 15.6.4), which servers also answer if they
/// limit requests.
const SERVICE_UNAVAILABLE: u16 = 503;

/// Why a row does not show what the page can do, although it was answered: a request that is
/// rejected for a while is not rejected because of its page.
pub fn limited(observation: &RowObservation) -> Option<String> {
    let status = observation.steps.iter().find_map(limit)?;
    Some(format!(
        "the server answered {status}, as servers do that limit requests: raise or disable the \
        limit for the test"
    ))
}

/// A 503 to a preflight is a limit only if the server says when to try again: many servers fail on
/// OPTIONS.
fn limit(step: &StepObservation) -> Option<u16> {
    let limits = |answer: &Answer, is_preflight: bool| match answer.status {
        TOO_MANY_REQUESTS => true,
        SERVICE_UNAVAILABLE => !is_preflight || answer.values("retry-after").next().is_some(),
        _ => false,
    };
    let preflights = step.preflights.iter().map(|one| (&one.answer, true));
    let mut answers = preflights.chain(step.requests.iter().map(|one| (&one.answer, false)));
    let limiting = answers.find(|(answer, is_preflight)| limits(answer, *is_preflight));
    limiting.map(|(answer, _)| answer.status)
}

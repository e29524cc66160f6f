//! Detects responses of a server that limits requests: they show nothing about what it allows.

use crate::observation::{RowObservation, StepObservation};

/// Too many requests (RFC 6585, section 4), and overloaded or temporarily closed, which servers use
/// for the same reason (RFC 9110, section 15.6.4).
const FOR_A_WHILE: [u16; 2] = [429, 503];

/// Why a row does not show what the page can do, although it was answered: a request that is
/// rejected for a while is not rejected because of its page.
pub fn limited(observation: &RowObservation) -> Option<String> {
    let answers = observation.steps.iter().flat_map(StepObservation::answers);
    let status = answers.map(|answer| answer.status).find(|it| FOR_A_WHILE.contains(it))?;
    Some(format!(
        "the server answered {status}, as servers do that limit requests: raise or disable the \
        limit for the test"
    ))
}

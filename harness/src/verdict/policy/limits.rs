//! Responses of a server that limits requests: they show nothing of what it allows.

use crate::observation::{RowObservation, StepObservation};

/// Too many requests (RFC 6585, section 4), and overloaded or closed for a while, which servers say for the
/// same reason (RFC 9110, section 15.6.4).
const FOR_A_WHILE: [u16; 2] = [429, 503];

/// Why it cannot be told of a row what the page can do, although it was answered: what is withheld for a
/// while is not withheld from this page.
pub fn limited(observation: &RowObservation) -> Option<String> {
    let answers = observation.steps.iter().flat_map(StepObservation::answers);
    let status = answers.map(|answer| answer.status).find(|it| FOR_A_WHILE.contains(it))?;
    Some(format!(
        "the server answered {status}, as one does that limits how much it is asked: raise its limit, or \
         switch it off, where a policy is tried"
    ))
}

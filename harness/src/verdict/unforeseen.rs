//! What a case does not foresee: a departure if the standard does not ask for it, since then it does
//! not matter what a server would have said.

use crate::observation::{Asked, RowObservation, StepObservation};

/// Why a row cannot be told: a browser asked for what the case has no reply for, and the standard asks
/// for it as well.
pub(super) fn asked_by_both(standard: &RowObservation, seen: &RowObservation) -> Option<String> {
    let steps = standard.steps.iter().zip(&seen.steps);
    let mut unforeseen = steps.flat_map(|(standard, seen)| {
        seen.unforeseen.iter().filter(move |unforeseen| match &unforeseen.asked {
            Asked::Request { method, url } => {
                let times = |step: &StepObservation| times(step, (method, url));
                times(seen) <= times(standard)
            }
            // A place without a server that the standard asks for ends its step; see `unjudged`.
            Asked::Host(_) => false,
        })
    });
    unforeseen.next().map(|unforeseen| unforeseen.words.clone())
}

/// How often a step asked for something.
fn times(step: &StepObservation, (method, url): (&str, &str)) -> usize {
    let same =
        |request: &&crate::observation::Request| request.method == method && request.url == url;
    step.requests.iter().filter(same).count()
}

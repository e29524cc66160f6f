//! Judges requests that a case does not foresee: they are a departure if the standard does not
//! require them, because the server's response does not matter then.

use crate::observation::{Asked, RowObservation, StepObservation};

/// Why a row is inconclusive: a browser sent a request for which the case has no reply, and the
/// standard requires it too.
pub(super) fn asked_by_both(standard: &RowObservation, seen: &RowObservation) -> Option<String> {
    let steps = standard.steps.iter().zip(&seen.steps);
    let mut unforeseen = steps.flat_map(|(standard, seen)| {
        seen.unforeseen.iter().filter(move |unforeseen| match &unforeseen.asked {
            Asked::Request { method, url } => {
                let times = |step: &StepObservation| times(step, (method, url));
                times(seen) <= times(standard)
            }
            // A host without a server that the standard requires ends its step; see `unjudged`.
            Asked::Host(_) => false,
        })
    });
    unforeseen.next().map(|unforeseen| unforeseen.words.clone())
}

/// How often a step sent a request.
fn times(step: &StepObservation, (method, url): (&str, &str)) -> usize {
    let same =
        |request: &&crate::observation::Request| request.method == method && request.url == url;
    step.requests.iter().filter(same).count()
}

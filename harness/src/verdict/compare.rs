//! Compares two observations field by field.

use crate::observation::{Preflight, Request, RowObservation, StepObservation};

/// A field of a step in which two observations differ.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Difference {
    /// Number of the step, from 0.
    pub step: usize,
    /// The field.
    pub field: Field,
}

/// The compared parts of a step.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Field {
    /// Preflights with requests and responses, in order.
    Preflights,
    /// Requests with origin, cookies and response, in order, and hosts without a server.
    Requests,
    /// How much script could read.
    Read,
    /// What script saw of the response.
    Response,
    /// What script got in place of a response.
    Error,
    /// The engine's own reasons, where the case compares them.
    Reasons,
}

impl Field {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preflights => "preflights",
            Self::Requests => "requests",
            Self::Read => "read",
            Self::Response => "response",
            Self::Error => "error",
            Self::Reasons => "reasons",
        }
    }
}

/// All fields in which the observations differ. A step that one of them does not have differs in
/// its read.
pub fn differences(one: &RowObservation, other: &RowObservation) -> Vec<Difference> {
    let steps = one.steps.len().max(other.steps.len());
    let of_step = |step| fields(one.steps.get(step), other.steps.get(step), step);
    (0..steps).flat_map(of_step).collect()
}

fn fields(
    one: Option<&StepObservation>,
    other: Option<&StepObservation>,
    step: usize,
) -> Vec<Difference> {
    let (Some(one), Some(other)) = (one, other) else {
        return vec![Difference { step, field: Field::Read }];
    };
    let same_requests = same(&one.requests, &other.requests, same_request);
    let compared = [
        (Field::Preflights, same(&one.preflights, &other.preflights, same_preflight)),
        (Field::Requests, same_requests && one.unserved().eq(other.unserved())),
        (Field::Read, one.read == other.read),
        (Field::Response, one.response == other.response),
        // Without the same read there is another difference, and an error beside it says nothing more.
        (Field::Error, one.read != other.read || one.error == other.error),
    ];
    let differing = compared.into_iter().filter(|(_, same)| !same);
    differing.map(|(field, _)| Difference { step, field }).collect()
}

fn same<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}

fn same_preflight(one: &Preflight, other: &Preflight) -> bool {
    let Preflight { url, origin, method, headers, request_headers, answer } = one;
    request_headers.differing(&other.request_headers).is_empty()
        && (url, origin, method, headers, answer)
            == (&other.url, &other.origin, &other.method, &other.headers, &other.answer)
}

fn same_request(one: &Request, other: &Request) -> bool {
    let Request { method, url, origin, cookies, headers, answer } = one;
    headers.differing(&other.headers).is_empty()
        && (method, url, origin, cookies, answer)
            == (&other.method, &other.url, &other.origin, &other.cookies, &other.answer)
}

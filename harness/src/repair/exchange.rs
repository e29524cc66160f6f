//! The requests of a row with their responses.

use crate::observation::{Answer, Preflight, Request, RowObservation};

/// A request that reached a server, and the response.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exchange<'a> {
    /// A CORS-preflight request.
    Preflight(&'a Preflight),
    /// Another request.
    Request(&'a Request),
}

/// All exchanges of a row, in the order of its steps.
pub(super) fn all(observation: &RowObservation) -> impl Iterator<Item = Exchange<'_>> {
    observation.steps.iter().flat_map(|step| {
        let preflights = step.preflights.iter().map(Exchange::Preflight);
        preflights.chain(step.requests.iter().map(Exchange::Request))
    })
}

/// The last one.
pub(super) fn last(observation: &RowObservation) -> Option<Exchange<'_>> {
    all(observation).last()
}

impl<'a> Exchange<'a> {
    pub(super) fn answer(self) -> &'a Answer {
        match self {
            Self::Preflight(preflight) => &preflight.answer,
            Self::Request(request) => &request.answer,
        }
    }

    pub(super) fn method(self) -> &'a str {
        match self {
            Self::Preflight(_) => "OPTIONS",
            Self::Request(request) => &request.method,
        }
    }

    pub(super) fn url(self) -> &'a str {
        match self {
            Self::Preflight(preflight) => &preflight.url,
            Self::Request(request) => &request.url,
        }
    }

    pub(super) fn origin(self) -> Option<&'a str> {
        match self {
            Self::Preflight(preflight) => preflight.origin.as_deref(),
            Self::Request(request) => request.origin.as_deref(),
        }
    }
}

/// The names in `Access-Control-Request-Headers`.
pub(super) fn requested_headers(preflight: &Preflight) -> impl Iterator<Item = &str> {
    let names = preflight.headers.iter().flat_map(|names| names.split(','));
    names.map(str::trim).filter(|name| !name.is_empty())
}

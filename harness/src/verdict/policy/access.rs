//! The access that a page has.

use std::fmt;

use cors_model::{is_cors_safelisted_method, is_cors_safelisted_response_header_name};
use serde::{Deserialize, Serialize};

use crate::observation::{Read, RowObservation, StepObservation};

/// The separator between the steps of a row.
const AGAIN: &str = "; again ";
const NOTHING: &str = "nothing";
const COOKIES: &str = " with cookies";
const SEES: &str = ", sees ";

/// What a page can do in a row, step by step.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Access(pub Vec<StepAccess>);

/// What a page could do in a step that CORS prevents unless the server allows it. A request that
/// needs no preflight does not count, because any page can send it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepAccess {
    /// It sent a request that needs a preflight.
    #[serde(skip_serializing_if = "is_not")]
    pub sends: bool,
    /// It read the response.
    #[serde(skip_serializing_if = "is_not")]
    pub reads: bool,
    /// The browser sent the user's cookies.
    #[serde(skip_serializing_if = "is_not")]
    pub cookies: bool,
    /// The status of the response, if it is an error: 400 or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<u16>,
    /// The response headers that it saw in addition to the safelisted ones, in lower case, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sees: Vec<String>,
}

/// serde asks by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_not(value: &bool) -> bool {
    !value
}

impl Access {
    /// The access that a row shows.
    pub fn of(observation: &RowObservation) -> Self {
        let mut preflighted = false;
        let did = |step: &StepObservation| {
            preflighted |= !step.preflights.is_empty();
            StepAccess::of(step, preflighted)
        };
        Self(observation.steps.iter().map(did).collect())
    }

    /// Whether it is any access at all.
    pub fn is_any(&self) -> bool {
        self.0.iter().any(StepAccess::is_any)
    }
}

impl StepAccess {
    fn of(step: &StepObservation, preflighted: bool) -> Self {
        let unsafe_method =
            step.requests.iter().any(|request| !is_cors_safelisted_method(&request.method));
        let sends = !step.requests.is_empty() && (preflighted || unsafe_method);
        let reads = step.read == Some(Read::Allowed);
        let cookies = step.requests.iter().any(|request| !request.cookies.is_empty());
        // Script can see every header of a response of the page's own origin.
        let response = step.response.iter().filter(|seen| seen.kind.as_deref() != Some("basic"));
        let seen = response.flat_map(|response| &response.headers);
        let seen = seen.filter(|name| !is_cors_safelisted_response_header_name(name, &[]));
        let mut sees: Vec<_> = seen.map(|name| name.to_ascii_lowercase()).collect();
        sees.sort();
        sees.dedup();
        let error = status(step).filter(|status| (sends || reads) && is_error(*status));
        Self { sends, reads, cookies: cookies && (sends || reads), error, sees }
    }

    /// Whether it is any access at all.
    pub fn is_any(&self) -> bool {
        self.sends || self.reads
    }

    /// Whether it is at least as bad as another access: what the page sends and reads, with the user's
    /// cookies, and a response that is no error.
    pub(super) fn is_as_bad_as(&self, other: &Self) -> bool {
        (self.sends || !other.sends)
            && (self.reads || !other.reads)
            && (self.cookies || !other.cookies)
            && (self.error.is_none() || other.error.is_some())
    }
}

/// The status that script sees, else that of the last response.
fn status(step: &StepObservation) -> Option<u16> {
    let seen = step.response.as_ref().map(|response| response.status);
    seen.or_else(|| step.requests.last().map(|request| request.answer.status))
}

fn is_error(status: u16) -> bool {
    status >= 400
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&steps.join(AGAIN))
    }
}

impl fmt::Display for StepAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.sends, self.reads) {
            (false, false) => return f.write_str(NOTHING),
            (false, true) => "reads",
            (true, false) => "sends",
            (true, true) => "sends and reads",
        })?;
        if let Some(status) = self.error {
            write!(f, " ({status})")?;
        }
        if self.cookies {
            f.write_str(COOKIES)?;
        }
        if self.sees.is_empty() { Ok(()) } else { write!(f, "{SEES}{}", self.sees.join(", ")) }
    }
}

//! Decides what the browser allowed, from what a page's script reports and what the servers recorded.
//!
//! Pure. It uses neither the standard nor anything about how the evidence was collected. An observation uses the host names
//! of the case. Where the evidence is not enough, it is inconclusive and says why.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod attribute;
mod connections;
mod evidence;
mod headers;
mod observe;
mod reasons;
mod recorded;
mod redirect;
mod secrets;
mod seen;
mod segment;
mod unanswered;
mod unforeseen;

use serde::Serialize;

pub use evidence::{Evidence, FaultSeen};
pub(crate) use headers::Authored;
pub use headers::RequestHeaders;
pub use observe::observe;
pub use reasons::{EngineReason, ReasonSeen};
pub use redirect::{is_asked_at, leads_to};
pub use seen::{CallSeen, GroupTimes, ResponseSeen, RowSeen};
pub use segment::GroupEvidence;
pub(crate) use unanswered::forget_late_answers;
pub(crate) use unforeseen::origin_without_server;
pub use unforeseen::{Asked, Place, Unforeseen};

/// What happened in one row.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RowObservation {
    /// One entry for each step of the row, in the order written.
    pub steps: Vec<StepObservation>,
    /// Why the engine's own reasons are unknown; `None` if its log was read.
    pub reasons_unavailable: Option<String>,
}

impl RowObservation {
    /// The same without the bodies that script read.
    #[must_use]
    pub fn without_bodies(mut self) -> Self {
        let responses = self.steps.iter_mut().filter_map(|step| step.response.as_mut());
        responses.for_each(|response| response.body = None);
        self
    }

    /// The first reason why a step of this row is inconclusive, whatever the standard says.
    pub fn missing_evidence(&self) -> Option<&str> {
        self.steps.iter().find_map(|step| step.inconclusive.as_deref())
    }

    /// The first reason why a step of this row is inconclusive, where unforeseen requests make it so.
    pub fn inconclusive(&self) -> Option<&str> {
        let unforeseen = || self.steps.iter().flat_map(|step| &step.unforeseen).next();
        self.missing_evidence().or_else(|| unforeseen().map(|unforeseen| unforeseen.words.as_str()))
    }
}

/// What happened in one step.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StepObservation {
    /// The step's label.
    pub step: String,
    /// The step's URL, as written in the label.
    pub url: String,
    /// What script could read; `None` if the step is inconclusive.
    pub read: Option<Read>,
    /// Why the step is inconclusive.
    pub inconclusive: Option<String>,
    /// Requests that the case does not foresee.
    pub unforeseen: Vec<Unforeseen>,
    /// CORS-preflight requests that reached a server, in order.
    pub preflights: Vec<Preflight>,
    /// Other requests that reached a server, in order.
    pub requests: Vec<Request>,
    /// What script saw of an allowed response.
    pub response: Option<Response>,
    /// What script got in place of a response that was withheld: the name of the exception, or for an asynchronous
    /// XMLHttpRequest the event with the status and the headers that script sees then. `None` for other initiators.
    pub error: Option<String>,
    /// The engine's error message: evidence, never compared.
    pub words: Option<String>,
    /// The engine's own reasons for this step: evidence, never compared.
    pub reasons: Vec<EngineReason>,
}

impl StepObservation {
    /// The responses of the servers: to preflights first, then to other requests.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        let preflights = self.preflights.iter().map(|one| &one.answer);
        preflights.chain(self.requests.iter().map(|one| &one.answer))
    }
}

/// How much of a response script could read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// Script has the response.
    Allowed,
    /// The request was sent and there is a response, but script can read nothing of it.
    Opaque,
    /// The request or its preflight was sent, and script got an error.
    Blocked,
    /// The engine refused the request and sent nothing.
    Refused,
    /// Script aborted the call, and got an AbortError.
    Aborted,
    /// The time that script set for the call has passed, and script got a TimeoutError.
    #[serde(rename = "timed-out")]
    TimedOut,
    /// The call waits for a server that never answers, or never completes its answer.
    Pending,
}

impl Read {
    /// The word in snapshots and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Opaque => "opaque",
            Self::Blocked => "blocked",
            Self::Refused => "refused",
            Self::Aborted => "aborted",
            Self::TimedOut => "timed-out",
            Self::Pending => "pending",
        }
    }
}

/// A CORS-preflight request: <https://fetch.spec.whatwg.org/#cors-preflight-request>.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Preflight {
    /// The request URL.
    pub url: String,
    /// `Origin`.
    pub origin: Option<String>,
    /// `Access-Control-Request-Method`.
    pub method: String,
    /// `Access-Control-Request-Headers`, verbatim.
    pub headers: Option<String>,
    /// Other headers that are compared.
    pub request_headers: RequestHeaders,
    /// The server's response.
    pub answer: Answer,
}

/// A server's response, as far as CORS and caches use it. Two are equal if they mean the same: the case of names and the
/// order of lines with different names do not count (RFC 9110, 5.1 and 5.3), and HTTP/2 keeps neither.
#[derive(Clone, Debug, Eq, Serialize)]
pub struct Answer {
    /// Status code; 0 where there was no response.
    pub status: u16,
    /// Its `Access-Control-…`, `Vary`, `Cache-Control`, `Expires` and `Retry-After` lines, in the order and
    /// spelling sent.
    pub headers: Vec<(String, String)>,
    /// The target, if it is a redirect: a URL without query and fragment, since these may contain secrets.
    pub redirects_to: Option<String>,
    /// Whether it is a redirect to exactly the requested URL, query included, and `Location` is an absolute URL.
    #[serde(skip)]
    pub repeats_url: bool,
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        self.status == other.status
            && self.redirects_to == other.redirects_to
            && self.repeats_url == other.repeats_url
            && self.sorted_headers() == other.sorted_headers()
    }
}

impl Answer {
    /// No response.
    pub(crate) fn none() -> Self {
        Self { status: 0, headers: Vec::new(), redirects_to: None, repeats_url: false }
    }

    /// Names in lower case, sorted; lines of one name keep their order. A date has no value here: one that a server takes from
    /// its clock is another one in each run. What the browser makes of it is compared.
    fn sorted_headers(&self) -> Vec<(String, &str)> {
        let lines = self.headers.iter().map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let value = if name == "expires" { "" } else { value.as_str() };
            (name, value)
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by(|(one, _), (other, _)| one.cmp(other));
        lines
    }

    /// Whether a header of this name is kept.
    pub(crate) fn keeps(name: &str) -> bool {
        let is_cors = |start: &str| start.eq_ignore_ascii_case("access-control-");
        let others = ["vary", "cache-control", "expires", "retry-after"];
        name.get(..15).is_some_and(is_cors)
            || others.iter().any(|kept| name.eq_ignore_ascii_case(kept))
    }

    /// All values of a header, in order, without surrounding white space, which is not part of a value
    /// (RFC 9110, 5.5). `name` is in lower case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim_matches([' ', '\t']))
    }

    /// Whether there is one line of a header, with this value. `name` is in lower case.
    pub fn has_only(&self, name: &str, value: &str) -> bool {
        self.values(name).eq([value])
    }
}

/// A request that reached a server.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Request {
    /// Method.
    pub method: String,
    /// The request URL.
    pub url: String,
    /// `Origin`.
    pub origin: Option<String>,
    /// Names of the cookies it carried, in order.
    pub cookies: Vec<String>,
    /// Other headers that are compared.
    pub headers: RequestHeaders,
    /// The server's response.
    pub answer: Answer,
}

/// What script saw of a response.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Response {
    /// Response type; `None` for APIs without it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Status code.
    pub status: u16,
    /// Whether there was a redirect.
    pub redirected: bool,
    /// Names of the headers that script can see, sorted.
    pub headers: Vec<String>,
    /// The body as text; `None` for real servers, whose data stays private, and if it breaks off.
    pub body: Option<String>,
    /// Whether the body breaks off, because the server closes the connection.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub breaks_off: bool,
}

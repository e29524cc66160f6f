//! Aborting a call: <https://fetch.spec.whatwg.org/#abort-fetch>, and the `abort()` and `timeout` of `XMLHttpRequest`.

use super::network::HttpRequest;
use super::ruling::{Reason, Refusal, Stage, failure};

/// When script aborts a call, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Abort {
    /// When.
    pub at: AbortMoment,
    /// Whether a time has passed that script set, instead of script calling `abort()`.
    pub is_timeout: bool,
}

/// A moment of a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AbortMoment {
    /// Before the call is made.
    Before,
    /// When a server has received a preflight, and before it answers.
    Preflight,
    /// When a server has received another request, and before it answers.
    Request,
}

impl Abort {
    /// Why a call to this URL is not made.
    pub(super) fn before(self, url: &str) -> Option<Refusal> {
        (self.at == AbortMoment::Before).then(|| self.refusal(url))
    }

    /// Why there is no response to a request that was sent.
    pub(super) fn during(self, sent: &HttpRequest) -> Option<Refusal> {
        let moment = match sent.preflight_method() {
            Some(_) => AbortMoment::Preflight,
            None => AbortMoment::Request,
        };
        (self.at == moment).then(|| self.refusal(sent.url.as_str()))
    }

    fn refusal(self, url: &str) -> Refusal {
        let reason = if self.is_timeout { Reason::TimedOut } else { Reason::Aborted };
        failure(reason, url).at(Stage::Network)
    }
}

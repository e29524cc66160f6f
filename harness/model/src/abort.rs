//! Aborting a call: <https://fetch.spec.whatwg.org/#abort-fetch>, and the `abort()` and `timeout` of `XMLHttpRequest`.

use super::network::HttpRequest;
use super::ruling::{Reason, Refusal, Ruling, Stage, failure};

/// When script aborts a call, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Abort {
    /// When.
    pub at: AbortMoment,
    /// What ends it.
    pub by: AbortBy,
}

/// What ends a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AbortBy {
    /// Script calls `abort()`.
    Script,
    /// A time has passed that script set.
    Timeout,
    /// The document that makes the call goes away: <https://fetch.spec.whatwg.org/#fetch-group-terminate>.
    Leaving {
        /// `keepalive`: the request outlives the document.
        keepalive: bool,
    },
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
        (self.at == moment && !self.is_outlived()).then(|| self.refusal(sent.url.as_str()))
    }

    /// Whether the request is completed after its document is gone. Script sees nothing of it.
    pub(super) fn is_outlived(self) -> bool {
        self.by == AbortBy::Leaving { keepalive: true }
    }

    /// How a call to this URL ends whose document is gone, with so many requests apart from preflights.
    pub(super) fn outlived(self, requests: usize, url: &str) -> Ruling {
        let before = usize::from(self.at == AbortMoment::Request);
        if requests > before { Ruling::Opaque } else { Ruling::Denied(self.refusal(url)) }
    }

    fn refusal(self, url: &str) -> Refusal {
        let is_timeout = self.by == AbortBy::Timeout;
        let reason = if is_timeout { Reason::TimedOut } else { Reason::Aborted };
        failure(reason, url).at(Stage::Network)
    }
}

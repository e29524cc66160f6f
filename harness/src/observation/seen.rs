//! What a page's script, or a plain client, reports about its calls.

use std::time::Duration;

use serde::Deserialize;

use super::{Read, ReasonSeen};

/// The report for one row.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RowSeen {
    /// The calls of each group, in the planned order. There are fewer groups than planned if a call did not settle.
    pub step_groups: Vec<Vec<CallSeen>>,
    /// When the calls of each group started and settled. A plain client reports no times.
    #[serde(default)]
    pub times: Vec<GroupTimes>,
    /// Why the row could not be played as planned.
    #[serde(default)]
    pub trouble: Option<String>,
    /// The engine's own reasons, in the order they were logged. Reasons of other rows on the same page may be among them.
    #[serde(skip)]
    pub reasons: Vec<ReasonSeen>,
    /// Why there are no reasons: the engine logs none, or its log could not be read.
    #[serde(skip)]
    pub reasons_unavailable: Option<String>,
}

impl RowSeen {
    /// The time from the first call to the end of the last one, on the page's clock; `None` where no page reported it. Groups
    /// without calls are waits, which are left out: they may move the page's clock, and nothing waits for them.
    pub fn took(&self) -> Option<Duration> {
        let parts = self.times.split(|group| group.calls.is_empty());
        parts.filter_map(took).reduce(Duration::saturating_add)
    }
}

fn took(groups: &[GroupTimes]) -> Option<Duration> {
    let moments = groups.iter().flat_map(|group| group.calls.iter().flatten()).copied();
    let (first, last) = moments.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), at| {
        (first.min(at), last.max(at))
    });
    Duration::try_from_secs_f64((last - first) / 1000.0).ok()
}

/// When the calls of a group were made and had settled: two moments each, in milliseconds on the page's clock. There may
/// be fewer.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GroupTimes {
    /// One for each call.
    pub calls: Vec<Vec<f64>>,
    /// When the marker after the group was sent, and when its response arrived.
    pub mark: Vec<f64>,
}

/// How one call ended.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum CallSeen {
    /// Script received a response.
    Response(ResponseSeen),
    /// The call threw, or rejected, or fired `error`.
    Threw {
        /// Name of the exception, or the event of an XMLHttpRequest with what script sees then.
        name: String,
        /// Its message. Evidence only: messages differ between engines.
        message: String,
    },
    /// There was a response, but its body could not be read to the end.
    BrokenBody {
        /// The message of the exception.
        message: String,
        /// The response, with an empty body.
        response: ResponseSeen,
    },
    /// The response was used, by an element for example, and script has no `Response` object.
    Used {
        /// Whether script can read its content.
        readable: bool,
    },
    /// The page cannot tell how much script can read.
    Undecided {
        /// Why.
        message: String,
    },
    /// The call did not settle in time.
    Unsettled,
    /// The document that made the call is gone, so no script has its result.
    Left,
}

/// A response as script sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct ResponseSeen {
    /// `Response.type`. XMLHttpRequest and plain clients have none.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Status; 0 for opaque responses.
    pub status: u16,
    /// Whether the response came after a redirect.
    pub redirected: bool,
    /// Names of the headers that script can see.
    pub headers: Vec<String>,
    /// The body as text.
    pub body: String,
}

impl CallSeen {
    /// Whether script has the whole response, so that the call makes no more requests.
    pub(super) fn is_answered(&self) -> bool {
        matches!(self, Self::Response(response) if response.kind.as_deref() != Some("error"))
    }

    /// Whether script has a response.
    pub(super) fn is_allowed(&self) -> bool {
        match self {
            Self::BrokenBody { response, .. } => response.kind.as_deref() != Some("error"),
            Self::Used { readable } => *readable,
            _ => self.is_answered(),
        }
    }
}

impl ResponseSeen {
    /// How much of it script can read, by its type.
    pub(super) fn read(&self) -> Read {
        match self.kind.as_deref() {
            Some("opaque" | "opaqueredirect") => Read::Opaque,
            Some("error") => Read::Blocked,
            _ => Read::Allowed,
        }
    }
}

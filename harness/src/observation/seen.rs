//! What a page's script, or a plain client, reports of its calls.

use serde::Deserialize;

use super::ReasonSeen;

/// One row as its player reports it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RowSeen {
    /// Groups of calls, as they were told. Shorter than told if the player gave up.
    pub moments: Vec<Vec<CallSeen>>,
    /// When the calls of each group were made and had settled. A plain client does not tell.
    #[serde(default)]
    pub times: Vec<GroupTimes>,
    /// What kept the player from playing the row as told.
    #[serde(default)]
    pub trouble: Option<String>,
    /// The engine's own reasons, in the order it gave them, of this row and maybe of others on the
    /// same page.
    #[serde(skip)]
    pub reasons: Vec<ReasonSeen>,
    /// Why there are none: the engine gives none, or they could not be read.
    #[serde(skip)]
    pub unheard: Option<String>,
}

/// When the calls of a group were made and had settled: two moments each, in milliseconds on the page's clock. There may
/// be fewer.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GroupTimes {
    /// One for each call.
    pub calls: Vec<Vec<f64>>,
    /// When the mark behind the group was sent, and had its answer.
    pub mark: Vec<f64>,
}

/// How one call ended.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum CallSeen {
    /// There was a response for script.
    Response(ResponseSeen),
    /// The call threw, or rejected, or fired `error`.
    Threw {
        /// Name of the exception.
        name: String,
        /// Its words; evidence only, they differ between engines.
        message: String,
    },
    /// There was a response, but its body could not be read to the end.
    BrokenBody {
        /// Its words.
        message: String,
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
}

/// A response as script sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct ResponseSeen {
    /// `Response.type`; XMLHttpRequest and plain clients have none.
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
    /// Whether script has a response.
    pub(super) fn is_allowed(&self) -> bool {
        match self {
            Self::Response(response) => response.kind.as_deref() != Some("error"),
            Self::Used { readable } => *readable,
            _ => false,
        }
    }
}

//! When and how script aborts a call.

use serde::Serialize;

/// When script aborts a call, and how.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Abort {
    /// When.
    pub at: AbortMoment,
    /// How.
    pub by: AbortBy,
    /// The URL that the page requests to learn that this moment has come; known when the row is planned.
    pub watch: Option<String>,
    /// The URL that the page requests once the document that made the call is gone. The server answers then.
    pub left: Option<String>,
    /// The URL that the page requests to learn that the request that follows has arrived, if that one is known.
    pub next: Option<String>,
}

/// The moment of an abort.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbortMoment {
    /// Before the call is made.
    Before,
    /// When a server has received the preflight.
    Preflight,
    /// When a server has received the request.
    Request,
}

impl Abort {
    /// An abort at a moment, whose URLs are not known yet.
    pub fn new(at: AbortMoment, by: AbortBy) -> Self {
        Self { at, by, watch: None, left: None, next: None }
    }
}

impl AbortMoment {
    /// All moments.
    pub const ALL: [Self; 3] = [Self::Before, Self::Preflight, Self::Request];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Preflight => "preflight",
            Self::Request => "request",
        }
    }
}

/// What aborts a call.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbortBy {
    /// `abort()` of an `AbortController` or of `XMLHttpRequest`.
    #[default]
    Abort,
    /// `AbortSignal.timeout()`, or `timeout` of `XMLHttpRequest`.
    Timeout,
    /// The document that makes the call goes away.
    Leave,
}

impl AbortBy {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Abort, Self::Timeout, Self::Leave];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Abort => "abort",
            Self::Timeout => "timeout",
            Self::Leave => "leave",
        }
    }
}

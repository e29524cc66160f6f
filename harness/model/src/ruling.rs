//! What the standard says about a call, and why.

use super::headers::text;
pub use super::reasons::{Reason, Stage};

/// What the standard says about one call.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Ruling {
    /// Script gets the response.
    Allowed,
    /// Script gets an opaque response.
    Opaque,
    /// Script gets an error.
    Denied(Refusal),
    /// The outcome depends on something that is not modelled or not known, in words.
    CannotJudge(String),
}

impl Ruling {
    /// The origin to which a request was due and where there is no server, if that ends the call.
    pub fn missing_server(&self) -> Option<&str> {
        match self {
            Self::Denied(Refusal { reason: Reason::NoServer, value, .. }) => value.as_deref(),
            Self::Allowed | Self::Opaque | Self::Denied(_) | Self::CannotJudge(_) => None,
        }
    }
}

/// Why script gets an error.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Refusal {
    /// Where in the standard the request ended.
    pub stage: Stage,
    /// Why.
    pub reason: Reason,
    /// The value that failed.
    pub value: Option<String>,
}

/// A rule that was not met.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Failure {
    pub(super) reason: Reason,
    pub(super) value: Option<String>,
}

impl Failure {
    pub(super) fn at(self, stage: Stage) -> Refusal {
        Refusal { stage, reason: self.reason, value: self.value }
    }
}

/// A failure and the value that failed.
pub(super) fn failure(reason: Reason, value: impl AsRef<[u8]>) -> Failure {
    Failure { reason, value: Some(text(value.as_ref())) }
}

/// What ends a fetch without a response.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum FetchError {
    /// <https://fetch.spec.whatwg.org/#concept-network-error>
    NetworkError(Refusal),
    /// Something that is not modelled; the text says what.
    CannotJudge(String),
}

/// What a step of the standard gives, or what ends the fetch there.
pub(super) type Fetched<T> = Result<T, FetchError>;

/// A network error with its reason.
pub(super) fn network_error<T>(
    stage: Stage,
    reason: Reason,
    value: impl AsRef<[u8]>,
) -> Fetched<T> {
    Err(FetchError::NetworkError(failure(reason, value).at(stage)))
}

pub(super) fn cannot_judge<T>(what: impl Into<String>) -> Fetched<T> {
    Err(FetchError::CannotJudge(what.into()))
}

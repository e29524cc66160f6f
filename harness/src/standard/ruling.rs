//! The ruling: what the standard says about a row, and why.

use serde::Serialize;

use super::headers::text;
pub use super::reasons::{Reason, Stage};
use crate::observation::RowObservation;

/// What a browser that follows the standard does with a row, and why.
#[derive(Clone, Debug, Serialize)]
pub struct RowRuling {
    /// What would be observed.
    pub observation: RowObservation,
    /// One for each step, in the order of [`crate::case::Row::all_steps`].
    pub rulings: Vec<Ruling>,
}

/// The ruling on one step.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// Script gets the response.
    Allowed,
    /// Script gets a response that reveals nothing.
    Opaque,
    /// Script gets an error.
    Denied(Refusal),
    /// The step depends on something that is not modelled; the text says what.
    CannotJudge(String),
}

/// Why script gets an error.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Refusal {
    /// Where the request ended.
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
pub(super) enum Stop {
    /// <https://fetch.spec.whatwg.org/#concept-network-error>
    NetworkError(Refusal),
    /// Something that is not modelled; the text says what.
    CannotJudge(String),
}

/// The result of a step of the standard, or what ends the fetch there.
pub(super) type Fetched<T> = Result<T, Stop>;

/// A network error with its reason.
pub(super) fn network_error<T>(
    stage: Stage,
    reason: Reason,
    value: impl AsRef<[u8]>,
) -> Fetched<T> {
    Err(Stop::NetworkError(failure(reason, value).at(stage)))
}

pub(super) fn cannot_judge<T>(what: impl Into<String>) -> Fetched<T> {
    Err(Stop::CannotJudge(what.into()))
}

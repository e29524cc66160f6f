//! An engine's own reasons for withholding a response: evidence beside an observation, never part of
//! what is compared.

use std::collections::BTreeSet;

use serde::Serialize;

use super::redirect::resource;
use crate::plan::Names;

/// Why an engine withheld a response, as it tells itself.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct EngineReason {
    /// The URL that it speaks of.
    pub url: String,
    /// Its name for the reason, if it has one that does not change with language or wording.
    pub code: Option<String>,
    /// The value that failed, if it tells.
    pub detail: Option<String>,
    /// Its words.
    pub text: String,
}

/// The reasons that can be about a step, in the names of the case: those that speak of a URL the step
/// led to, each once. Where several steps of a row led to one URL, each of them gets it; neither order
/// nor time decides.
pub(super) fn about(
    reasons: &[EngineReason],
    urls: &BTreeSet<String>,
    names: &Names,
) -> Vec<EngineReason> {
    let mut about = Vec::new();
    for reason in reasons.iter().filter(|reason| urls.contains(&resource(&reason.url))) {
        let reason = logical(reason, names);
        if !about.contains(&reason) {
            about.push(reason);
        }
    }
    about
}

fn logical(reason: &EngineReason, names: &Names) -> EngineReason {
    let EngineReason { url, code, detail, text } = reason;
    EngineReason {
        url: names.logical(url),
        code: code.clone(),
        detail: detail.as_deref().map(|detail| names.logical(detail)),
        text: names.logical(text),
    }
}

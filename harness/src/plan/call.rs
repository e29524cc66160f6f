//! What a page's script receives: the steps of a row as plain JSON.

use serde::Serialize;

use super::names::Names;
use crate::case::{Step, StepGroup};

/// One row as the page's script gets it.
#[derive(Clone, Debug, Serialize)]
pub struct Play {
    /// Groups of calls. The calls of a group start together, and the next group starts when all of
    /// them have settled.
    pub moments: Vec<Vec<Call>>,
    /// The URL that the page requests after a group has settled; the number of the group is
    /// appended.
    pub marker: String,
}

/// One call as the page's script gets it. `None` uses the API's default.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// `fetch` or `xhr`.
    pub initiator: &'static str,
    /// Absolute URL.
    pub url: String,
    /// As written in the case.
    pub method: String,
    /// As written in the case.
    pub headers: Vec<(String, String)>,
    /// The text of the body.
    pub body: Option<String>,
    /// The type of the body.
    pub body_as: &'static str,
    /// Whether to listen to upload events of an XMLHttpRequest.
    pub upload_listeners: bool,
    /// Credentials mode.
    pub credentials: Option<&'static str>,
    /// Mode.
    pub mode: Option<String>,
    /// Redirect mode.
    pub redirect: Option<String>,
    /// Cache mode.
    pub cache: Option<String>,
    /// Referrer policy.
    pub referrer_policy: Option<String>,
}

/// The groups of a row, with its host names.
pub(super) fn moments(steps: &[StepGroup], names: &Names) -> Vec<Vec<Call>> {
    let group = |moment: &StepGroup| match moment {
        StepGroup::One(step) => vec![call(step, names)],
        StepGroup::Together(steps) => steps.iter().map(|step| call(step, names)).collect(),
    };
    steps.iter().map(group).collect()
}

fn call(step: &Step, names: &Names) -> Call {
    let physical = |(name, value): &(String, String)| (name.clone(), names.physical(value));
    Call {
        initiator: step.initiator.as_str(),
        url: names.physical(&step.url),
        method: step.method.clone(),
        headers: step.headers.iter().map(physical).collect(),
        body: step.body.as_deref().map(|body| names.physical(body)),
        body_as: step.body_as.as_str(),
        upload_listeners: step.upload_listeners,
        credentials: step.credentials.map(|credentials| credentials.as_str()),
        mode: step.mode.clone(),
        redirect: step.redirect.clone(),
        cache: step.cache.clone(),
        referrer_policy: step.referrer_policy.clone(),
    }
}

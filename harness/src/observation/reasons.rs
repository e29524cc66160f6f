//! An engine's own reasons for withholding a response: evidence beside an observation, never part of
//! what is compared.

use std::collections::BTreeSet;

use serde::Serialize;

use super::redirect::resource;
use crate::case::Step;
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

/// A reason as it was heard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReasonSeen {
    /// It.
    pub reason: EngineReason,
    /// The group of calls that had not settled when it was given; `None` if that was not heard.
    pub group: Option<usize>,
}

/// A call of a row as far as a reason can tell it from the others.
pub(super) struct CallRedirects<'a> {
    /// The number of its group, and its place in it.
    pub(super) place: (usize, usize),
    pub(super) call: &'a Step,
    /// All URLs that it led to.
    pub(super) urls: BTreeSet<String>,
    /// Script has its response, so that nothing was withheld.
    pub(super) is_allowed: bool,
}

impl CallRedirects<'_> {
    /// Whether a value that failed is the method of the call, or the name of one of its headers.
    fn has(&self, detail: &str) -> bool {
        let names = || self.call.headers.iter().map(|(name, _)| name);
        self.call.method == detail || names().any(|name| name.eq_ignore_ascii_case(detail))
    }
}

/// The reasons that can be about a call, in the names of the case, each once: those that speak of a URL
/// that the call led to. Where several calls led to one URL, the group that a reason was given in decides
/// first, then the method or the header that it names, then that nothing was withheld from some of them.
/// What is left gets it.
pub(super) fn about(
    reasons: &[ReasonSeen],
    calls: &[CallRedirects<'_>],
    place: (usize, usize),
    names: &Names,
) -> Vec<EngineReason> {
    let mut about = Vec::new();
    for ReasonSeen { reason, group } in reasons {
        if !owners(reason, *group, calls).iter().any(|call| call.place == place) {
            continue;
        }
        let reason = logical(reason, names);
        if !about.contains(&reason) {
            about.push(reason);
        }
    }
    about
}

fn owners<'l, 'c>(
    reason: &EngineReason,
    group: Option<usize>,
    calls: &'l [CallRedirects<'c>],
) -> Vec<&'l CallRedirects<'c>> {
    let url = resource(&reason.url);
    let led: Vec<_> = calls.iter().filter(|call| call.urls.contains(&url)).collect();
    let led = narrowed(led, |call| group == Some(call.place.0));
    let led = narrowed(led, |call| reason.detail.as_ref().is_some_and(|detail| call.has(detail)));
    narrowed(led, |call| !call.is_allowed)
}

/// Those that a condition holds for; all of them if it holds for none.
fn narrowed<'l, 'c>(
    calls: Vec<&'l CallRedirects<'c>>,
    holds: impl Fn(&CallRedirects<'c>) -> bool,
) -> Vec<&'l CallRedirects<'c>> {
    match calls.iter().any(|call| holds(call)) {
        true => calls.into_iter().filter(|call| holds(call)).collect(),
        false => calls,
    }
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

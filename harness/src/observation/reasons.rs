//! The engines' own reasons for blocking a response, as they log them. They are evidence only: no comparison uses them.

use std::collections::BTreeSet;

use serde::Serialize;
use url::Url;

use crate::case::Step;
use crate::plan::{Names, resource};

/// Why an engine blocked a response, in its own terms.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct EngineReason {
    /// The URL in the message.
    pub url: String,
    /// The engine's stable name for the reason, if it has one.
    pub code: Option<String>,
    /// The value that failed, if the engine reports it.
    pub detail: Option<String>,
    /// The message.
    pub text: String,
}

/// A reason, and when it was logged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReasonSeen {
    /// The reason.
    pub reason: EngineReason,
    /// The group of calls that was running when the reason was logged; `None` if that is unknown.
    pub group: Option<usize>,
}

/// A call of a row, with what assigns a reason to it.
pub(super) struct CallRedirects<'a> {
    /// The number of its group, and its index in the group.
    pub(super) place: (usize, usize),
    pub(super) call: &'a Step,
    /// Its URL and those of its redirects.
    pub(super) urls: BTreeSet<String>,
    /// Script has the response, so nothing was blocked.
    pub(super) is_allowed: bool,
}

impl CallRedirects<'_> {
    /// Whether a value that failed is the method of the call, or the name of one of its headers.
    fn has(&self, detail: &str) -> bool {
        let names = || self.call.headers.iter().map(|(name, _)| name);
        self.call.method == detail || names().any(|name| name.eq_ignore_ascii_case(detail))
    }
}

/// The reasons for one call, with the host names of the case, each once. A reason belongs to the calls that requested its
/// URL. If there are several, the group in which the reason was logged decides, then the method or header that it names,
/// then whether the call was blocked at all. Rows that play at the same time share the log. A URL without a host does not
/// show which of them it belongs to, so its reason belongs to none.
pub(super) fn about(
    reasons: &[ReasonSeen],
    calls: &[CallRedirects<'_>],
    place: (usize, usize),
    names: &Names,
) -> Vec<EngineReason> {
    let mut about = Vec::new();
    for ReasonSeen { reason, group } in reasons.iter().filter(|seen| has_host(&seen.reason.url)) {
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

/// The calls for which a condition holds, or all calls if it holds for none.
fn narrowed<'l, 'c>(
    calls: Vec<&'l CallRedirects<'c>>,
    holds: impl Fn(&CallRedirects<'c>) -> bool,
) -> Vec<&'l CallRedirects<'c>> {
    match calls.iter().any(|call| holds(call)) {
        true => calls.into_iter().filter(|call| holds(call)).collect(),
        false => calls,
    }
}

fn has_host(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()))
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

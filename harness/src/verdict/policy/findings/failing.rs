//! Finds servers that answer some origins with a server error, although a response without CORS
//! headers is enough.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use crate::case::OriginKind;

/// What two requests share that differ only in their origin.
type Key<'a> = (bool, &'a str, &'a str, bool, &'a [String]);

/// The response to a request with some origin, or without one.
struct Given<'a> {
    row: usize,
    kind: OriginKind,
    page: &'a str,
    status: u16,
    call: String,
}

impl Given<'_> {
    fn fails(&self) -> bool {
        self.status >= 500
    }

    fn is_listed(&self) -> bool {
        matches!(self.kind, OriginKind::Listed | OriginKind::Probe)
    }

    fn has_origin(&self) -> bool {
        self.kind != OriginKind::NoOrigin
    }

    fn is_unlisted(&self) -> bool {
        self.has_origin() && !self.is_listed()
    }
}

/// Requests that fail for unlisted origins and not for a listed one; and requests that fail without
/// an `Origin` and not with one.
pub(super) fn by_origin(rows: &[Played<'_>]) -> Vec<Finding> {
    let mut alike: IndexMap<Key<'_>, Vec<Given<'_>>> = IndexMap::new();
    // What a server answers to its own pages is another finding.
    let checked = |played: &&Played<'_>| played.asked.kind != OriginKind::Own;
    for (row, played) in rows.iter().enumerate().filter(|(_, played)| checked(played)) {
        for (key, given) in answers(row, played) {
            alike.entry(key).or_default().push(given);
        }
    }
    let alike: Vec<_> = alike.into_values().collect();
    let unlisted = for_unlisted_origins(&alike);
    let without = if unlisted.is_none() { without_origin(&alike) } else { None };
    unlisted.into_iter().chain(without).collect()
}

fn for_unlisted_origins(alike: &[Vec<Given<'_>>]) -> Option<Finding> {
    let works = |answers: &&Vec<Given<'_>>| {
        answers.iter().any(|one| one.is_listed() && !one.fails())
            && answers.iter().any(|one| one.is_unlisted() && one.fails())
    };
    let alike: Vec<_> = alike.iter().filter(works).collect();
    let failing: Vec<_> =
        alike.iter().flat_map(|answers| answers.iter().filter(|one| one.fails())).collect();
    let is_rule = |answers: &&Vec<Given<'_>>| {
        answers.iter().filter(|one| one.has_origin()).all(|one| one.fails() == one.is_unlisted())
    };
    let unlisted = failing.iter().filter(|one| one.has_origin()).map(|one| one.page.to_owned());
    let without = failing.iter().any(|one| !one.has_origin());
    let who = match (alike.iter().all(is_rule), without) {
        (true, false) => "Origins that are not listed, and only these,".to_owned(),
        (true, true) => {
            "Origins that are not listed and requests without `Origin`, and only these,".to_owned()
        }
        (false, _) => listed(&distinct(unlisted)),
    };
    finding("fails-for-unlisted-origins", &failing, |calls, statuses| {
        format!(
            "{who} got {statuses} for {calls}: the server seems to fail on an origin that it does not \
             know; it is enough to leave out the CORS headers"
        )
    })
}

/// Browsers send no `Origin` with a GET to the page's own origin, nor with a navigation.
/// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
fn without_origin(alike: &[Vec<Given<'_>>]) -> Option<Finding> {
    let works = |answers: &&Vec<Given<'_>>| {
        let mut with_origin = answers.iter().filter(|one| one.has_origin()).peekable();
        with_origin.peek().is_some() && with_origin.all(|one| !one.fails())
    };
    let failing = alike.iter().filter(works).flatten();
    let failing: Vec<_> = failing.filter(|one| !one.has_origin() && one.fails()).collect();
    finding("fails-without-origin", &failing, |calls, statuses| {
        format!(
            "Requests without `Origin` got {statuses} for {calls}: the server seems to read `Origin` \
             without checking that it is there; a browser sends none with a GET to the page's own origin"
        )
    })
}

fn finding(
    name: &'static str,
    failing: &[&Given<'_>],
    sentence: impl Fn(&str, &str) -> String,
) -> Option<Finding> {
    let calls = distinct(failing.iter().map(|one| one.call.clone()));
    let statuses = distinct(failing.iter().map(|one| one.status.to_string()));
    let rows: BTreeSet<_> = failing.iter().map(|one| one.row).collect();
    (!failing.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name,
        sentence: sentence(&listed(&calls), &listed(&statuses)),
        rows: rows.into_iter().collect(),
    })
}

/// Preflights and requests of a row's first step, with their responses.
fn answers<'a>(row: usize, played: &Played<'a>) -> Vec<(Key<'a>, Given<'a>)> {
    let (asked, step) = (played.asked, played.observation.steps.first());
    let (kind, page) = (asked.kind, asked.page.as_str());
    let given = |call, status| Given { row, kind, page, status, call };
    let preflights = step.iter().flat_map(|step| &step.preflights).map(|one| {
        let call = format!("the preflight of {}", asked.call());
        let key = (true, one.method.as_str(), one.url.as_str());
        (key, given(call, one.answer.status))
    });
    let requests = step.iter().flat_map(|step| &step.requests).map(|one| {
        let key = (false, one.method.as_str(), one.url.as_str());
        (key, given(asked.call(), one.answer.status))
    });
    let all = preflights.chain(requests);
    let key = |(kind, method, url)| (kind, method, url, asked.login, asked.headers.as_slice());
    all.map(|(found, given)| (key(found), given)).collect()
}

//! Servers that answer strangers with an error of their own in place of an answer without headers.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::case::Standing;

/// What makes two requests the same but for who asks.
type Key<'a> = (bool, &'a str, &'a str, bool, &'a [String]);

/// An answer to somebody.
struct Given {
    row: usize,
    is_listed: bool,
    status: u16,
    call: String,
}

/// Requests that fail for pages that are not listed, and not for one that is: an `origin` function that
/// throws does so for whoever sends an `Origin`, and tells nobody more than no header would.
pub(super) fn for_strangers(rows: &[Played<'_>]) -> Option<Finding> {
    let mut alike: IndexMap<Key<'_>, Vec<Given>> = IndexMap::new();
    for (row, played) in rows.iter().enumerate() {
        for (key, given) in answers(row, played) {
            alike.entry(key).or_default().push(given);
        }
    }
    let works = |answers: &&Vec<Given>| answers.iter().any(|one| one.is_listed && one.status < 500);
    let failing = alike.values().filter(works).flatten();
    let failing: Vec<_> = failing.filter(|one| !one.is_listed && one.status >= 500).collect();
    let calls = distinct(failing.iter().map(|one| one.call.clone()));
    let statuses = distinct(failing.iter().map(|one| one.status.to_string()));
    let numbers: BTreeSet<_> = failing.iter().map(|one| one.row).collect();
    (!failing.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "fails-for-strangers",
        sentence: format!(
            "To origins that are not listed, and to them alone, {} is answered {}: the server seems to \
             fail over an origin that it does not know, where leaving the headers out is enough",
            listed(&calls),
            listed(&statuses),
        ),
        rows: numbers.into_iter().collect(),
    })
}

/// Preflights and requests of a row's first step, with their answers.
fn answers<'a>(row: usize, played: &Played<'a>) -> Vec<(Key<'a>, Given)> {
    let (asked, step) = (played.asked, played.observation.steps.first());
    let is_listed = asked.standing == Standing::Listed;
    let given = |call, status| Given { row, is_listed, status, call };
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

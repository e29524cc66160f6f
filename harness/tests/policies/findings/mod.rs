//! Findings about servers that keep a policy and about servers that do not.

mod answers;
mod credentials;
mod errors;
mod holes;
mod missing_access;
mod overreach;
mod own_origin;
mod preflights;
mod redirects;
mod refused_preflights;
mod rules;
mod wide;

use cors_harness::case::{Asked, OriginKind};
use cors_harness::observation::{Read, RowObservation};
use cors_harness::verdict::policy::{Finding, Severity, findings};

use crate::support::{KEPT, POLICY, findings_of, played, policy, policy_of, ruled};

/// The first finding, which is the worst.
#[track_caller]
pub fn worst(server: &str) -> Finding {
    findings_of(server, POLICY).into_iter().next().expect("a finding")
}

#[track_caller]
pub fn says(server: &str, name: &str, words: &str) {
    let reported = findings_of(server, POLICY);
    let found = reported.iter().find(|finding| finding.name == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {reported:#?}"));
    assert!(found.sentence.contains(words), "{}", found.sentence);
    assert!(!found.rows.is_empty());
}

/// A server that allows one more origin.
pub fn allowing_also(origin: &str) -> String {
    KEPT.replace("origins: [", &format!("origins: ['{origin}', "))
}

/// A server without a middleware: the lines of its preflights, of its answers, and both statuses.
pub fn by_hand(preflight: &str, answer: &str, statuses: (u16, u16)) -> String {
    let (before, then) = statuses;
    format!(
        "
    /me:
      OPTIONS: {{ status: {before}, headers: [{preflight}] }}
      GET: {{ status: {then}, headers: [{answer}] }}
    /things:
      OPTIONS: {{ status: {before}, headers: [{preflight}] }}
      PUT: {{ status: {then}, headers: [{answer}] }}
"
    )
}

pub const ECHO: &str = "Access-Control-Allow-Origin: '${request.origin}'";
pub const WITH: &str = "Access-Control-Allow-Credentials: 'true'";
pub const METHODS: &str = "Access-Control-Allow-Methods: 'GET, PUT'";
pub const HEADERS: &str = "Access-Control-Allow-Headers: 'content-type, x-request-id'";

/// The findings after a change of what was observed in some rows.
pub fn findings_after(
    server: &str,
    policy: &str,
    change: impl Fn(&Asked, &mut RowObservation),
) -> Vec<Finding> {
    let case = self::policy(server, policy);
    let mut rulings = ruled(&case);
    for (ruling, row) in rulings.iter_mut().zip(&case.rows) {
        change(row.asked.as_ref().unwrap(), &mut ruling.observation);
    }
    findings(&played(&case, &rulings))
}

pub fn named<'f>(reported: &'f [Finding], name: &str) -> Option<&'f Finding> {
    reported.iter().find(|one| one.name == name)
}

/// Changes the response to every request of a row.
pub fn answer(seen: &mut RowObservation, status: u16, headers: &[(&str, &str)]) {
    for request in seen.steps.iter_mut().flat_map(|step| &mut step.requests) {
        request.answer.status = status;
        let line = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        request.answer.headers = headers.iter().map(line).collect();
    }
    for step in seen.steps.iter_mut() {
        step.response.iter_mut().for_each(|response| response.status = status);
    }
}

pub fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{{ {line} }}")).collect::<Vec<_>>().join(", ")
}

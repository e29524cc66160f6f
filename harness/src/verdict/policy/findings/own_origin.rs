//! Finds servers that reject requests from their own pages. CORS does not apply to these, but a
//! filter may compare `Origin` with a list that does not contain the server's own origin.

use std::collections::BTreeSet;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use super::hints;
use crate::case::OriginKind;
use crate::observation::Request;

/// A request of a page to its own origin.
struct OwnOriginRow<'a> {
    row: usize,
    played: &'a Played<'a>,
    request: &'a Request,
}

/// Requests with the server's own origin in `Origin` that are rejected, if the same request from
/// another origin is not, or other requests of the same page without `Origin` are not. Browsers
/// send `Origin` with every request to the page's own origin except GET and HEAD.
/// <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
pub(super) fn refused(rows: &[Played<'_>]) -> Option<Finding> {
    let own: Vec<_> =
        rows.iter().enumerate().filter_map(|(row, played)| OwnOriginRow::of(row, played)).collect();
    let refused = own.iter().filter(|one| one.request.origin.is_some() && is_refused(one.request));
    let refused: Vec<_> =
        refused.filter_map(|one| Some((one, accepted(one, &own, rows)?))).collect();
    let ((first, counter), _) = refused.split_first()?;
    let calls = distinct(refused.iter().map(|(one, _)| one.played.asked.call()));
    let statuses = distinct(refused.iter().map(|(one, _)| one.request.answer.status.to_string()));
    let page = &first.played.asked.page;
    Some(Finding {
        severity: Severity::High,
        name: "own-origin-refused",
        sentence: format!(
            "The server apparently refuses its own origin: it answers {} from its own pages, with \
             `Origin: {page}`, with status {}, but {counter}{}",
            listed(&calls),
            listed(&statuses),
            behind_tls(first),
        ),
        rows: refused.iter().map(|(one, _)| one.row).collect::<BTreeSet<_>>().into_iter().collect(),
    })
}

/// A server compares `Origin` with its own scheme, host and port, and behind TLS it knows them only from its
/// proxy.
fn behind_tls(refused: &OwnOriginRow<'_>) -> String {
    let is_over_tls = refused.played.asked.page.starts_with("https:");
    match refused.played.forwarded.filter(|_| is_over_tls) {
        Some(false) => format!(
            ". If the server takes requests for plain HTTP, {}, which sends `X-Forwarded-Proto: https` as a \
             reverse proxy that terminates TLS does",
            hints::FORWARDED.for_row(refused.played)
        ),
        Some(true) | None => String::new(),
    }
}

impl<'a> OwnOriginRow<'a> {
    fn of(row: usize, played: &'a Played<'a>) -> Option<Self> {
        let request = played.observation.steps.first()?.requests.last()?;
        (played.asked.kind == OriginKind::Own).then_some(Self { row, played, request })
    }
}

/// The evidence that `Origin` is the reason: the request without it, or with another one.
fn accepted(
    refused: &OwnOriginRow<'_>,
    own: &[OwnOriginRow<'_>],
    rows: &[Played<'_>],
) -> Option<String> {
    let asked = refused.played.asked;
    let of_others = rows.iter().filter(|other| {
        other.asked.kind == OriginKind::Listed
            && other.asked.request() == asked.request()
            && other.asked.login == asked.login
    });
    let by_other = of_others.clone().find_map(|other| {
        let request = other.observation.steps.first()?.requests.last()?;
        let status = request.answer.status;
        let page = &other.asked.page;
        (status < 400).then(|| format!("the same request from {page} with {status}"))
    });
    // Without a login, a request that writes may be rejected although one that reads is not.
    let is_same_with_login = |other: &OwnOriginRow<'_>| {
        let of_other = other.played.asked;
        of_other.login && of_other.request() == asked.request() && is_refused(other.request)
    };
    let proves = refused.request.answer.status != 401 || own.iter().any(is_same_with_login);
    let without_origin = || {
        let mut others = own.iter().filter(|other| other.played.asked.login == asked.login);
        let other = others
            .find(|other| other.request.origin.is_none() && other.request.answer.status < 400)?;
        let (call, status) = (other.played.asked.call(), other.request.answer.status);
        Some(format!("{call}, which browsers send without `Origin`, with {status}"))
    };
    let is_answered = own.iter().any(|other| {
        other.request.origin.is_some()
            && !is_refused(other.request)
            && other.played.asked.login == asked.login
    });
    by_other.or_else(|| without_origin().filter(|_| proves && !is_answered))
}

/// An error that does not concern the path or the method.
fn is_refused(request: &Request) -> bool {
    let status = request.answer.status;
    status >= 400 && !matches!(status, 404 | 405 | 410)
}

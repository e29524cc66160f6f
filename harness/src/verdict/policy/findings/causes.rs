//! Explains why a response was blocked, for the developers of the server.

use super::super::Played;
use super::evidence::{self, Refused};
use super::finding::Cause;
use super::preflights;
use super::redirects;
use crate::observation::{Answer, Read, Request, StepObservation};
use cors_model::{Reason, Refusal, Stage};
use url::Url;

const NOT_MODIFIED: u16 = 304;

/// Why the first blocked step was blocked, by its own responses and by what the other rows show of the
/// server.
pub(super) fn cause(played: &Played<'_>, rows: &[Played<'_>]) -> Option<Cause> {
    let mut steps = played.steps().filter(|(step, _)| step.read != Some(Read::Allowed));
    let (step, refusal) = steps.next()?;
    let Some(refusal) = refusal else {
        let cause =
            "the browser blocks it, and the Fetch standard has no reason for that".to_owned();
        return Some(("withheld-by-the-browser", cause));
    };
    if let Some(cause) = redirects::cause(step, refusal, &played.asked.page) {
        return Some(cause);
    }
    Some(match refusal.stage {
        Stage::CorsPreflight => of_preflight(step, refusal, played, rows),
        _ => of_answer(step, refusal, played, rows),
    })
}

fn of_preflight(
    step: &StepObservation,
    refusal: &Refusal,
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> Cause {
    let listed = step.preflights.last().and_then(preflights::cause_of_list);
    if let Some(cause) = listed.or_else(|| refused_preflight(step, refusal, played, rows)) {
        return cause;
    }
    let status = step.preflights.last().map_or(0, |preflight| preflight.answer.status);
    let value = refusal.value.as_deref().unwrap_or_default();
    if let Some(cause) = step.preflights.last().and_then(preflights::cause_of_cors_filter) {
        return cause;
    }
    if let Some(cause) = step.preflights.last().and_then(|it| preflights::cause_of_403(it, rows)) {
        return cause;
    }
    // A response without an ok status fails with any headers.
    let place = step.preflights.last().and_then(|one| redirect(&one.url, &one.answer));
    if let Some(cause) = preflights::cause_of_status(status, place) {
        return cause;
    }
    match refusal.reason {
        Reason::MethodNotAllowed => ("method-not-allowed", unlisted_method(step, value)),
        Reason::HeaderNotAllowed | Reason::AuthorizationNotListed => (
            "header-not-allowed",
            format!(
                "`Access-Control-Allow-Headers` of the preflight response does not list `{value}`"
            ),
        ),
        Reason::MethodWildcardWithCredentials | Reason::HeaderWildcardWithCredentials => (
            "wildcard-with-credentials",
            format!(
                "`*` in the preflight response does not cover `{value}` in credentialed requests"
            ),
        ),
        Reason::UnparsableAllowMethods | Reason::UnparsableAllowHeaders => {
            let cause = format!("the preflight response has a list that is invalid: `{value}`");
            ("preflight-unreadable", cause)
        }
        reason => check(reason, value, &played.asked.page, "the preflight response"),
    }
}

/// What the other rows show about a preflight response without CORS headers, or with an error
/// status.
fn refused_preflight(
    step: &StepObservation,
    refusal: &Refusal,
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> Option<Cause> {
    let preflight = step.preflights.last()?;
    let is_refused = refusal.reason == Reason::MissingAllowOrigin || preflight.answer.status >= 400;
    let refused = Some(Refused { preflight, played, rows }).filter(|_| is_refused)?;
    let of_origin =
        || evidence::origin_refused(played, &preflight.url, preflight.answer.status, rows);
    refused.cause().or_else(of_origin)
}

/// <https://fetch.spec.whatwg.org/#concept-method>: methods are compared case-sensitively.
fn unlisted_method(step: &StepObservation, method: &str) -> String {
    let answers = step.preflights.iter().map(|preflight| &preflight.answer);
    let mut listed = answers.flat_map(|answer| answer.listed("access-control-allow-methods"));
    match listed.find(|listed| listed.eq_ignore_ascii_case(method)) {
        Some(other) => format!(
            "`Access-Control-Allow-Methods` of the preflight response lists `{other}` instead of \
             `{method}`; methods are case-sensitive"
        ),
        None => format!(
            "`Access-Control-Allow-Methods` of the preflight response does not list `{method}`"
        ),
    }
}

fn of_answer(
    step: &StepObservation,
    refusal: &Refusal,
    played: &Played<'_>,
    rows: &[Played<'_>],
) -> Cause {
    let page = &played.asked.page;
    let status = step.requests.last().map_or(0, |request| request.answer.status);
    if let Some(request) =
        step.requests.last().filter(|_| refusal.reason == Reason::MissingAllowOrigin)
        && let Some(cause) = evidence::origin_refused(played, &request.url, status, rows)
    {
        return cause;
    }
    let value = refusal.value.as_deref().unwrap_or_default();
    match (refusal.reason, status) {
        (Reason::MissingAllowOrigin, NOT_MODIFIED) => {
            let cause = "the 304 response has no `Access-Control-Allow-Origin`";
            ("no-headers-on-304", cause.to_owned())
        }
        (Reason::MissingAllowOrigin, 400..) => (
            "no-headers-on-errors",
            format!(
                "the {status} response has no `Access-Control-Allow-Origin`, so the page gets a network \
                 error instead of it"
            ),
        ),
        (reason, _) => match (reason, redirected(step)) {
            (Reason::MissingAllowOrigin, Some(answer)) => {
                ("redirected-without-headers", check(reason, value, page, &answer).1)
            }
            (_, answer) => check(reason, value, page, answer.as_deref().unwrap_or("the response")),
        },
    }
}

/// The last response, if it is a redirect or a redirect led to it.
fn redirected(step: &StepObservation) -> Option<String> {
    let (last, before) = step.requests.split_last()?;
    let place = |request: &Request| redirect(&request.url, &request.answer);
    if let Some(to) = place(last) {
        return Some(format!("the response, a redirect ({}) to {to},", last.answer.status));
    }
    let (led, to) = before.iter().rev().find_map(|request| Some((request, place(request)?)))?;
    Some(format!("the response after a redirect ({}) to {to}", led.answer.status))
}

/// The target of a redirect, without the origin if that is the one of the request.
fn redirect(url: &str, answer: &Answer) -> Option<String> {
    let target = Url::parse(answer.redirects_to.as_deref()?).ok()?;
    let is_own = Url::parse(url).is_ok_and(|url| url.origin() == target.origin());
    Some(if is_own { target.path().to_owned() } else { target.into() })
}

/// A response that allows something other than the page's origin.
fn other_origin(value: &str, page: &str, answer: &str) -> String {
    if value.is_empty() {
        format!("{answer} has an empty `Access-Control-Allow-Origin`")
    } else if value.eq_ignore_ascii_case(page) {
        format!("{answer} allows `{value}`, but browsers send origins in lower case")
    } else if value.contains('*') {
        format!("{answer} allows `{value}`, but `*` within an origin is not a wildcard")
    } else {
        format!("{answer} allows `{value}` instead")
    }
}

/// What the CORS check found in a response.
fn check(reason: Reason, value: &str, page: &str, answer: &str) -> Cause {
    let path_behind = value.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
    match reason {
        Reason::MissingAllowOrigin => {
            ("origin-not-allowed", format!("{answer} has no `Access-Control-Allow-Origin`"))
        }
        Reason::SeveralAllowOrigins => (
            "two-allow-origin-lines",
            format!("{answer} has several `Access-Control-Allow-Origin` headers: `{value}`"),
        ),
        Reason::AllowOriginMismatch if path_behind => (
            "origin-with-slash-or-path",
            format!("{answer} allows `{value}`, but an origin has no slash or path at its end"),
        ),
        Reason::AllowOriginMismatch if value.contains([',', ' ']) => (
            "several-origins-in-one-line",
            format!("{answer} allows `{value}`, but the header can hold only one origin"),
        ),
        Reason::AllowOriginMismatch => ("origin-not-allowed", other_origin(value, page, answer)),
        Reason::WildcardWithCredentials => (
            "wildcard-with-credentials",
            format!("{answer} allows `*`, which is not accepted for credentialed requests"),
        ),
        Reason::MissingAllowCredentials => {
            let cause = format!("{answer} has no `Access-Control-Allow-Credentials`");
            ("credentials-not-allowed", cause)
        }
        Reason::AllowCredentialsNotTrue => (
            "credentials-not-allowed",
            format!(
                "{answer} has `Access-Control-Allow-Credentials: {value}`, but the value must be `true`"
            ),
        ),
        other => ("withheld", other.sentence().trim_end_matches('.').to_owned()),
    }
}

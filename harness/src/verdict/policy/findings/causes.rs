//! Why an answer was withheld, in words for somebody who runs the server.

use super::super::Played;
use super::redirects;
use crate::observation::{Answer, Read, Request, StepObservation};
use crate::standard::{Reason, Refusal, Stage};
use url::Url;

const NOT_MODIFIED: u16 = 304;

/// A name and why, as a part of a sentence.
pub(super) type Cause = (&'static str, String);

/// Why the first step that is withheld is withheld.
pub(super) fn cause(played: &Played<'_>) -> Option<Cause> {
    let mut steps = played.steps().filter(|(step, _)| step.read != Some(Read::Allowed));
    let (step, refusal) = steps.next()?;
    let Some(refusal) = refusal else {
        let cause = "the browser withholds it, and the standard does not say why".to_owned();
        return Some(("withheld-by-the-browser", cause));
    };
    if let Some(cause) = redirects::cause(played, step) {
        return Some(cause);
    }
    Some(match refusal.stage {
        Stage::CorsPreflight => of_preflight(step, refusal, &played.asked.page),
        _ => of_answer(step, refusal, &played.asked.page),
    })
}

fn of_preflight(step: &StepObservation, refusal: &Refusal, page: &str) -> Cause {
    let status = step.preflights.last().map_or(0, |preflight| preflight.answer.status);
    let value = refusal.value.as_deref().unwrap_or_default();
    // An answer that is not ok fails whatever its headers, even where they are looked at first.
    let of_status = match status {
        200..=299 => None,
        401 | 403 => Some("preflight-needs-login"),
        300..=399 => Some("preflight-redirected"),
        _ => Some("preflight-not-ok"),
    };
    if let Some(name) = of_status {
        let place = step.preflights.last().and_then(|one| redirect(&one.url, &one.answer));
        let place = place.map(|place| format!(", a redirect to {place}")).unwrap_or_default();
        return (name, format!("the preflight answers {status}{place}"));
    }
    match refusal.reason {
        Reason::MethodNotAllowed => ("method-not-allowed", unlisted_method(step, value)),
        Reason::HeaderNotAllowed | Reason::AuthorizationNotListed => (
            "header-not-allowed",
            format!("the answer to the preflight does not list the header `{value}`"),
        ),
        Reason::MethodWildcardWithCredentials | Reason::HeaderWildcardWithCredentials => (
            "wildcard-with-credentials",
            format!(
                "in the answer to the preflight `*` does not stand for `{value}` where credentials are \
                 included"
            ),
        ),
        Reason::UnparsableAllowMethods | Reason::UnparsableAllowHeaders => {
            ("preflight-unreadable", format!("the answer to the preflight lists `{value}`"))
        }
        reason => check(reason, value, page, "the answer to the preflight"),
    }
}

/// <https://fetch.spec.whatwg.org/#concept-method>: methods are compared letter by letter.
fn unlisted_method(step: &StepObservation, method: &str) -> String {
    let answers = step.preflights.iter().map(|preflight| &preflight.answer);
    let mut listed = answers.flat_map(|answer| answer.listed("access-control-allow-methods"));
    match listed.find(|listed| listed.eq_ignore_ascii_case(method)) {
        Some(other) => format!(
            "the answer to the preflight lists `{other}`, which is another method than `{method}`"
        ),
        None => format!("the answer to the preflight does not list the method `{method}`"),
    }
}

fn of_answer(step: &StepObservation, refusal: &Refusal, page: &str) -> Cause {
    let status = step.requests.last().map_or(0, |request| request.answer.status);
    let value = refusal.value.as_deref().unwrap_or_default();
    match (refusal.reason, status) {
        (Reason::MissingAllowOrigin, NOT_MODIFIED) => {
            ("no-headers-on-304", "the answer 304 has no Access-Control-Allow-Origin".to_owned())
        }
        (Reason::MissingAllowOrigin, 400..) => (
            "no-headers-on-errors",
            format!(
                "the answer {status} has no Access-Control-Allow-Origin, and the page sees a network \
                 error in its place"
            ),
        ),
        (reason, _) => match (reason, redirected(step)) {
            (Reason::MissingAllowOrigin, Some(answer)) => {
                ("redirected-without-headers", check(reason, value, page, &answer).1)
            }
            (_, answer) => check(reason, value, page, answer.as_deref().unwrap_or("the answer")),
        },
    }
}

/// The last answer, where it is a redirect or a redirect led to it.
fn redirected(step: &StepObservation) -> Option<String> {
    let (last, before) = step.requests.split_last()?;
    let place = |request: &Request| redirect(&request.url, &request.answer);
    if let Some(to) = place(last) {
        return Some(format!("the answer, a redirect ({}) to {to},", last.answer.status));
    }
    let (led, to) = before.iter().rev().find_map(|request| Some((request, place(request)?)))?;
    Some(format!("the answer behind a redirect ({}) to {to}", led.answer.status))
}

/// Where an answer leads, without the origin where that is the one that was asked.
fn redirect(url: &str, answer: &Answer) -> Option<String> {
    let target = Url::parse(answer.redirects_to.as_deref()?).ok()?;
    let is_own = Url::parse(url).is_ok_and(|url| url.origin() == target.origin());
    Some(if is_own { target.path().to_owned() } else { target.into() })
}

/// What an answer allows that is not the page's origin, nor anything longer.
fn other_origin(value: &str, page: &str, answer: &str) -> String {
    if value.is_empty() {
        format!("{answer} has an empty Access-Control-Allow-Origin")
    } else if value.eq_ignore_ascii_case(page) {
        format!("{answer} allows `{value}`, and a browser writes an origin in lower case")
    } else if value.contains('*') {
        format!("{answer} allows `{value}`, and within an origin `*` stands for nothing but itself")
    } else {
        format!("{answer} allows `{value}` instead")
    }
}

/// What the CORS check found in an answer.
fn check(reason: Reason, value: &str, page: &str, answer: &str) -> Cause {
    let path_behind = value.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
    match reason {
        Reason::MissingAllowOrigin => {
            ("origin-not-allowed", format!("{answer} has no Access-Control-Allow-Origin"))
        }
        Reason::SeveralAllowOrigins => (
            "two-allow-origin-lines",
            format!("{answer} has more than one Access-Control-Allow-Origin: `{value}`"),
        ),
        Reason::AllowOriginMismatch if path_behind => (
            "origin-with-slash-or-path",
            format!("{answer} allows `{value}`, and an origin ends with its host or port"),
        ),
        Reason::AllowOriginMismatch if value.contains([',', ' ']) => (
            "several-origins-in-one-line",
            format!("{answer} allows `{value}`, and one origin is all that can stand there"),
        ),
        Reason::AllowOriginMismatch => ("origin-not-allowed", other_origin(value, page, answer)),
        Reason::WildcardWithCredentials => (
            "wildcard-with-credentials",
            format!("{answer} allows `*`, which stands for nobody where credentials are included"),
        ),
        Reason::MissingAllowCredentials => {
            ("credentials-not-allowed", format!("{answer} has no Access-Control-Allow-Credentials"))
        }
        Reason::AllowCredentialsNotTrue => (
            "credentials-not-allowed",
            format!(
                "{answer} says `{value}` for Access-Control-Allow-Credentials, which is to be `true`"
            ),
        ),
        other => ("withheld", format!("the standard's reason is `{}`", other.as_str())),
    }
}

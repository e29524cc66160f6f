//! Explains preflights that get an error: the request itself is then never sent.

use super::super::Played;
use super::finding::{Cause, Finding, Severity};
use super::group::{capitalised, distinct, listed};
use crate::observation::{Preflight, StepObservation};

/// Why a preflight with this status fails, and what to change; `None` if the status is ok.
/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
pub(super) fn cause_of_status(status: u16, redirects_to: Option<String>) -> Option<Cause> {
    let (name, change) = match status {
        200..=299 => return None,
        401 => (
            "preflight-needs-login",
            "browsers never send credentials with a preflight, so the server must answer OPTIONS before it \
             checks the login",
        ),
        403 => (
            "preflight-needs-login",
            "browsers never send credentials with a preflight, so the server must answer OPTIONS before it \
             checks logins and access rights",
        ),
        300..=399 => ("preflight-redirected", "browsers do not follow the redirect of a preflight"),
        404 | 405 | 501 => {
            ("preflight-not-ok", "the server must answer OPTIONS for this URL with a 2xx status")
        }
        500.. => {
            ("preflight-not-ok", "the server fails where it must answer OPTIONS with a 2xx status")
        }
        _ => ("preflight-not-ok", "the server must answer OPTIONS with a 2xx status"),
    };
    let place = redirects_to.map(|place| format!(", a redirect to {place}")).unwrap_or_default();
    Some((name, format!("the preflight is answered with {status}{place}; {change}")))
}

/// Why a CORS filter answers a preflight with 403, if no other request shows what it refuses. `Vary` tells
/// the filter from a missing login: Spring, for example, answers so to an origin, a method and a header
/// that it does not allow.
pub(super) fn cause_of_cors_filter(preflight: &Preflight) -> Option<Cause> {
    const METHOD: &str = "Access-Control-Request-Method";
    let mut varies = preflight.answer.listed("vary");
    let is_filter = varies.any(|name| name.eq_ignore_ascii_case(METHOD));
    let headers = preflight.headers.iter().map(|names| format!(" or the headers `{names}`"));
    let headers = headers.collect::<String>();
    (preflight.answer.status == 403 && is_filter).then(|| {
        let cause = format!(
            "the preflight is answered with 403, and its `Vary` names `{METHOD}`: the CORS rules of the \
             server do not allow this origin or the method `{}`{headers}",
            preflight.method
        );
        ("preflight-refused", cause)
    })
}

/// The finding if every preflight gets one error, no request was ever sent, and no allowed page
/// exists for which that would be reported.
pub(super) fn all_refused(rows: &[Played<'_>]) -> Option<Finding> {
    let steps = || rows.iter().flat_map(|played| &played.observation.steps);
    let mut statuses =
        steps().flat_map(|step| &step.preflights).map(|preflight| preflight.answer.status);
    let first = statuses.next()?;
    let is_one = statuses.all(|status| status == first);
    let is_silent = steps().all(|step| step.requests.is_empty());
    let has_allowed_rows = rows.iter().any(|played| played.asked.allowed);
    if !is_one || !is_silent || has_allowed_rows {
        return None;
    }
    let (name, cause) = cause_of_status(first, None)?;
    let asked = |played: &&Played<'_>| is_preflighted(&played.observation.steps);
    let calls = distinct(rows.iter().filter(asked).map(|played| played.asked.call()));
    Some(Finding {
        severity: Severity::High,
        name,
        sentence: format!("{}: no page can send {}", capitalised(&cause), listed(&calls)),
        rows: (0..rows.len()).filter(|row| asked(&&rows[*row])).collect(),
    })
}

fn is_preflighted(steps: &[StepObservation]) -> bool {
    steps.iter().any(|step| !step.preflights.is_empty())
}

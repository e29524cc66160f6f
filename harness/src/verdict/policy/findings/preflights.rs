//! Explains preflights that get an error: the request itself is then never sent.

use super::super::Played;
use super::finding::{Cause, Finding, Severity};
use super::group::{capitalised, distinct, listed};
use crate::observation::{Preflight, StepObservation};
use cors_model::is_cors_safelisted_method;

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

/// Why a preflight is answered with 403, if no row shows that the server requires a login: there are several
/// reasons, and the rows do not distinguish them.
pub(super) fn cause_of_403(preflight: &Preflight, rows: &[Played<'_>]) -> Option<Cause> {
    let without_login = rows.iter().filter(|row| !row.asked.login);
    let mut requests =
        without_login.flat_map(|row| &row.observation.steps).flat_map(|step| &step.requests);
    let wants_login = requests.any(|request| matches!(request.answer.status, 401 | 403));
    (preflight.answer.status == 403 && !wants_login).then(|| {
        let headers = preflight.headers.iter().map(|names| format!(", the headers `{names}`"));
        let cause = format!(
            "the preflight is answered with 403: the server does not allow this origin, the method `{}`{}, or it \
             requires a login, which browsers never send with a preflight; no row shows which",
            preflight.method,
            headers.collect::<String>()
        );
        ("preflight-refused", cause)
    })
}

/// Why a preflight with an error status fails, if its response has a list without what the preflight asks for.
pub(super) fn cause_of_list(preflight: &Preflight) -> Option<Cause> {
    const METHODS: &str = "access-control-allow-methods";
    const HEADERS: &str = "access-control-allow-headers";
    let Preflight { method, headers, answer, .. } = preflight;
    let lacks = |name: &str, value: &str| {
        let mut items = answer.listed(name).peekable();
        items.peek().is_some() && !items.any(|item| item == "*" || item.eq_ignore_ascii_case(value))
    };
    let names = headers.iter().flat_map(|names| names.split(',')).map(str::trim);
    let header = names.filter(|name| !name.is_empty()).find(|name| lacks(HEADERS, name));
    let (name, list, what) = match header {
        _ if lacks(METHODS, method) && !is_cors_safelisted_method(method) => {
            ("method-not-allowed", "Access-Control-Allow-Methods", method.as_str())
        }
        header => ("header-not-allowed", "Access-Control-Allow-Headers", header?),
    };
    let status = answer.status;
    (400..500).contains(&status).then(|| {
        let cause = format!(
            "the preflight is answered with {status}, and `{list}` of the response does not list `{what}`"
        );
        (name, cause)
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
    let preflight = steps().flat_map(|step| &step.preflights).next()?;
    let cause = cause_of_cors_filter(preflight).or_else(|| cause_of_403(preflight, rows));
    let (name, cause) = cause.or_else(|| cause_of_status(first, None))?;
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

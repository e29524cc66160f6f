//! What a page can not do although the policy allows it.

use super::super::{Did, Played};
use super::Severity;
use super::group::{Remark, What, listed};
use crate::case::Asked;
use crate::observation::{Answer, Read, StepObservation};
use crate::standard::{Reason, Refusal, Stage, is_cors_safelisted_response_header_name};

const NOT_MODIFIED: u16 = 304;

/// A remark for each row that is kept from something that it may do.
pub(super) fn remarks(rows: &[Played<'_>]) -> Vec<Remark> {
    let allowed = rows.iter().enumerate().filter(|(_, played)| played.asked.allowed);
    let withheld = allowed.clone().filter_map(|(row, played)| withheld(row, played, rows));
    let others = allowed.flat_map(|(row, played)| {
        let did = played.can().0.into_iter().next().unwrap_or_default();
        not_exposed(row, played, &did).into_iter().chain(without_cookies(row, played, &did))
    });
    withheld.chain(others).collect()
}

/// A name and why, as a part of a sentence.
type Cause = (&'static str, String);

fn withheld(row: usize, played: &Played<'_>, rows: &[Played<'_>]) -> Option<Remark> {
    let (name, cause) = cause(played)?;
    let asked = played.asked;
    let same_for =
        |other: &&Played<'_>| self::cause(other).as_ref() == Some(&(name, cause.clone()));
    let of_page =
        || rows.iter().filter(|other| other.asked.allowed && other.asked.page == asked.page);
    // The headers are not to blame for what fails without them.
    let mut bare = of_page().filter(|other| other.asked.headers.is_empty());
    let bare_fails = bare.any(|other| {
        other.asked.call() == asked.call() && other.asked.login == asked.login && same_for(&other)
    });
    let call = if bare_fails { asked.call() } else { with_headers(asked) };
    let mut other_login = of_page().filter(|other| {
        other.asked.request() == asked.request() && other.asked.login != asked.login
    });
    let login = match other_login.next() {
        Some(other) if !same_for(&other) => Some(asked.login),
        _ => None,
    };
    let severity = if is_of_errors(name) { Severity::Medium } else { Severity::High };
    Some(Remark {
        row,
        severity,
        name,
        who: asked.page.clone(),
        what: What::Cannot { login },
        call,
        cause,
    })
}

/// Method and route, and the headers beyond.
fn with_headers(asked: &Asked) -> String {
    match asked.headers.as_slice() {
        [] => asked.call(),
        headers => format!("{} with {}", asked.call(), listed(headers)),
    }
}

fn is_of_errors(name: &str) -> bool {
    matches!(name, "no-headers-on-errors" | "no-headers-on-304")
}

/// Why the first step that is withheld is withheld.
fn cause(played: &Played<'_>) -> Option<Cause> {
    let mut steps = played.steps().filter(|(step, _)| step.read != Some(Read::Allowed));
    let (step, refusal) = steps.next()?;
    let Some(refusal) = refusal else {
        let cause = "the browser withholds it, and the standard does not say why".to_owned();
        return Some(("withheld-by-the-browser", cause));
    };
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
        return (name, format!("the preflight answers {status}"));
    }
    match refusal.reason {
        Reason::MethodNotAllowed => (
            "method-not-allowed",
            format!("the answer to the preflight does not list the method `{value}`"),
        ),
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
        (reason, _) => check(reason, value, page, "the answer"),
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
        Reason::AllowOriginMismatch => {
            ("origin-not-allowed", format!("{answer} allows `{value}` instead"))
        }
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

/// Response headers that script may see and that the server does not expose.
fn not_exposed(row: usize, played: &Played<'_>, did: &Did) -> Vec<Remark> {
    let asked = played.asked;
    let step = played.observation.steps.first();
    let answer = step.and_then(|step| step.requests.last()).map(|request| &request.answer);
    let Some(answer) = answer.filter(|answer| did.reads && answer.status < 400) else {
        return Vec::new();
    };
    let hidden = asked.exposes.iter().filter(|name| {
        !did.sees.contains(&name.to_ascii_lowercase())
            && !is_cors_safelisted_response_header_name(name, &[])
            && !names(answer, name, asked.login)
    });
    let remark = |header: &String| Remark {
        row,
        severity: Severity::Medium,
        name: "not-exposed",
        who: asked.page.clone(),
        what: What::CannotSee(header.clone()),
        call: asked.call(),
        cause: "Access-Control-Expose-Headers does not name it".to_owned(),
    };
    hidden.map(remark).collect()
}

/// Whether an answer exposes a header, which it may not have.
fn names(answer: &Answer, header: &str, login: bool) -> bool {
    let lists = answer.values("access-control-expose-headers");
    let mut names = lists.flat_map(|list| list.split(',')).map(str::trim);
    names.any(|name| name.eq_ignore_ascii_case(header) || (name == "*" && !login))
}

/// A user is logged in, and the browser sends nothing of that.
fn without_cookies(row: usize, played: &Played<'_>, did: &Did) -> Option<Remark> {
    let asked = played.asked;
    let kept_back = asked.login && did.reads && !did.cookies;
    kept_back.then(|| Remark {
        row,
        severity: Severity::Medium,
        name: "login-not-sent",
        who: asked.page.clone(),
        what: What::WithoutCookies,
        call: asked.call(),
        cause: "the cookie's SameSite, Path or Domain keeps it back".to_owned(),
    })
}

//! Finds what a page cannot do although the policy allows it.

use cors_model::is_cors_safelisted_response_header_name;

use super::super::{Played, StepAccess};
use super::causes::cause;
use super::finding::{Cause, Severity};
use super::group::{AccessChange, RowFinding, listed};
use super::redirects;
use crate::case::Asked;
use crate::observation::Answer;

/// A remark for each row in which something that is allowed does not work.
pub(super) fn remarks(rows: &[Played<'_>]) -> Vec<RowFinding> {
    let allowed = || rows.iter().enumerate().filter(|(_, played)| played.asked.allowed);
    let judged = allowed().map(|(row, played)| {
        let sent = played.observation.steps.iter().all(|step| !step.requests.is_empty());
        let (cause, note) = (cause(played, rows), redirects::note(played));
        let obstacle = redirects::obstacle(played);
        AllowedRow { row, asked: played.asked, sent, cause, obstacle, note }
    });
    let judged: Vec<_> = judged.collect();
    let withheld = judged.iter().filter_map(|one| withheld(one, &judged));
    let others = allowed().flat_map(|(row, played)| {
        let did = played.access().0.into_iter().next().unwrap_or_default();
        not_exposed(row, played, &did).into_iter().chain(without_cookies(row, played, &did))
    });
    withheld.chain(others).collect()
}

/// Remarks about preflights that need a login. They are reported even if every request is answered
/// with 401, because no login changes them.
pub(super) fn of_preflights(rows: &[Played<'_>]) -> Vec<RowFinding> {
    let is_of_login = |remark: &RowFinding| remark.name == "preflight-needs-login";
    let is_401 = |remark: &RowFinding| {
        let steps = rows[remark.row].observation.steps.iter();
        steps.flat_map(|step| &step.preflights).any(|preflight| preflight.answer.status == 401)
    };
    remarks(rows).into_iter().filter(|remark| is_of_login(remark) && is_401(remark)).collect()
}

/// A row that the policy allows, and why it is blocked, if it is.
struct AllowedRow<'a> {
    row: usize,
    asked: &'a Asked,
    /// Whether the request itself was sent.
    sent: bool,
    cause: Option<Cause>,
    /// The end of the cause if it is a redirect.
    obstacle: &'static str,
    note: Option<String>,
}

fn withheld(judged: &AllowedRow<'_>, all: &[AllowedRow<'_>]) -> Option<RowFinding> {
    let AllowedRow { row, asked, sent, cause, obstacle, note } = judged;
    let (name, why) = cause.as_ref()?;
    let of_call = || {
        let of_page = all.iter().filter(|other| other.asked.page == asked.page);
        of_page
            .filter(|other| other.asked.method == asked.method && other.asked.route == asked.route)
    };
    // The headers are not the reason if the request fails without them.
    let bare = of_call().find(|other| {
        other.asked.headers.is_empty() && other.asked.login == asked.login && other.cause == *cause
    });
    let call = if bare.is_some() { asked.call() } else { with_headers(asked) };
    let sent = bare.map_or(*sent, |bare| bare.sent);
    let mut other_login = of_call()
        .filter(|other| other.asked.headers == asked.headers && other.asked.login != asked.login);
    let matters = other_login.next().is_some_and(|other| other.cause != *cause);
    let login = matters.then_some(asked.login);
    let severity = severity(name);
    let what = match redirects::is_named(name) {
        true => AccessChange::NoResponse { login },
        false => AccessChange::Cannot { sent, login },
    };
    let obstacle = if redirects::is_named(name) { obstacle } else { "" };
    let (who, cause) = (asked.page.clone(), why.trim_end_matches(obstacle).to_owned());
    Some(RowFinding {
        row: *row,
        severity,
        name,
        who,
        what,
        call,
        family: format!("{name}: {cause}"),
        cause,
        addition: "",
        obstacle,
        reflects: false,
        note: note.clone().filter(|_| redirects::is_named(name)),
    })
}

/// Method and route, and the additional headers.
fn with_headers(asked: &Asked) -> String {
    match asked.headers.as_slice() {
        [] => asked.call(),
        headers => format!("{} with {}", asked.call(), listed(headers)),
    }
}

/// The severity of a blocked request, by the name of its reason.
pub(super) fn severity(name: &str) -> Severity {
    match name {
        "no-headers-on-errors" | "no-headers-on-304" => Severity::Medium,
        name => redirects::severity(name).unwrap_or(Severity::High),
    }
}

/// Response headers that script may see and that the server does not expose.
fn not_exposed(row: usize, played: &Played<'_>, did: &StepAccess) -> Vec<RowFinding> {
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
    let remark = |header: &String| RowFinding {
        row,
        severity: Severity::Medium,
        name: "not-exposed",
        who: asked.page.clone(),
        what: AccessChange::CannotSee(header.clone()),
        call: asked.call(),
        cause: format!("`Access-Control-Expose-Headers` does not list `{header}`"),
        family: format!("not-exposed: {header}"),
        addition: "",
        obstacle: "",
        reflects: false,
        note: None,
    };
    hidden.map(remark).collect()
}

/// Whether a response exposes a header, which it need not have.
fn names(answer: &Answer, header: &str, login: bool) -> bool {
    let mut names = answer.listed("access-control-expose-headers");
    names.any(|name| name.eq_ignore_ascii_case(header) || (name == "*" && !login))
}

/// A user is logged in, and the browser does not send the cookies.
fn without_cookies(row: usize, played: &Played<'_>, did: &StepAccess) -> Option<RowFinding> {
    let asked = played.asked;
    let kept_back = played.login_covers && did.reads && !did.cookies;
    kept_back.then(|| RowFinding {
        row,
        severity: Severity::Medium,
        name: "login-not-sent",
        who: asked.page.clone(),
        what: AccessChange::WithoutCookies,
        call: asked.call(),
        cause: "the browser does not send the cookie because of its `SameSite`, `Path` or `Domain`"
            .to_owned(),
        family: "login-not-sent".to_owned(),
        addition: "",
        obstacle: "",
        reflects: false,
        note: None,
    })
}

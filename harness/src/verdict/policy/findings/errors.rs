//! Finds requests that only get errors, also where the policy allows them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use url::Url;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use super::hints;
use crate::case::OriginKind;
use crate::observation::{Read, StepObservation};

/// A server that answers every request with the same error, so that everything else follows from
/// it. A rejected preflight is not a request: if nothing else was sent, nothing is known about the
/// server's responses.
pub(super) fn of_everything(rows: &[Played<'_>]) -> Option<Finding> {
    // The policy does not mention these requests, and the server need not have them.
    let checked = || rows.iter().filter(|played| played.asked.kind != OriginKind::Probe);
    let steps = || checked().flat_map(|played| &played.observation.steps);
    let status = only(steps().flat_map(StepObservation::answers).map(|answer| answer.status))?;
    // A GET without `Origin` may be sent for information only, as a probe is.
    let of_policy = checked().filter(|played| played.asked.kind != OriginKind::NoOrigin);
    let mut requests = of_policy
        .flat_map(|played| played.observation.steps.iter().flat_map(|step| &step.requests));
    let url = requests.next().map(|request| request.url.as_str())?;
    let host = Url::parse(url).ok().map(|url| url.authority().to_owned());
    let why = match (status, host) {
        (401, _) => "; the request needs a login".to_owned(),
        (404 | 405 | 410, _) => "; check the path".to_owned(),
        (400 | 403 | 421, Some(host)) => {
            format!("; the server may refuse the host name, `Host: {host}`")
        }
        _ => String::new(),
    };
    Some(Finding {
        severity: Severity::High,
        name: "every-answer-an-error",
        sentence: format!(
            "Every request is answered with {status}, so the results are inconclusive{why}"
        ),
        rows: (0..rows.len()).collect(),
    })
}

/// The status that all of these share, if it is an error.
fn only(mut statuses: impl Iterator<Item = u16>) -> Option<u16> {
    let first = statuses.next().filter(|status| *status >= 400)?;
    statuses.all(|status| status == first).then_some(first)
}

/// Calls that a policy allows, and that get the same error from every page that is allowed to make
/// them, which the page reads. If the login is not accepted at all, its errors are not reported
/// again, nor are rows that another finding explains.
pub(super) fn of_calls(
    rows: &[Played<'_>],
    login_is_refused: bool,
    is_explained: impl Fn(usize) -> bool,
) -> Vec<Finding> {
    let mut calls: IndexMap<String, Vec<Call<'_>>> = IndexMap::new();
    for (row, played) in rows.iter().enumerate() {
        if let Some(call) = call(row, played).filter(|_| !is_explained(row)) {
            calls.entry(played.asked.call()).or_default().push(call);
        }
    }
    let mut alike: IndexMap<Failing, (Vec<String>, BTreeSet<usize>)> = IndexMap::new();
    for (name, calls) in calls {
        let failing = failing(&calls, login(rows, &name));
        if let Some(failing) = failing.filter(|it| !(it.is_refused() && login_is_refused)) {
            let (names, rows) = alike.entry(failing).or_default();
            names.push(name);
            rows.extend(calls.iter().filter(|call| call.may()).map(|call| call.row));
        }
    }
    let found = alike.iter();
    found.map(|(failing, (names, of_failing))| failing.finding(names, of_failing, rows)).collect()
}

/// A request that was sent in a row's first step.
struct Call<'a> {
    row: usize,
    played: &'a Played<'a>,
    status: u16,
    /// Whether the browser sent the user's login.
    login: bool,
    reads: bool,
}

impl Call<'_> {
    fn may(&self) -> bool {
        self.played.asked.allowed
    }
}

fn call<'a>(row: usize, played: &'a Played<'a>) -> Option<Call<'a>> {
    let step = played.observation.steps.first()?;
    let request = step.requests.last()?;
    let (status, reads) = (request.answer.status, step.read == Some(Read::Allowed));
    let login = played.asked.login && !request.cookies.is_empty();
    Some(Call { row, played, status, login, reads })
}

/// How a call fails.
#[derive(Eq, Hash, PartialEq)]
struct Failing {
    status: u16,
    /// Whether every other origin gets the same status.
    for_every_origin: bool,
    login: Login,
}

/// What is known of a call with the user's login.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
enum Login {
    /// It fails with the login too.
    Sent,
    /// The policy has no login.
    Missing,
    /// The policy allows the call without a login only.
    NotAllowed,
    /// The policy allows the call with the login, and no such request reached the server with a cookie.
    NotSent,
}

/// What a policy says about the login for a call.
fn login(rows: &[Played<'_>], call: &str) -> Login {
    let with_login: Vec<_> = rows.iter().map(|it| it.asked).filter(|asked| asked.login).collect();
    match with_login.as_slice() {
        [] => Login::Missing,
        all if all.iter().any(|asked| asked.allowed && asked.call() == call) => Login::NotSent,
        _ => Login::NotAllowed,
    }
}

/// The pages that are allowed to make a call, and with the login where it is allowed, since without it an
/// error is to be expected.
fn failing(calls: &[Call<'_>], without: Login) -> Option<Failing> {
    let login = calls.iter().any(|call| call.may() && call.login);
    let of_allowed = || calls.iter().filter(|call| call.may() && call.login == login);
    let status = only(of_allowed().map(|call| call.status))?;
    let is_read = of_allowed().any(|call| call.reads);
    let for_others = calls.iter().any(|call| !call.may());
    let for_every_origin = for_others && calls.iter().all(|call| call.status == status);
    let login = if login { Login::Sent } else { without };
    is_read.then_some(Failing { status, for_every_origin, login })
}

impl Failing {
    /// Whether a login would make a difference.
    fn is_refused(&self) -> bool {
        self.login == Login::Sent && matches!(self.status, 401 | 403)
    }

    fn finding(&self, calls: &[String], rows: &BTreeSet<usize>, played: &[Played<'_>]) -> Finding {
        let Self { status, for_every_origin, login } = self;
        let is = if calls.len() == 1 { "is" } else { "are" };
        let whom = if *for_every_origin { "every origin" } else { "every allowed origin" };
        let (severity, name, why) = match (status, login) {
            (401 | 403, Login::Sent) => (
                Severity::Medium,
                "refused-with-login",
                ", with the user's login too, so the rows do not show what the policy allows here",
            ),
            (401, Login::Missing) => {
                (Severity::Note, "answers-error", hints::ACCEPTED_LOGIN.for_rows(played))
            }
            (401, Login::NotAllowed) => {
                (Severity::Note, "answers-error", "; the policy allows this only without a login")
            }
            (401, Login::NotSent) => (
                Severity::Note,
                "answers-error",
                " without a login; no request with the user's cookies reached the server",
            ),
            (404 | 410, _) => (Severity::Note, "answers-error", ": check the path"),
            (405, _) => (Severity::Note, "answers-error", ": check the method"),
            _ => (Severity::Note, "answers-error", ", and pages can read nothing else"),
        };
        Finding {
            severity,
            name,
            sentence: format!(
                "{} {is} answered with {status} for {whom}{why}",
                listed(&distinct(calls.to_vec()))
            ),
            rows: rows.iter().copied().collect(),
        }
    }
}

//! Requests that come to nothing but errors, whatever a policy allows.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use url::Url;

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::observation::{Read, StepObservation};

/// A server that answers one error to everything, of which all the rest is a consequence. A preflight that
/// is refused is no request: where nothing else was sent, nothing is known of the server's responses.
pub(super) fn of_everything(rows: &[Played<'_>]) -> Option<Finding> {
    let steps = || rows.iter().flat_map(|played| &played.observation.steps);
    let status = only(steps().flat_map(StepObservation::answers).map(|answer| answer.status))?;
    let url = steps().flat_map(|step| &step.requests).next().map(|request| request.url.as_str())?;
    let host = Url::parse(url).ok().map(|url| url.authority().to_owned());
    let why = match (status, host) {
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
            "Every request is answered {status}, so the results are inconclusive{why}"
        ),
        rows: (0..rows.len()).collect(),
    })
}

/// The status that all of these are, if it is that of an error.
fn only(mut statuses: impl Iterator<Item = u16>) -> Option<u16> {
    let first = statuses.next().filter(|status| *status >= 400)?;
    statuses.all(|status| status == first).then_some(first)
}

/// Calls that a policy allows, and that come to one error for every page that is allowed, which reads it.
/// Where the login is refused, and in rows that another finding explains, that is not told again.
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
        if let Some(failing) = failing(&calls).filter(|it| !(it.is_refused() && login_is_refused)) {
            let (names, rows) = alike.entry(failing).or_default();
            names.push(name);
            rows.extend(calls.iter().filter(|call| call.may()).map(|call| call.row));
        }
    }
    alike.iter().map(|(failing, (names, rows))| failing.said(names, rows)).collect()
}

/// A request that got through in a row's first step.
struct Call<'a> {
    row: usize,
    played: &'a Played<'a>,
    status: u16,
    /// Whether the user's login went along.
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
    /// Whether nobody else gets another answer.
    for_everybody: bool,
    /// Whether it does so with a login.
    login: bool,
}

/// Those who may, and with the login where it is theirs, since without it an error is what is due.
fn failing(calls: &[Call<'_>]) -> Option<Failing> {
    let login = calls.iter().any(|call| call.may() && call.login);
    let of_those_who_may = || calls.iter().filter(|call| call.may() && call.login == login);
    let status = only(of_those_who_may().map(|call| call.status))?;
    let is_read = of_those_who_may().any(|call| call.reads);
    let for_others = calls.iter().any(|call| !call.may());
    let for_everybody = for_others && calls.iter().all(|call| call.status == status);
    is_read.then_some(Failing { status, for_everybody, login })
}

impl Failing {
    /// Whether a login would make a difference.
    fn is_refused(&self) -> bool {
        self.login && matches!(self.status, 401 | 403)
    }

    fn said(&self, calls: &[String], rows: &BTreeSet<usize>) -> Finding {
        let Self { status, for_everybody, .. } = self;
        let is = if calls.len() == 1 { "is" } else { "are" };
        let whom = if *for_everybody { "every page" } else { "every allowed page" };
        let (severity, name, why) = match status {
            401 | 403 if self.login => (
                Severity::Medium,
                "refused-with-login",
                ", with the user's login as well, so no row shows what the policy allows here",
            ),
            401 => (Severity::Note, "answers-error", "; add a `login` that it is not refused to"),
            404 | 410 => (Severity::Note, "answers-error", "; check the path"),
            405 => (Severity::Note, "answers-error", "; check the method"),
            _ => (Severity::Note, "answers-error", ", which is all that they can read"),
        };
        Finding {
            severity,
            name,
            sentence: format!(
                "{} {is} answered {status} to {whom}{why}",
                listed(&distinct(calls.to_vec()))
            ),
            rows: rows.iter().copied().collect(),
        }
    }
}

//! Finds out whether the server accepts the login.

use std::collections::BTreeSet;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use crate::case::OriginKind;

/// A request that reached the server, and its status.
struct Call {
    row: usize,
    name: String,
    login: bool,
    status: u16,
}

impl Call {
    fn is_refused(&self) -> bool {
        matches!(self.status, 401 | 403)
    }
}

/// Requests that are rejected with the user's login as they are without it, if no row shows that
/// the login gives access to anything: the cookie may have expired, and then the rows with it are
/// inconclusive.
pub(super) fn refused(
    rows: &[Played<'_>],
    is_explained: impl Fn(usize) -> bool,
) -> Option<Finding> {
    let rows = rows.iter().enumerate().filter(|(row, _)| !is_explained(*row));
    let calls: Vec<_> = rows.filter_map(|(row, played)| call(row, played)).collect();
    let opens = |name: &str, login: bool| {
        calls.iter().any(|call| call.name == name && call.login == login && !call.is_refused())
    };
    let refuses = |name: &str| calls.iter().any(|call| call.name == name && call.is_refused());
    let unlocks =
        |call: &&Call| opens(&call.name, true) && !opens(&call.name, false) && refuses(&call.name);
    let of_user = || calls.iter().filter(|call| call.login);
    if of_user().any(|call| unlocks(&call)) {
        return None;
    }
    let refused: Vec<_> = of_user().filter(|call| !opens(&call.name, true)).collect();
    let names: BTreeSet<_> = refused.iter().map(|call| call.name.clone()).collect();
    let statuses: BTreeSet<_> = refused.iter().map(|call| call.status.to_string()).collect();
    let (names, statuses) = (names.into_iter().collect::<Vec<_>>(), Vec::from_iter(statuses));
    let verb = if names.len() == 1 { "answers" } else { "answer" };
    (!refused.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "login-refused",
        sentence: format!(
            "The user's login is refused: {} {verb} {}, so the cookie may have expired, and the results \
             are inconclusive for users who are logged in",
            listed(&names),
            listed(&statuses),
        ),
        rows: refused.iter().map(|call| call.row).collect(),
    })
}

/// A login that is accepted in some rows and not in others, although the browser sent it: the session may
/// have expired during the run.
pub(super) fn lost(rows: &[Played<'_>]) -> Option<Finding> {
    let calls = rows.iter().enumerate().filter_map(|(row, played)| call(row, played));
    // A server that rejects its own origin is another finding.
    let is_own = |call: &Call| rows[call.row].asked.kind == OriginKind::Own;
    let of_user: Vec<_> = calls.filter(|call| call.login && !is_own(call)).collect();
    let works = |lost: &&Call| {
        let mut same = of_user.iter().filter(|call| call.name == lost.name);
        same.find(|call| call.status < 400)
    };
    let lost = of_user.iter().filter(|call| call.status == 401);
    let lost: Vec<_> = lost.filter_map(|call| Some((call, works(&call)?.status))).collect();
    let names = distinct(lost.iter().map(|(call, _)| call.name.clone()));
    let statuses = distinct(lost.iter().map(|(_, status)| status.to_string()));
    let is = if names.len() == 1 { "is" } else { "are" };
    (!lost.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "login-lost",
        sentence: format!(
            "With the user's login {} {is} answered with {} in some rows and 401 in others: unless the server \
             decides by origin, the session apparently expired during the run, and the rows with 401 are \
             inconclusive",
            listed(&names),
            listed(&statuses),
        ),
        rows: lost.iter().map(|(call, _)| call.row).collect(),
    })
}

/// The last request of a row; `None` if there is none, or the browser did not send the login.
fn call(row: usize, played: &Played<'_>) -> Option<Call> {
    let request = played.observation.steps.first()?.requests.last()?;
    let is_checked = played.asked.kind != OriginKind::Probe;
    let sent = !played.asked.login || !request.cookies.is_empty();
    (sent && is_checked).then(|| Call {
        row,
        name: played.asked.call(),
        login: played.asked.login,
        status: request.answer.status,
    })
}

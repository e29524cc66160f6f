//! Whether the login was one.

use std::collections::BTreeSet;

use super::super::Played;
use super::group::listed;
use super::{Finding, Severity};

/// A request that got through, and what it came to.
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

/// What is refused to the user who is logged in as it is to anybody, where the login is seen to count for
/// nothing else: the cookie may be an old one, and then the rows with it say nothing.
pub(super) fn refused(rows: &[Played<'_>]) -> Option<Finding> {
    let calls: Vec<_> =
        rows.iter().enumerate().filter_map(|(row, played)| call(row, played)).collect();
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
            "The user's login is refused: {} {verb} {}, so the cookie may be out of date, and nothing is \
             proved of users who are logged in",
            listed(&names),
            listed(&statuses),
        ),
        rows: refused.iter().map(|call| call.row).collect(),
    })
}

/// The last request of a row; `None` if there is none, or the login did not go along.
fn call(row: usize, played: &Played<'_>) -> Option<Call> {
    let request = played.observation.steps.first()?.requests.last()?;
    let sent = !played.asked.login || !request.cookies.is_empty();
    sent.then(|| Call {
        row,
        name: played.asked.call(),
        login: played.asked.login,
        status: request.answer.status,
    })
}

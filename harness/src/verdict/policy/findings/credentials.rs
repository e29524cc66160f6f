//! Finds credentials that a server would accept, if no login shows what they give access to.

use super::super::Played;
use super::excess::{self, WITH_CREDENTIALS};
use super::explained::implies;
use super::finding::Severity;
use super::group::RowFinding;
use super::hints;
use super::tried_rows::TriedRows;
use crate::case::OriginKind;
use crate::observation::{Answer, Request};

const LOGIN_NOT_SENT: &str = "; the browser sent the user's cookies in no row, so the results do not show what they give \
    access to";

const LOGIN_REFUSED: &str =
    "; the server refuses the login, so the results do not show what a valid login gives access to";

const LOGIN_FAILS: &str = "; no request with the login succeeds, so the results do not show what the login gives access to";

/// Pages that the policy does not list and that a server names in its responses together with
/// `Access-Control-Allow-Credentials: true`.
/// <https://fetch.spec.whatwg.org/#concept-cors-check>
pub(super) fn accepted(rows: &[Played<'_>]) -> Vec<RowFinding> {
    if requests(rows).any(|one| !one.cookies.is_empty() && one.answer.status < 400) {
        return Vec::new();
    }
    let note = match rows.iter().any(|played| played.asked.login) {
        false => hints::LOGIN.for_rows(rows),
        true => {
            let with_login = || requests(rows).filter(|request| !request.cookies.is_empty());
            let is_refused = |request: &Request| matches!(request.answer.status, 401 | 403);
            match (with_login().next(), with_login().all(is_refused)) {
                (None, _) => LOGIN_NOT_SENT,
                (Some(_), true) => LOGIN_REFUSED,
                (Some(_), false) => LOGIN_FAILS,
            }
        }
    };
    let tried = TriedRows::of(rows);
    let found = rows.iter().enumerate().filter(|(_, played)| {
        is_accepted(played) && !implies(&tried, played.asked) && played.asked.beyond.is_none()
    });
    let remarks = found.filter_map(|(row, played)| excess::remark(row, played, &tried));
    let accepted = |remark: RowFinding| RowFinding {
        severity: Severity::High,
        name: "credentials-accepted",
        addition: match remark.cause.starts_with("the server ") {
            true if remark.reflects => WITH_CREDENTIALS,
            true => ", and it allows credentials",
            false => ", and the server allows credentials",
        },
        note: Some(note.to_owned()),
        ..remark
    };
    remarks.map(accepted).collect()
}

fn requests<'r>(rows: &'r [Played<'_>]) -> impl Iterator<Item = &'r Request> {
    rows.iter().flat_map(|played| &played.observation.steps).flat_map(|step| &step.requests)
}

fn is_accepted(played: &Played<'_>) -> bool {
    let requests = played.observation.steps.iter().flat_map(|step| &step.requests);
    let is_unlisted =
        !matches!(played.asked.kind, OriginKind::Listed | OriginKind::Own | OriginKind::NoOrigin);
    is_unlisted && requests.into_iter().any(|one| accepts(&one.answer, &played.asked.page))
}

fn accepts(answer: &Answer, page: &str) -> bool {
    answer.has_only("access-control-allow-origin", page)
        && answer.has_only("access-control-allow-credentials", "true")
}

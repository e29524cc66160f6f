//! Credentials that a server would accept, where nobody is logged in to show what they unlock.

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::case::Standing;
use crate::observation::Answer;

/// Pages that are not listed and that a server names in its answers together with
/// `Access-Control-Allow-Credentials: true`.
/// <https://fetch.spec.whatwg.org/#concept-cors-check>
pub(super) fn accepted(rows: &[Played<'_>]) -> Option<Finding> {
    let somebody_is_logged_in = rows.iter().any(|played| played.asked.login);
    let numbered = rows.iter().enumerate().filter(|(_, played)| is_accepted(played));
    let found: Vec<_> = numbered.filter(|_| !somebody_is_logged_in).collect();
    let is_any = found.iter().any(|(_, played)| played.asked.standing == Standing::Foreign);
    let pages = distinct(found.iter().map(|(_, played)| played.asked.page.clone()));
    let whose = match is_any {
        true => "any site, whose origin it sends back".to_owned(),
        false => format!("{}, which no entry lists", listed(&pages)),
    };
    (!found.is_empty()).then(|| Finding {
        severity: Severity::High,
        name: "credentials-accepted",
        sentence: format!(
            "The server accepts credentials of {whose}: give a login to see what they unlock"
        ),
        rows: found.iter().map(|(row, _)| *row).collect(),
    })
}

fn is_accepted(played: &Played<'_>) -> bool {
    let requests = played.observation.steps.iter().flat_map(|step| &step.requests);
    let is_stranger = !matches!(played.asked.standing, Standing::Listed | Standing::NoOrigin);
    is_stranger && requests.into_iter().any(|one| accepts(&one.answer, &played.asked.page))
}

fn accepts(answer: &Answer, page: &str) -> bool {
    let is = |name, value: &str| answer.values(name).collect::<Vec<_>>() == [value];
    is("access-control-allow-origin", page) && is("access-control-allow-credentials", "true")
}

//! What preflights allow and nobody tries: lists that are longer than the policy.

use std::collections::BTreeSet;

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::observation::Preflight;

/// Methods and headers that need no preflight, whoever lists them, and `*`, of which other rows tell.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>,
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
const EVERYBODYS: [&str; 8] =
    ["get", "head", "post", "accept", "accept-language", "content-language", "range", "*"];

/// Methods in the answers to preflights of pages that may, beyond those that are tried anywhere.
pub(super) fn methods(rows: &[Played<'_>]) -> Option<Finding> {
    let tried = rows.iter().map(|played| played.asked.method.clone());
    let listing = beyond(rows, "access-control-allow-methods", &tried.collect());
    finding(Severity::Low, "more-methods-listed", listing)
}

/// Headers in the answers to preflights of pages that may, beyond those that they ask for.
pub(super) fn headers(rows: &[Played<'_>]) -> Option<Finding> {
    let asked =
        preflights(rows).flat_map(|(_, one)| one.headers.iter().flat_map(|it| it.split(',')));
    let asked = asked.map(|name| name.trim().to_owned()).collect();
    let listing = beyond(rows, "access-control-allow-headers", &asked);
    finding(Severity::Note, "more-headers-listed", listing)
}

fn finding(
    severity: Severity,
    name: &'static str,
    listing: Vec<(usize, String)>,
) -> Option<Finding> {
    let rows: BTreeSet<_> = listing.iter().map(|(row, _)| *row).collect();
    let items = distinct(listing.into_iter().map(|(_, item)| item));
    (!items.is_empty()).then(|| Finding {
        severity,
        name,
        sentence: format!(
            "The answers to preflights also list {}, which the policy gives nobody",
            listed(&items)
        ),
        rows: rows.into_iter().collect(),
    })
}

/// What is listed beyond what is known, each with its row.
fn beyond(rows: &[Played<'_>], header: &str, known: &BTreeSet<String>) -> Vec<(usize, String)> {
    let is_known = |item: &str| {
        EVERYBODYS.contains(&item.to_ascii_lowercase().as_str())
            || known.iter().any(|known| known.eq_ignore_ascii_case(item))
    };
    let mut listing = Vec::new();
    for (row, preflight) in preflights(rows) {
        let items = preflight.answer.listed(header).filter(|item| !item.is_empty());
        listing.extend(items.filter(|item| !is_known(item)).map(|item| (row, item.to_owned())));
    }
    listing
}

/// Those of rows that are allowed: strangers have findings of their own.
fn preflights<'a>(rows: &'a [Played<'_>]) -> impl Iterator<Item = (usize, &'a Preflight)> {
    let allowed = rows.iter().enumerate().filter(|(_, played)| played.asked.allowed);
    allowed.flat_map(|(row, played)| {
        let steps = played.observation.steps.iter();
        let preflights = steps.flat_map(|step| &step.preflights);
        // A refused preflight lists nothing that counts.
        let accepted = preflights.filter(|one| (200..300).contains(&one.answer.status));
        accepted.map(move |one| (row, one))
    })
}

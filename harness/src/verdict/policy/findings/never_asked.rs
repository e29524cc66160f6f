//! Finds rows in which no request reached a server: they do not show that the server denies
//! anything.

use std::collections::BTreeSet;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use crate::case::OriginKind;
use crate::observation::Read;

/// Pages that the policy does not allow, and whose requests the browser refused to send.
pub(super) fn never_asked(rows: &[Played<'_>]) -> Option<Finding> {
    let numbered = rows.iter().enumerate();
    let found: Vec<_> = numbered.filter(|(_, played)| is_never_sent(played)).collect();
    let numbers: BTreeSet<_> = found.iter().map(|(row, _)| *row).collect();
    let pages = distinct(found.iter().map(|(_, played)| played.asked.page.clone()));
    let reasons = found.iter().flat_map(|(_, played)| reasons(played));
    let reasons = match distinct(reasons).as_slice() {
        [] => String::new(),
        reasons => format!(" ({})", listed(reasons)),
    };
    let count = if found.len() == 1 { "1 row".to_owned() } else { format!("{} rows", found.len()) };
    (!found.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "never-asked",
        sentence: format!(
            "In {count} the browser refuses the request before it sends anything{reasons}, so the results do \
             not show what the server allows for {}",
            listed(&pages)
        ),
        rows: numbers.into_iter().collect(),
    })
}

fn is_never_sent(played: &Played<'_>) -> bool {
    let first = played.observation.steps.first();
    !played.asked.allowed
        && played.asked.kind != OriginKind::Probe
        && first.is_some_and(|step| {
            step.read == Some(Read::Refused)
                && step.preflights.is_empty()
                && step.requests.is_empty()
        })
}

/// The standard's names of the reasons.
fn reasons(played: &Played<'_>) -> impl Iterator<Item = String> {
    let refusals = played.steps().filter_map(|(_, refusal)| refusal);
    refusals.map(|refusal| format!("`{}`", refusal.reason.as_str()))
}

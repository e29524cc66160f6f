//! Rows in which nobody was asked: a server that is not asked keeps nobody out.

use std::collections::BTreeSet;

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::observation::Read;

/// Pages that may not, and that the browser kept from asking before the server could.
pub(super) fn never_asked(rows: &[Played<'_>]) -> Option<Finding> {
    let numbered = rows.iter().enumerate();
    let found: Vec<_> = numbered.filter(|(_, played)| is_unasked(played)).collect();
    let numbers: BTreeSet<_> = found.iter().map(|(row, _)| *row).collect();
    let pages = distinct(found.iter().map(|(_, played)| played.asked.page.clone()));
    let reasons = found.iter().flat_map(|(_, played)| reasons(played));
    let reasons = match distinct(reasons).as_slice() {
        [] => String::new(),
        reasons => format!(" ({})", listed(reasons)),
    };
    let ask = if found.len() == 1 {
        "1 row asks".to_owned()
    } else {
        format!("{} rows ask", found.len())
    };
    (!found.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "never-asked",
        sentence: format!(
            "{ask} nobody: the browser refuses before anything is sent{reasons}, so it is not known what \
             the server would let {} do",
            listed(&pages)
        ),
        rows: numbers.into_iter().collect(),
    })
}

fn is_unasked(played: &Played<'_>) -> bool {
    let first = played.observation.steps.first();
    !played.asked.allowed
        && first.is_some_and(|step| {
            step.read == Some(Read::Refused)
                && step.preflights.is_empty()
                && step.requests.is_empty()
        })
}

/// The standard's names for why.
fn reasons(played: &Played<'_>) -> impl Iterator<Item = String> {
    let refusals = played.steps().filter_map(|(_, refusal)| refusal);
    refusals.map(|refusal| format!("`{}`", refusal.reason.as_str()))
}

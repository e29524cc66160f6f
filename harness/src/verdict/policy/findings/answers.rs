//! What the answers to different origins say side by side.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::Played;
use super::group::listed;
use super::{Finding, Severity};
use crate::observation::{Answer, Request};

/// One answer to a GET, which a cache may keep.
struct Kept<'a> {
    row: usize,
    call: String,
    answer: &'a Answer,
}

/// Routes whose answers allow one origin or another and do not tell a cache so.
pub(super) fn missing_vary(rows: &[Played<'_>]) -> Option<Finding> {
    // What differs by login need not differ by origin.
    let mut alike: IndexMap<(&str, bool), Vec<Kept<'_>>> = IndexMap::new();
    for (row, played) in rows.iter().enumerate() {
        let requests = played.observation.steps.iter().flat_map(|step| &step.requests);
        for Request { method, url, answer, .. } in requests {
            if method == "GET" && !is_never_kept(answer) {
                let call = played.asked.call();
                let key = (url.as_str(), played.asked.login);
                alike.entry(key).or_default().push(Kept { row, call, answer });
            }
        }
    }
    let poisoned: Vec<_> = alike.values().filter(|answers| differ(answers)).collect();
    let silent =
        poisoned.iter().flat_map(|answers| answers.iter().filter(|kept| !varies(kept.answer)));
    let silent: Vec<_> = silent.collect();
    let mut calls: Vec<String> = Vec::new();
    for kept in &silent {
        if !calls.contains(&kept.call) {
            calls.push(kept.call.clone());
        }
    }
    (!silent.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "missing-vary",
        sentence: format!(
            "Answers to {} differ by origin and do not all say `Vary: Origin`: a cache may give one \
             origin the answer for another",
            listed(&calls)
        ),
        rows: silent.iter().map(|kept| kept.row).collect::<BTreeSet<_>>().into_iter().collect(),
    })
}

fn differ(answers: &[Kept<'_>]) -> bool {
    let allows = |kept: &Kept<'_>| {
        let values = kept.answer.values("access-control-allow-origin");
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    answers.windows(2).any(|pair| allows(&pair[0]) != allows(&pair[1]))
}

fn varies(answer: &Answer) -> bool {
    let mut names = answer.values("vary").flat_map(|list| list.split(',')).map(str::trim);
    names.any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
}

fn is_never_kept(answer: &Answer) -> bool {
    let mut words = answer.values("cache-control").flat_map(|list| list.split(',')).map(str::trim);
    words.any(|word| word.eq_ignore_ascii_case("no-store"))
}

//! What the answers to different origins say side by side.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::Played;
use super::group::{distinct, listed};
use super::{Finding, Severity};
use crate::observation::{Answer, Request};

/// One answer to a GET that a cache may keep.
struct Kept<'a> {
    row: usize,
    call: String,
    origin: Option<&'a str>,
    answer: &'a Answer,
}

/// What answers have in common that may differ by nothing but who asks: URL, login, headers beyond,
/// number of the step, and status.
type Key<'a> = (&'a str, bool, &'a [String], usize, u16);

/// Routes whose answers allow one origin or another and do not tell a cache so.
pub(super) fn missing_vary(rows: &[Played<'_>]) -> Option<Finding> {
    let mut alike: IndexMap<Key<'_>, Vec<Kept<'_>>> = IndexMap::new();
    for (row, played) in rows.iter().enumerate() {
        for (key, kept) in answers(row, played) {
            alike.entry(key).or_default().push(kept);
        }
    }
    let poisoned: Vec<_> = alike.values().filter(|answers| differ(answers)).collect();
    let silent =
        poisoned.iter().flat_map(|answers| answers.iter().filter(|kept| !varies(kept.answer)));
    let silent: Vec<_> = silent.collect();
    let calls = distinct(silent.iter().map(|kept| kept.call.clone()));
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

fn answers<'a>(row: usize, played: &Played<'a>) -> Vec<(Key<'a>, Kept<'a>)> {
    let asked = played.asked;
    let steps = played.observation.steps.iter().enumerate();
    let requests =
        steps.flat_map(|(step, seen)| seen.requests.iter().map(move |request| (step, request)));
    let kept = requests.filter(|(_, request)| request.method == "GET" && is_kept(&request.answer));
    let keyed = kept.map(|(step, Request { url, origin, answer, .. })| {
        let key = (url.as_str(), asked.login, asked.headers.as_slice(), step, answer.status);
        (key, Kept { row, call: asked.call(), origin: origin.as_deref(), answer })
    });
    keyed.collect()
}

/// Whether two who asked are allowed different things.
fn differ(answers: &[Kept<'_>]) -> bool {
    let allows = |kept: &Kept<'_>| {
        let values = kept.answer.values("access-control-allow-origin");
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    let differs = |one: &Kept<'_>, other: &Kept<'_>| {
        one.origin != other.origin && allows(one) != allows(other)
    };
    let pairs = answers.iter().enumerate();
    let mut differing = pairs.map(|(place, one)| (one, &answers[place + 1..]));
    differing.any(|(one, others)| others.iter().any(|other| differs(one, other)))
}

fn varies(answer: &Answer) -> bool {
    answer.listed("vary").any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
}

/// Whether a cache may store the answer and use it without asking: RFC 9111, sections 3 and 5.2.2.4. With
/// `no-cache` it asks again, for whoever it is that asks, and the server gives the right answer. A 304
/// refreshes one that is stored.
fn is_kept(answer: &Answer) -> bool {
    let words: BTreeSet<_> = answer.listed("cache-control").map(directive).collect();
    let has_lifetime = ["public", "max-age", "s-maxage"].iter().any(|word| words.contains(*word))
        || answer.values("expires").next().is_some();
    let asks_again =
        answer.listed("cache-control").any(|text| text.eq_ignore_ascii_case("no-cache"));
    !words.contains("no-store")
        && !asks_again
        && (has_lifetime || HEURISTICALLY_CACHEABLE.contains(&answer.status))
}

/// The name of a directive of `Cache-Control`.
fn directive(text: &str) -> String {
    text.split('=').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// RFC 9110, section 15.1, and 304.
const HEURISTICALLY_CACHEABLE: [u16; 13] =
    [200, 203, 204, 206, 300, 301, 304, 308, 404, 405, 410, 414, 501];

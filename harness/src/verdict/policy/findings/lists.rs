//! Finds what preflight responses say and no row tests: lists that are longer than the policy, and
//! lifetimes above the cap of every browser.

use std::collections::BTreeSet;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::{distinct, listed};
use crate::observation::Preflight;

/// Methods and headers that need no preflight, and `*`, which other rows test.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>,
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
const SAFELISTED: [&str; 8] =
    ["get", "head", "post", "accept", "accept-language", "content-language", "range", "*"];

/// Methods in the preflight responses to allowed pages that no row tests.
pub(super) fn methods(rows: &[Played<'_>]) -> Option<Finding> {
    let tried = rows.iter().map(|played| played.asked.method.clone());
    let listing = beyond(rows, "access-control-allow-methods", &tried.collect());
    finding(Severity::Low, "more-methods-listed", listing)
}

/// Headers in the preflight responses to allowed pages that no row requests.
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
            "Preflight responses also list {}, which the policy allows for no origin",
            listed(&items)
        ),
        rows: rows.into_iter().collect(),
    })
}

/// Listed values that are not known, each with its row.
fn beyond(rows: &[Played<'_>], header: &str, known: &BTreeSet<String>) -> Vec<(usize, String)> {
    let is_known = |item: &str| {
        SAFELISTED.contains(&item.to_ascii_lowercase().as_str())
            || known.iter().any(|known| known.eq_ignore_ascii_case(item))
    };
    let mut listing = Vec::new();
    for (row, preflight) in preflights(rows) {
        let items = preflight.answer.listed(header).filter(|item| !item.is_empty());
        listing.extend(items.filter(|item| !is_known(item)).map(|item| (row, item.to_owned())));
    }
    listing
}

/// The longest time for which browsers keep a preflight result, in seconds, the longest first:
/// <https://searchfox.org/firefox-main/source/netwerk/protocol/http/nsCORSListenerProxy.cpp>,
/// <https://source.chromium.org/chromium/chromium/src/+/main:services/network/public/cpp/cors/preflight_result.cc>,
/// <https://github.com/WebKit/WebKit/blob/main/Source/WebCore/loader/CrossOriginPreflightResultCache.cpp>.
const CAPS: [(&str, u64); 3] = [("Firefox", 86_400), ("Chromium", 7_200), ("WebKit", 600)];

const DAY: u64 = 86_400;
const YEAR: u64 = 365 * DAY;

/// Lifetimes of preflights that are above the cap of every browser.
pub(super) fn max_age(rows: &[Played<'_>]) -> Option<Finding> {
    let longest = CAPS.iter().map(|(_, cap)| *cap).max().unwrap_or_default();
    let mut found: Vec<(usize, u64)> = Vec::new();
    let mut of_allowed = preflights(rows).peekable();
    // A request that needs no preflight shows no lifetime: preflights of other requests do.
    let others = of_allowed.peek().is_none().then(|| preflights_for_page(rows));
    for (row, preflight) in of_allowed.chain(others.into_iter().flatten()) {
        let ages = preflight.answer.values("access-control-max-age");
        let ages = ages.filter_map(|value| value.parse().ok());
        found.extend(ages.filter(|age| *age > longest).map(|age| (row, age)));
    }
    let ages: BTreeSet<_> = found.iter().map(|(_, age)| *age).collect();
    let ages: Vec<_> = ages.into_iter().map(|age| format!("{age}{}", in_words(age))).collect();
    let caps = CAPS.map(|(browser, cap)| format!("{browser} for {cap} s"));
    let rows: BTreeSet<_> = found.into_iter().map(|(row, _)| row).collect();
    (!rows.is_empty()).then(|| Finding {
        severity: Severity::Note,
        name: "max-age-too-long",
        sentence: format!(
            "`Access-Control-Max-Age` is {} in preflight responses: no browser keeps one that long \
             ({} at most)",
            listed(&ages),
            listed(&caps),
        ),
        rows: rows.into_iter().collect(),
    })
}

/// A long time in days or years.
fn in_words(seconds: u64) -> String {
    let (length, unit) = if seconds >= YEAR { (YEAR, "year") } else { (DAY, "day") };
    let (count, rest) = (seconds / length, seconds % length);
    let about = if rest == 0 { "" } else { "about " };
    let plural = if count == 1 { "" } else { "s" };
    format!(" ({about}{count} {unit}{plural})")
}

/// Preflights whose response allows the page's origin, accepted or not.
fn preflights_for_page<'a>(rows: &'a [Played<'_>]) -> impl Iterator<Item = (usize, &'a Preflight)> {
    rows.iter().enumerate().flat_map(|(row, played)| {
        let preflights = played.observation.steps.iter().flat_map(|step| &step.preflights);
        let allows = |one: &&Preflight| {
            let mut origins = one.answer.values("access-control-allow-origin");
            origins.any(|origin| origin == "*" || origin == played.asked.page)
        };
        preflights.filter(allows).map(move |one| (row, one))
    })
}

/// The preflights of allowed rows: the other rows have their own findings.
fn preflights<'a>(rows: &'a [Played<'_>]) -> impl Iterator<Item = (usize, &'a Preflight)> {
    let allowed = rows.iter().enumerate().filter(|(_, played)| played.asked.allowed);
    allowed.flat_map(|(row, played)| {
        let steps = played.observation.steps.iter();
        let preflights = steps.flat_map(|step| &step.preflights);
        // The lists of a rejected preflight do not count.
        let accepted = preflights.filter(|one| (200..300).contains(&one.answer.status));
        accepted.map(move |one| (row, one))
    })
}

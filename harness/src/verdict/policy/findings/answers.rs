//! Compares the responses to different origins.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::Played;
use super::finding::{Finding, Severity};
use super::group::distinct;
use crate::case::OriginKind;
use crate::observation::{Answer, Request};
use url::Url;

/// A response to a GET that a cache may keep.
struct CacheableResponse<'a> {
    row: usize,
    call: String,
    /// The requesting origin; `None` if the request had no `Origin`, so that no CORS check takes
    /// place.
    origin: Option<&'a str>,
    /// Whether credentials were included.
    credentials: bool,
    answer: &'a Answer,
}

impl CacheableResponse<'_> {
    /// Whether another page could read this response, if a cache gave it to that page.
    /// <https://fetch.spec.whatwg.org/#concept-cors-check>
    fn is_for(&self, other: &CacheableResponse<'_>) -> bool {
        let Some(origin) = other.origin else { return true };
        let is = |name, value| self.answer.has_only(name, value);
        match other.credentials {
            false if is("access-control-allow-origin", "*") => true,
            false => is("access-control-allow-origin", origin),
            true => {
                is("access-control-allow-origin", origin)
                    && is("access-control-allow-credentials", "true")
            }
        }
    }

    /// Whether a cache that gives this response to another origin prevents that origin from reading
    /// a response that the server allows it to read. The reverse is harmless: a response that `*`
    /// lets an origin read has no credentials.
    fn blocks_if_cached_for(&self, other: &CacheableResponse<'_>) -> bool {
        !self.varies() && self.origin != other.origin && other.is_for(other) && !self.is_for(other)
    }

    fn varies(&self) -> bool {
        self.answer.listed("vary").any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
    }

    /// Whether it allows one origin by name.
    fn names_origin(&self) -> bool {
        self.answer.values("access-control-allow-origin").any(|value| value != "*")
    }
}

/// What responses share that differ only in the origin: URL, login, additional headers, number of
/// the step, and status.
type Key<'a> = (&'a str, bool, &'a [String], usize, u16);

/// Routes whose responses depend on the origin and do not say so with `Vary`.
pub(super) fn missing_vary(rows: &[Played<'_>]) -> Option<Finding> {
    let mut alike: IndexMap<Key<'_>, Vec<CacheableResponse<'_>>> = IndexMap::new();
    let is_probe = |played: &Played<'_>| played.asked.kind == OriginKind::Probe;
    for (row, played) in rows.iter().enumerate().filter(|(_, played)| !is_probe(played)) {
        for (key, kept) in answers(row, played) {
            alike.entry(key).or_default().push(kept);
        }
    }
    let mixed_up: Vec<_> = alike.iter().filter(|(_, answers)| are_mixed_up(answers)).collect();
    let servers: BTreeSet<_> = mixed_up.iter().map(|((url, ..), _)| server(url)).collect();
    // Only one origin could send the request: other routes of the server show that its responses
    // depend on the origin.
    let alone = alike.iter().filter(|((url, ..), answers)| {
        servers.contains(&server(url)) && are_of_one_origin(answers, &alike, url)
    });
    let silent = mixed_up.iter().copied().chain(alone);
    let silent = silent.flat_map(|(_, answers)| answers.iter().filter(|kept| !kept.varies()));
    let silent: Vec<_> = silent.collect();
    let calls = distinct(silent.iter().map(|kept| kept.call.clone()));
    (!silent.is_empty()).then(|| Finding {
        severity: Severity::Medium,
        name: "missing-vary",
        sentence: format!(
            "Responses to {} depend on the origin and do not all have `Vary: Origin`: a cache may answer \
             one origin with the response for another",
            every(&calls)
        ),
        rows: silent.iter().map(|kept| kept.row).collect::<BTreeSet<_>>().into_iter().collect(),
    })
}

fn server(url: &str) -> Option<String> {
    Url::parse(url).ok().map(|url| url.origin().ascii_serialization())
}

/// Whether only one origin requested a URL, and is allowed by name.
fn are_of_one_origin(
    answers: &[CacheableResponse<'_>],
    alike: &IndexMap<Key<'_>, Vec<CacheableResponse<'_>>>,
    url: &str,
) -> bool {
    let of_url = alike.iter().filter(|((other, ..), _)| *other == url);
    let origins: BTreeSet<_> = of_url.flat_map(|(_, all)| all).map(|kept| kept.origin).collect();
    origins.len() == 1 && answers.iter().all(CacheableResponse::names_origin)
}

/// All of them, because each is a place to change.
fn every(calls: &[String]) -> String {
    match calls {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn answers<'a>(row: usize, played: &Played<'a>) -> Vec<(Key<'a>, CacheableResponse<'a>)> {
    let asked = played.asked;
    let steps = played.observation.steps.iter().enumerate();
    let requests =
        steps.flat_map(|(step, seen)| seen.requests.iter().map(move |request| (step, request)));
    let kept = requests.filter(|(_, request)| request.method == "GET" && is_kept(&request.answer));
    let keyed = kept.map(|(step, Request { url, origin, answer, .. })| {
        let key = (url.as_str(), asked.login, asked.headers.as_slice(), step, answer.status);
        let (origin, credentials) = (origin.as_deref(), asked.login);
        (key, CacheableResponse { row, call: asked.call(), origin, credentials, answer })
    });
    keyed.collect()
}

/// Whether a cache that stores one of these responses may give a wrong one to another origin.
fn are_mixed_up(answers: &[CacheableResponse<'_>]) -> bool {
    answers.iter().any(|kept| answers.iter().any(|other| kept.blocks_if_cached_for(other)))
}

/// Whether a cache may store the response and use it without asking the server: RFC 9111, sections
/// 3 and 5.2.2.4. With `no-cache` it asks the server for every request. A 304 refreshes a stored
/// response.
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

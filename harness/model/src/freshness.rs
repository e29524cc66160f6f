//! How long a stored response may be used without asking the server: RFC 9111, section 4.2.

use std::collections::BTreeMap;
use std::time::Duration;

use super::clock::{Lifespan, Span};
use super::headers::{HeaderList, delta_seconds, get_decode_and_split, text};
use super::response::Response;

/// Whether a stored response may be used.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Freshness {
    /// It may.
    Fresh,
    /// The server must be asked.
    Stale,
    /// Either of the two.
    Uncertain,
    /// The standard leaves it to the browser, for this reason.
    Open(&'static str),
}

/// The freshness of a response with this age, in a cache of one user; and its lifetime and age, if
/// these decide.
pub(super) fn freshness(response: &Response, age: Span) -> (Freshness, Option<(Duration, Span)>) {
    let directives = cache_control(&response.headers);
    if directives.contains_key("no-cache") {
        return (Freshness::Stale, None);
    }
    let Some(max_age) = directives.get("max-age") else { return (implicit(response), None) };
    let lifetime = seconds(max_age);
    let age = age.plus(age_header(&response.headers));
    let more =
        directives.get("stale-while-revalidate").map_or(Duration::ZERO, |more| seconds(more));
    let freshness = match Lifespan::of(lifetime, age) {
        Lifespan::Alive => Freshness::Fresh,
        Lifespan::Uncertain => Freshness::Uncertain,
        Lifespan::Gone if Lifespan::of(lifetime.saturating_add(more), age) == Lifespan::Gone => {
            Freshness::Stale
        }
        Lifespan::Gone => Freshness::Open("revalidation in the background is not modelled"),
    };
    (freshness, Some((lifetime, age)))
}

/// Without `max-age`.
fn implicit(response: &Response) -> Freshness {
    let headers = &response.headers;
    if let Some(expires) = headers.get("expires") {
        // Anything that is not a date, in particular `0`, is in the past.
        return match expires.ends_with(b"GMT") {
            true => Freshness::Open("an Expires date in the HTTP cache is not modelled"),
            false => Freshness::Stale,
        };
    }
    if matches!(response.status, 301 | 308) {
        return Freshness::Fresh;
    }
    if matches!(response.status, 300 | 410) || headers.contains("last-modified") {
        return Freshness::Open(
            "the browser decides how long it caches a response without a lifetime",
        );
    }
    Freshness::Stale
}

/// A lifetime that cannot be read is zero.
fn seconds(value: &[u8]) -> Duration {
    Duration::from_secs(delta_seconds(value).unwrap_or_default())
}

fn age_header(headers: &HeaderList) -> Duration {
    headers.values("age").next().map_or(Duration::ZERO, seconds)
}

/// RFC 9111, section 5.2: directives in lower case, and their arguments. The first one with a name
/// counts.
pub(super) fn cache_control(headers: &HeaderList) -> BTreeMap<String, Vec<u8>> {
    let Some(value) = headers.get("cache-control") else { return BTreeMap::new() };
    let mut directives = BTreeMap::new();
    for directive in get_decode_and_split(&value) {
        let mut parts = directive.splitn(2, |byte| *byte == b'=');
        let name = text(parts.next().unwrap_or_default()).to_ascii_lowercase();
        let argument = parts.next().unwrap_or_default();
        let argument = argument.strip_prefix(b"\"").unwrap_or(argument);
        let argument = argument.strip_suffix(b"\"").unwrap_or(argument);
        directives.entry(name).or_insert_with(|| argument.to_vec());
    }
    directives
}

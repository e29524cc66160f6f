//! How long a stored response may be used without asking the server: RFC 9111, section 4.2.

use std::collections::BTreeMap;
use std::time::Duration;

use super::clock::{Lifespan, Span};
use super::cookie_date::parse_a_date;
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
    /// It says nothing about its lifetime, and a cache may choose one: RFC 9111, section 4.2.2.
    Heuristic,
    /// The standard leaves it to the browser, for this reason.
    Open(&'static str),
}

/// The lifetime of a response, and how much of it has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    pub(super) lifetime: Duration,
    pub(super) passed: Span,
    /// It ends at a date: both are times of the Unix clock.
    pub(super) is_date: bool,
}

/// The freshness of a response that was requested this long ago, at a Unix time, in a cache of one user; and its lifetime
/// and age, if these decide.
pub(super) fn freshness(
    response: &Response,
    requested: Span,
    now: Span,
) -> (Freshness, Option<Age>) {
    let headers = &response.headers;
    let directives = cache_control(headers);
    if directives.contains_key("no-cache") {
        return (Freshness::Stale, None);
    }
    let age = current_age(headers, requested, now);
    let Some(max_age) = directives.get("max-age") else {
        return match headers.get("expires") {
            Some(expires) => until(&expires, headers, age, now),
            None => (implicit(response), None),
        };
    };
    let lifetime = seconds(max_age);
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
    (freshness, Some(Age { lifetime, passed: age, is_date: false }))
}

/// Section 4.2.3: by the time since the request and `Age`, or by `Date`, whichever is more.
fn current_age(headers: &HeaderList, requested: Span, now: Span) -> Span {
    let by_age = requested.plus(age_header(headers));
    let apparent = made(headers).map_or_else(Span::default, |made| now.since(Span::at(made)));
    Span {
        earliest: by_age.earliest.max(apparent.earliest),
        latest: by_age.latest.max(apparent.latest),
    }
}

/// The `Date` of a response.
fn made(headers: &HeaderList) -> Option<Duration> {
    headers.get("date").and_then(|made| date(&made))
}

/// With `Expires`. Anything that is not a date, in particular `0`, is in the past. A response without `Date` was made when it
/// arrived.
fn until(expires: &[u8], headers: &HeaderList, age: Span, now: Span) -> (Freshness, Option<Age>) {
    if headers.values("expires").count() > 1 {
        return (Freshness::Open("several Expires dates are not modelled"), None);
    }
    let Some(expires) = date(expires) else { return (Freshness::Stale, None) };
    let age = match made(headers) {
        Some(made) => Age { lifetime: expires.saturating_sub(made), passed: age, is_date: false },
        None => Age { lifetime: expires, passed: now.plus(age_header(headers)), is_date: true },
    };
    let freshness = match Lifespan::of(age.lifetime, age.passed) {
        Lifespan::Alive => Freshness::Fresh,
        Lifespan::Gone => Freshness::Stale,
        Lifespan::Uncertain => Freshness::Uncertain,
    };
    (freshness, Some(age))
}

/// A date of HTTP, which ends in GMT, as a time of the Unix clock. No clock is before 1970.
fn date(value: &[u8]) -> Option<Duration> {
    let seconds = value.ends_with(b"GMT").then(|| parse_a_date(value)).flatten()?;
    Some(Duration::from_secs(seconds.try_into().unwrap_or_default()))
}

/// Without a lifetime.
fn implicit(response: &Response) -> Freshness {
    match response.status {
        301 | 308 => Freshness::Fresh,
        300 | 410 => Freshness::Heuristic,
        _ if response.headers.contains("last-modified") => Freshness::Heuristic,
        _ => Freshness::Stale,
    }
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

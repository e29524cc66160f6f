//! <https://fetch.spec.whatwg.org/#cors-preflight-cache>
//!
//! The network partition key of an entry is the site of the top-level document:
//! <https://fetch.spec.whatwg.org/#network-partition-keys>.

use std::time::Duration;

use url::Origin;

use super::clock::{Lifespan, Span};
use super::request::{Request, without_fragment};
use super::request_headers::serialize_a_request_origin;
use super::safelist::is_cors_non_wildcard_request_header_name;
use super::site::same_site;

/// <https://fetch.spec.whatwg.org/#concept-cache>
#[derive(Debug, Default)]
pub(super) struct PreflightCache(Vec<Entry>);

/// <https://fetch.spec.whatwg.org/#cache-entry>
#[derive(Debug)]
struct Entry {
    /// The top-level origin of the request, whose site is the partition.
    top_level_origin: Origin,
    origin: String,
    url: String,
    stored: Span,
    max_age: Duration,
    credentials: bool,
    granted: Granted,
}

impl Entry {
    /// Gives an existing entry a new max-age, and returns whether it existed. For an entry that may
    /// be gone it is also unknown when it was stored.
    fn prolong(&mut self, lookup: &Lookup<'_>, max_age: Duration) -> Lifespan {
        let life = lookup.age(self).life();
        match life {
            Lifespan::Alive => (self.stored, self.max_age) = (lookup.now, max_age),
            Lifespan::Uncertain => {
                (self.stored.latest, self.max_age) = (lookup.now.latest, max_age)
            }
            Lifespan::Gone => {}
        }
        life
    }
}

/// The method or the header name of an entry.
#[derive(Debug)]
enum Granted {
    Method(String),
    HeaderName(String),
}

/// A request as the cache sees it, at a moment.
pub(super) struct Lookup<'a> {
    top_level_origin: &'a Origin,
    origin: String,
    url: &'a str,
    credentials: bool,
    now: Span,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(request: &'a Request, now: Span) -> Self {
        Self {
            top_level_origin: &request.client.top_level_origin,
            origin: serialize_a_request_origin(request),
            url: without_fragment(request.current_url()),
            credentials: request.includes_credentials(),
            now,
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match>, regardless of time.
    fn matches(&self, entry: &Entry) -> bool {
        self.names(entry) && (entry.credentials || !self.credentials)
    }

    /// Whether an entry has its partition, origin and URL.
    fn names(&self, entry: &Entry) -> bool {
        same_site(&entry.top_level_origin, self.top_level_origin)
            && entry.origin == self.origin
            && entry.url == self.url
    }

    fn matches_method(&self, entry: &Entry, method: &str) -> bool {
        let granted = |granted: &Granted| match granted {
            Granted::Method(granted) => granted == method || granted == "*",
            Granted::HeaderName(_) => false,
        };
        granted(&entry.granted) && self.matches(entry)
    }

    fn matches_header_name(&self, entry: &Entry, name: &str) -> bool {
        let granted = |granted: &Granted| match granted {
            Granted::Method(_) => false,
            Granted::HeaderName(granted) => {
                granted.eq_ignore_ascii_case(name)
                    || (granted == "*" && !is_cors_non_wildcard_request_header_name(name))
            }
        };
        granted(&entry.granted) && self.matches(entry)
    }

    /// An entry's max-age, and how much of it has passed.
    fn age(&self, entry: &Entry) -> Age {
        Age { max_age: entry.max_age, passed: self.now.since(entry.stored) }
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-create-entry>
    fn entry(&self, max_age: Duration, granted: Granted) -> Entry {
        Entry {
            top_level_origin: self.top_level_origin.clone(),
            origin: self.origin.clone(),
            url: self.url.to_owned(),
            stored: self.now,
            max_age,
            credentials: self.credentials,
            granted,
        }
    }
}

/// The max-age of an entry, and how much of it has passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Age {
    pub(super) max_age: Duration,
    pub(super) passed: Span,
}

impl Age {
    pub(super) fn life(self) -> Lifespan {
        Lifespan::of(self.max_age, self.passed)
    }

    /// Of several entries the one that most certainly exists.
    fn best(ages: impl Iterator<Item = Self>) -> Option<Self> {
        ages.min_by_key(|age| match age.life() {
            Lifespan::Alive => 0,
            Lifespan::Uncertain => 1,
            Lifespan::Gone => 2,
        })
    }
}

impl PreflightCache {
    /// <https://fetch.spec.whatwg.org/#concept-cache-match-method>. The caller checks whether it
    /// still exists.
    pub(super) fn method(&self, lookup: &Lookup<'_>, method: &str) -> Option<Age> {
        let entries = self.0.iter().filter(|entry| lookup.matches_method(entry, method));
        Age::best(entries.map(|entry| lookup.age(entry)))
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match-header>, likewise.
    pub(super) fn header_name(&self, lookup: &Lookup<'_>, name: &str) -> Option<Age> {
        let entries = self.0.iter().filter(|entry| lookup.matches_header_name(entry, name));
        Age::best(entries.map(|entry| lookup.age(entry)))
    }

    /// The last steps of <https://fetch.spec.whatwg.org/#cors-preflight-fetch>: existing entries
    /// get a new max-age, and missing ones are created.
    pub(super) fn grant_methods<'m>(
        &mut self,
        lookup: &Lookup<'_>,
        max_age: Duration,
        methods: impl Iterator<Item = &'m str>,
    ) {
        let prolong = |entry: &Entry, method: &str| lookup.matches_method(entry, method);
        for method in self.prolong(lookup, max_age, methods, prolong) {
            self.0.push(lookup.entry(max_age, Granted::Method(method.to_owned())));
        }
    }

    /// The same for header names.
    pub(super) fn grant_header_names<'n>(
        &mut self,
        lookup: &Lookup<'_>,
        max_age: Duration,
        names: impl Iterator<Item = &'n str>,
    ) {
        let prolong = |entry: &Entry, name: &str| lookup.matches_header_name(entry, name);
        for name in self.prolong(lookup, max_age, names, prolong) {
            self.0.push(lookup.entry(max_age, Granted::HeaderName(name.to_owned())));
        }
    }

    /// Sets the max-age of all entries that match, and returns the names that certainly match none.
    fn prolong<'w>(
        &mut self,
        lookup: &Lookup<'_>,
        max_age: Duration,
        words: impl Iterator<Item = &'w str>,
        matches: impl Fn(&Entry, &str) -> bool,
    ) -> Vec<&'w str> {
        let mut new = Vec::<&str>::new();
        for word in words {
            let matching = self.0.iter_mut().filter(|entry| matches(entry, word));
            let lives: Vec<_> = matching.map(|entry| entry.prolong(lookup, max_age)).collect();
            if !lives.contains(&Lifespan::Alive) && !new.contains(&word) {
                new.push(word);
            }
        }
        new
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-clear>
    pub(super) fn clear(&mut self, lookup: &Lookup<'_>) {
        self.0.retain(|entry| !lookup.names(entry));
    }
}

//! <https://fetch.spec.whatwg.org/#cors-preflight-cache>
//!
//! A row has one page, so all its entries have the same network partition key: it is left out.

use std::time::Duration;

use super::origin::serialize_a_request_origin;
use super::request::{Request, without_fragment};
use super::safelist::is_cors_non_wildcard_request_header_name;

/// <https://fetch.spec.whatwg.org/#concept-cache>
#[derive(Debug, Default)]
pub(super) struct PreflightCache(Vec<Entry>);

/// <https://fetch.spec.whatwg.org/#cache-entry>
#[derive(Debug)]
struct Entry {
    origin: String,
    url: String,
    /// When max-age has passed.
    end: Duration,
    credentials: bool,
    granted: Granted,
}

/// The method or the header name of an entry.
#[derive(Debug)]
enum Granted {
    Method(String),
    HeaderName(String),
}

/// A request as the cache looks at it, at a moment.
pub(super) struct Lookup<'a> {
    origin: String,
    url: &'a str,
    credentials: bool,
    now: Duration,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(request: &'a Request, now: Duration) -> Self {
        Self {
            origin: serialize_a_request_origin(request),
            url: without_fragment(request.current_url()),
            credentials: request.includes_credentials(),
            now,
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match>
    fn matches(&self, entry: &Entry) -> bool {
        self.now < entry.end
            && entry.origin == self.origin
            && entry.url == self.url
            && (entry.credentials || !self.credentials)
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

    /// <https://fetch.spec.whatwg.org/#concept-cache-create-entry>
    fn entry(&self, max_age: Duration, granted: Granted) -> Entry {
        Entry {
            origin: self.origin.clone(),
            url: self.url.to_owned(),
            end: self.now.saturating_add(max_age),
            credentials: self.credentials,
            granted,
        }
    }
}

impl PreflightCache {
    /// <https://fetch.spec.whatwg.org/#concept-cache-match-method>
    pub(super) fn has_method(&self, lookup: &Lookup<'_>, method: &str) -> bool {
        self.0.iter().any(|entry| lookup.matches_method(entry, method))
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match-header>
    pub(super) fn has_header_name(&self, lookup: &Lookup<'_>, name: &str) -> bool {
        self.0.iter().any(|entry| lookup.matches_header_name(entry, name))
    }

    /// The last steps of <https://fetch.spec.whatwg.org/#cors-preflight-fetch>: what is there lives
    /// on, what is not there is created.
    pub(super) fn grant_methods<'m>(
        &mut self,
        lookup: &Lookup<'_>,
        max_age: Duration,
        methods: impl Iterator<Item = &'m str>,
    ) {
        let prolong = |entry: &Entry, method: &str| lookup.matches_method(entry, method);
        for method in self.prolong(lookup, max_age, methods, prolong) {
            if !self.has_method(lookup, method) {
                self.0.push(lookup.entry(max_age, Granted::Method(method.to_owned())));
            }
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
            if !self.has_header_name(lookup, name) {
                self.0.push(lookup.entry(max_age, Granted::HeaderName(name.to_owned())));
            }
        }
    }

    /// Sets the max-age of all entries that match, and gives the words that match none.
    fn prolong<'w>(
        &mut self,
        lookup: &Lookup<'_>,
        max_age: Duration,
        words: impl Iterator<Item = &'w str>,
        matches: impl Fn(&Entry, &str) -> bool,
    ) -> Vec<&'w str> {
        let mut new = Vec::new();
        for word in words {
            let mut matching = self.0.iter_mut().filter(|entry| matches(entry, word)).peekable();
            if matching.peek().is_none() {
                new.push(word);
            }
            matching.for_each(|entry| entry.end = lookup.now.saturating_add(max_age));
        }
        new
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-clear>
    pub(super) fn clear(&mut self, lookup: &Lookup<'_>) {
        self.0.retain(|entry| entry.origin != lookup.origin || entry.url != lookup.url);
    }
}

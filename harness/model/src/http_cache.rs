//! The parts of an HTTP cache that matter for CORS: RFC 9111, with one stored response for each
//! URL.
//!
//! The cache is divided by the site of the top-level document: <https://fetch.spec.whatwg.org/#http-cache-partitions>.

use std::time::Duration;

use url::{Origin, Position, Url};

use super::clock::Span;
use super::freshness::{Age, Freshness, cache_control, freshness};
use super::headers::{HeaderList, get_decode_and_split, text};
use super::network::Ending;
use super::request::{OutgoingRequest, Request};
use super::request_headers::FETCH_METADATA;
use super::request_modes::CacheMode;
use super::response::Response;
use super::ruling::{Fetched, cannot_judge};
use super::site::same_site;

/// The HTTP cache of a page.
#[derive(Debug, Default)]
pub(super) struct HttpCache(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    /// The top-level origin of the request, whose site is the partition.
    top_level_origin: Origin,
    url: String,
    /// The fields that `Vary` names, with the request's values; `None` for `*`.
    varying: Option<Vec<(String, Option<Vec<u8>>)>>,
    response: Response,
    /// When it was requested: the time that the server took counts for its age (RFC 9111, section
    /// 4.2.3).
    requested: Span,
}

/// A response in the cache.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) response: Response,
    /// Whether it may be used, or must be revalidated.
    pub(super) freshness: Freshness,
    /// Whether it can be revalidated.
    pub(super) has_validator: bool,
    /// Its lifetime and its age, if these decide.
    pub(super) age: Option<Age>,
}

impl HttpCache {
    /// RFC 9111, section 4, at a moment of a clock with this Unix time at its zero. What is not modelled matters only if the
    /// stored response would be used.
    pub(super) fn select(
        &self,
        outgoing: &OutgoingRequest<'_>,
        now: Span,
        start: Duration,
    ) -> Fetched<Option<Stored>> {
        let request = outgoing.request;
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Ok(None);
        }
        let Some(entry) = self.entry(request) else { return Ok(None) };
        if !entry.is_selected_by(&outgoing.headers) {
            return Ok(None);
        }
        let stored = entry.stored(outgoing.cache, now, start)?;
        if stored.freshness == Freshness::Stale && !stored.has_validator {
            return Ok(Some(stored));
        }
        entry.varies_by_what_is_modelled()?;
        let directives = ["range", "cache-control", "pragma"];
        if request.method == "HEAD" || directives.iter().any(|name| request.headers.contains(name))
        {
            return cannot_judge("cache headers that script sets are not modelled");
        }
        Ok(Some(stored))
    }

    /// RFC 9111, section 3. A response that is not stored still replaces the stored one.
    pub(super) fn store(
        &mut self,
        outgoing: &OutgoingRequest<'_>,
        response: &Response,
        requested: Span,
    ) {
        let request = outgoing.request;
        if request.method != "GET" || outgoing.cache == CacheMode::NoStore {
            return;
        }
        self.invalidate(request);
        if is_storable(request, response) {
            self.0.push(Entry::new(outgoing, response.clone(), requested));
        }
    }

    /// RFC 9111, section 4.4.
    pub(super) fn invalidate(&mut self, request: &Request) {
        self.0.retain(|entry| !entry.is_of(request));
    }

    /// Removes the responses of an origin.
    pub(super) fn clear(&mut self, origin: &Origin) {
        self.0.retain(|entry| Url::parse(&entry.url).is_ok_and(|url| url.origin() != *origin));
    }

    fn entry(&self, request: &Request) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.is_of(request))
    }

    /// RFC 9111, section 4.3.4: the stored response, updated with the headers of the 304.
    pub(super) fn freshen(
        &mut self,
        request: &Request,
        validation: Response,
        requested: Span,
    ) -> Response {
        let Some(entry) = self.0.iter_mut().find(|entry| entry.is_of(request)) else {
            return validation;
        };
        update(&mut entry.response.headers, &validation.headers);
        entry.requested = requested;
        entry.response.clone()
    }
}

/// The target URI of a request, which is part of the cache key: RFC 9110, section 7.1. It has no fragment, and no user
/// name and password.
fn target_uri(url: &Url) -> String {
    let scheme = &url[..Position::BeforeUsername];
    format!("{scheme}{}", &url[Position::BeforeHost..Position::AfterQuery])
}

impl Entry {
    fn new(outgoing: &OutgoingRequest<'_>, response: Response, requested: Span) -> Self {
        Self {
            top_level_origin: outgoing.request.client.top_level_origin.clone(),
            url: target_uri(outgoing.request.current_url()),
            varying: varying(&response.headers, &outgoing.headers),
            response,
            requested,
        }
    }

    /// Whether it has the URL of a request, and is in its partition.
    fn is_of(&self, request: &Request) -> bool {
        self.url == target_uri(request.current_url())
            && same_site(&self.top_level_origin, &request.client.top_level_origin)
    }

    /// RFC 9111, section 4.1.
    fn is_selected_by(&self, headers: &HeaderList) -> bool {
        let same = |(name, value): &(String, Option<Vec<u8>>)| {
            headers.get(name).as_deref() == value.as_deref()
        };
        self.varying.as_ref().is_some_and(|varying| varying.iter().all(same))
    }

    /// Client hints and other headers of a browser are not modelled, and may change from request to
    /// request.
    fn varies_by_what_is_modelled(&self) -> Fetched<()> {
        let is_unmodelled =
            |name: &str| name.starts_with("sec-") && !FETCH_METADATA.contains(&name);
        let mut names = self.varying.iter().flatten().map(|(name, _)| name);
        match names.find(|name| is_unmodelled(name)) {
            Some(name) => {
                cannot_judge(format!("a cached response that varies by {name} is not modelled"))
            }
            None => Ok(()),
        }
    }

    /// The response for a request at a moment. A response that is stale and has no validator cannot
    /// be used.
    fn stored(&self, cache: CacheMode, now: Span, start: Duration) -> Fetched<Stored> {
        let headers = &self.response.headers;
        let has_validator = headers.contains("etag") || headers.contains("last-modified");
        let (freshness, age) = match cache {
            CacheMode::ForceCache | CacheMode::OnlyIfCached => (Freshness::Fresh, None),
            CacheMode::NoCache => (Freshness::Stale, None),
            _ => freshness(&self.response, now.since(self.requested), now.plus(start)),
        };
        match freshness {
            Freshness::Open(what) => cannot_judge(what),
            freshness => {
                Ok(Stored { response: self.response.clone(), freshness, has_validator, age })
            }
        }
    }
}

/// The fields that `Vary` names, with their values in the request.
fn varying(response: &HeaderList, request: &HeaderList) -> Option<Vec<(String, Option<Vec<u8>>)>> {
    let value = response.get("vary").unwrap_or_default();
    let names = get_decode_and_split(&value).into_iter().filter(|name| !name.is_empty());
    let field = |name: &[u8]| {
        let name = text(name).to_ascii_lowercase();
        let value = request.get(&name).map(std::borrow::Cow::into_owned);
        (name != "*").then_some((name, value))
    };
    names.map(field).collect()
}

/// RFC 9111, section 3.
fn is_storable(request: &Request, response: &Response) -> bool {
    let directives = cache_control(&response.headers);
    let forbids = |headers: &HeaderList| cache_control(headers).contains_key("no-store");
    if forbids(&request.headers) || directives.contains_key("no-store") {
        return false;
    }
    // RFC 9111, section 3.3: an incomplete response is stored as such, if at all.
    if response.ending != Ending::Complete {
        return false;
    }
    if response.status == 206 || request.headers.contains("range") {
        return false;
    }
    let is_cacheable_by_default =
        matches!(response.status, 200 | 203 | 204 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501);
    let says_so =
        ["public", "private", "max-age"].iter().any(|name| directives.contains_key(*name));
    is_cacheable_by_default || says_so || response.headers.contains("expires")
}

/// RFC 9111, section 3.2.
fn update(stored: &mut HeaderList, new: &HeaderList) {
    let kept = ["content-length", "content-encoding", "content-type", "content-range"];
    let updated =
        new.iter().filter(|(name, _)| !kept.contains(&name.to_ascii_lowercase().as_str()));
    let updated: Vec<_> = updated.collect();
    updated.iter().for_each(|(name, _)| stored.delete(name));
    updated.into_iter().for_each(|(name, value)| stored.append(name.to_owned(), value));
}

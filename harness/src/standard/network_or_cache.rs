//! <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>

use super::fetch_metadata::append_the_fetch_metadata_headers;
use super::headers::HeaderList;
use super::http_cache::Stored;
use super::methods::is_unsafe;
use super::origin::append_a_request_origin_header;
use super::request::{CacheMode, Referrer, Request, Response, Tainting};
use super::ruling::{Fetched, Reason, Stage, cannot_judge, network_error};
use super::site::includes_credentials as has_userinfo;
use super::user_agent::UserAgent;
use crate::case::Credentials;

/// A request as it goes out: the header list is no longer script's alone.
#[derive(Debug)]
pub(super) struct HttpRequest<'r> {
    pub(super) request: &'r Request,
    pub(super) headers: HeaderList,
    pub(super) cache: CacheMode,
    /// Names of the cookies in the `Cookie` header.
    pub(super) cookies: Vec<String>,
    pub(super) include_credentials: bool,
}

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch>
    pub(super) fn http_network_or_cache_fetch(&mut self, request: &Request) -> Fetched<Response> {
        let response = self.attempt(request)?;
        // 421: once more, on a new connection. Every body modelled here that is streamed ends there.
        let is_repeatable = !request.body.as_ref().is_some_and(|body| body.is_streamed);
        let response = match response.status {
            421 if is_repeatable => self.attempt(request)?,
            _ => response,
        };
        prompt(request, response)
    }

    /// The part of it that asks the cache or the network, once.
    fn attempt(&mut self, request: &Request) -> Fetched<Response> {
        if let Some(what) = self.unmodelled {
            return cannot_judge(what);
        }
        let mut http_request = http_request(request);
        if http_request.include_credentials {
            http_request.cookies =
                self.append_a_request_cookie_header(request, &mut http_request.headers);
        }
        let stored = match http_request.cache {
            CacheMode::NoStore | CacheMode::Reload => None,
            _ => self.http_cache.select(&http_request, self.clock)?,
        };
        match stored {
            Some(Stored { response, is_stale: false }) => Ok(response),
            Some(Stored { response, is_stale: true }) => self.revalidate(http_request, &response),
            None => self.forward(&http_request, false),
        }
    }

    fn revalidate(
        &mut self,
        mut http_request: HttpRequest<'_>,
        stored: &Response,
    ) -> Fetched<Response> {
        let validators = [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")];
        for (validator, condition) in validators {
            if let Some(value) = stored.headers.get(validator) {
                http_request.headers.append(condition, value.into_owned());
            }
        }
        self.forward(&http_request, true)
    }

    /// Asks the network, and tells the cache. A 304 to a request of the cache's own is the stored
    /// response, freshened.
    fn forward(
        &mut self,
        http_request: &HttpRequest<'_>,
        is_revalidating: bool,
    ) -> Fetched<Response> {
        let request = http_request.request;
        if http_request.cache == CacheMode::OnlyIfCached {
            return network_error(
                Stage::Network,
                Reason::NotCached,
                request.current_url().as_str(),
            );
        }
        let (response, delay) = self.http_network_fetch(http_request)?;
        if is_unsafe(&request.method) && (200..=399).contains(&response.status) {
            self.http_cache.invalidate(request);
        }
        if is_revalidating && response.status == 304 {
            return Ok(self.http_cache.freshen(request, response, delay, self.clock));
        }
        self.http_cache.store(http_request, &response, delay, self.clock);
        Ok(response)
    }
}

/// The header list and the cache mode as they leave the browser.
fn http_request(request: &Request) -> HttpRequest<'_> {
    let mut headers = request.headers.clone();
    append_content_length(request, &mut headers);
    if let Referrer::Url(url) = &request.referrer {
        headers.append("Referer", url.as_str());
    }
    append_a_request_origin_header(request, &mut headers);
    append_the_fetch_metadata_headers(request, &mut headers);
    let cache = cache_mode(request);
    append_cache_headers(cache, &mut headers);
    if headers.contains("range") {
        headers.append("Accept-Encoding", "identity");
    }
    let include_credentials = include_credentials(request);
    HttpRequest { request, headers, cache, cookies: Vec::new(), include_credentials }
}

/// No page modelled here has an embedder policy.
fn include_credentials(request: &Request) -> bool {
    match request.credentials {
        Credentials::Include => true,
        Credentials::SameOrigin => request.tainting == Tainting::Basic,
        Credentials::Omit => false,
    }
}

fn append_content_length(request: &Request, headers: &mut HeaderList) {
    let length = match &request.body {
        Some(body) => (!body.is_streamed).then_some(body.bytes.len()),
        None => matches!(request.method.as_str(), "POST" | "PUT").then_some(0),
    };
    if let Some(length) = length {
        headers.append("Content-Length", length.to_string());
    }
}

/// A condition that script sets is a matter between script and server.
fn cache_mode(request: &Request) -> CacheMode {
    let conditions =
        ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];
    let is_conditional = || conditions.iter().any(|name| request.headers.contains(name));
    match request.cache {
        CacheMode::Default if is_conditional() => CacheMode::NoStore,
        mode => mode,
    }
}

fn append_cache_headers(cache: CacheMode, headers: &mut HeaderList) {
    let (pragma, cache_control) = match cache {
        CacheMode::NoCache => (None, "max-age=0"),
        CacheMode::NoStore | CacheMode::Reload => (Some("no-cache"), "no-cache"),
        CacheMode::Default | CacheMode::ForceCache | CacheMode::OnlyIfCached => return,
    };
    if let Some(pragma) = pragma.filter(|_| !headers.contains("pragma")) {
        headers.append("Pragma", pragma);
    }
    if !headers.contains("cache-control") {
        headers.append("Cache-Control", cache_control);
    }
}

/// Where the user would be asked for a name and a password.
fn prompt(request: &Request, response: Response) -> Fetched<Response> {
    let asks = response.headers.contains("www-authenticate") || has_userinfo(request.current_url());
    let is_open = request.tainting != Tainting::Cors && include_credentials(request);
    match response.status {
        401 if is_open && asks => cannot_judge("authentication of the user is not modelled"),
        407 => cannot_judge("authentication at a proxy is not modelled"),
        _ => Ok(response),
    }
}

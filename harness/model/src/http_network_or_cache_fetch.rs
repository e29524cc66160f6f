//! <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>, with its steps for HTTP authentication. The user of the
//! model cancels every prompt.

use super::clock::Lifespan;
use super::embedder_policy::EmbedderPolicy;
use super::freshness::{Age, Freshness};
use super::headers::HeaderList;
use super::http_authentication::{Attempt, asks_for_basic, uses_url_credentials};
use super::http_cache::Stored;
use super::permitted_choices::PermittedChoice;
use super::request::{OutgoingRequest, Request, without_fragment};
use super::request_headers::{RedirectTaint, append_a_request_origin_header};
use super::request_headers::{append_the_fetch_metadata_headers, redirect_taint};
use super::request_modes::{CacheMode, CredentialsMode, Mode, Referrer, ResponseTainting};
use super::response::Response;
use super::ruling::{Fetched, Reason, Stage, cannot_judge, network_error};
use super::safelist::is_unsafe;
use super::user_agent::UserAgent;

/// How a stored response is used.
enum Use {
    /// Without asking the server.
    AsItIs,
    /// After the server confirms that it is still valid.
    IfItHolds,
}

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch>
    pub(super) fn http_network_or_cache_fetch(&mut self, request: &Request) -> Fetched<Response> {
        let attempt = self.first_attempt(request);
        let response = self.attempt(request, attempt)?;
        // 421: the request is sent once more on a new connection. A streamed body ends the fetch
        // there.
        let is_repeatable = !request.body.as_ref().is_some_and(|body| body.is_streamed);
        let response = match response.status {
            421 if is_repeatable => self.attempt(request, attempt)?,
            _ => response,
        };
        self.authenticate(request, (attempt, response))
    }

    /// The attempt with which a request begins. A browser that has credentials for the URL may wait until it is asked
    /// for them.
    fn first_attempt(&mut self, request: &Request) -> Attempt {
        if !include_credentials(request) || !self.authentication_entries.has_entry(request) {
            return Attempt::First;
        }
        let url = without_fragment(request.current_url()).to_owned();
        match self.branches.choose(self.clock.step(), [PermittedChoice::Unauthenticated { url }]) {
            Some(_) => Attempt::WithoutEntry,
            None => Attempt::First,
        }
    }

    /// The steps for a response with the status 401: once more with credentials, if there are any. Otherwise the user
    /// is asked, and cancels.
    fn authenticate(
        &mut self,
        request: &Request,
        (attempt, response): (Attempt, Response),
    ) -> Fetched<Response> {
        if response.status == 407 {
            return cannot_judge("authentication at a proxy is not modelled");
        }
        let may_ask =
            request.response_tainting != ResponseTainting::Cors && include_credentials(request);
        let is_asked = response.status == 401 && response.headers.contains("www-authenticate");
        if !is_asked || !may_ask || attempt == Attempt::Authentication {
            return Ok(response);
        }
        if request.body.as_ref().is_some_and(|body| body.is_streamed) {
            let url = without_fragment(request.current_url());
            return network_error(Stage::Network, Reason::StreamedBodyAuthenticated, url);
        }
        if !uses_url_credentials(request) && attempt != Attempt::WithoutEntry {
            return Ok(response);
        }
        if !asks_for_basic(&response.headers) {
            return cannot_judge("authentication schemes other than Basic are not modelled");
        }
        self.repeat_with_credentials(request)
    }

    fn repeat_with_credentials(&mut self, request: &Request) -> Fetched<Response> {
        let attempt = Attempt::Authentication;
        let response = self.attempt(request, attempt)?;
        let authorization = self.authentication_entries.authorization(request, attempt);
        if let Some(authorization) = authorization.filter(|_| response.status != 401) {
            self.authentication_entries.insert(request.current_url(), authorization);
        }
        Ok(response)
    }

    /// One attempt to get the response from the cache or the network.
    fn attempt(&mut self, request: &Request, attempt: Attempt) -> Fetched<Response> {
        if let Some(what) = self.unmodelled {
            return cannot_judge(what);
        }
        let mut outgoing = outgoing(request);
        if outgoing.include_credentials {
            self.append_a_request_cookie_header(request, &mut outgoing.headers)?;
            let authorization = self.authentication_entries.authorization(request, attempt);
            if let Some(value) =
                authorization.filter(|_| !request.headers.contains("authorization"))
            {
                outgoing.headers.append("Authorization", value);
            }
        }
        if attempt == Attempt::Authentication {
            return self.forward(&outgoing, false);
        }
        match self.stored(&outgoing)? {
            Some((response, Use::AsItIs)) => Ok(response),
            Some((response, Use::IfItHolds)) => self.revalidate(outgoing, &response),
            None => self.forward(&outgoing, false),
        }
    }

    /// A stored response and how it is used. A browser need not keep one, and may always ask the
    /// server.
    fn stored(&mut self, outgoing: &OutgoingRequest<'_>) -> Fetched<Option<(Response, Use)>> {
        let OutgoingRequest { request, cache, .. } = outgoing;
        if matches!(cache, CacheMode::NoStore | CacheMode::Reload) {
            return Ok(None);
        }
        let url = without_fragment(request.current_url()).to_owned();
        let now = self.clock.before(&request.method, &url);
        let start = self.clock.start();
        let Some(stored) = self.http_cache.select(outgoing, now, start)? else { return Ok(None) };
        let Stored { response, freshness, has_validator, age } = stored;
        let what = format!("the stored response of {url}");
        let lifetime = age.map(|Age { lifetime, passed, is_date }| match is_date {
            true => self.clock.note_date(what, lifetime, passed),
            false => self.clock.note(what, lifetime, passed),
        });
        if freshness == Freshness::Heuristic {
            return Ok(self.without_lifetime(response, has_validator, url));
        }
        let is_stale = freshness == Freshness::Stale;
        if is_stale && !has_validator {
            return Ok(None);
        }
        let may_ask_whether = has_validator && !is_stale && *cache != CacheMode::OnlyIfCached;
        let whether =
            may_ask_whether.then(|| PermittedChoice::ConditionalRequest { url: url.clone() });
        let choices = std::iter::once(PermittedChoice::Request { url }).chain(whether);
        match self.branches.choose(self.clock.step(), choices) {
            Some(PermittedChoice::ConditionalRequest { .. }) => {
                Ok(Some((response, Use::IfItHolds)))
            }
            Some(_) => Ok(None),
            None if is_stale => Ok(Some((response, Use::IfItHolds))),
            None => match lifetime.filter(|lifetime| lifetime.life() == Lifespan::Uncertain) {
                Some(lifetime) if freshness == Freshness::Uncertain => {
                    cannot_judge(lifetime.uncertainty())
                }
                _ => Ok(Some((response, Use::AsItIs))),
            },
        }
    }

    /// A response without a lifetime. By default it is stale; a browser may choose a lifetime for it.
    fn without_lifetime(
        &mut self,
        response: Response,
        has_validator: bool,
        url: String,
    ) -> Option<(Response, Use)> {
        let again = has_validator.then(|| PermittedChoice::Request { url: url.clone() });
        let choices = std::iter::once(PermittedChoice::Heuristic { url }).chain(again);
        match self.branches.choose(self.clock.step(), choices) {
            Some(PermittedChoice::Heuristic { .. }) => Some((response, Use::AsItIs)),
            Some(_) => None,
            None => has_validator.then_some((response, Use::IfItHolds)),
        }
    }

    fn revalidate(
        &mut self,
        mut outgoing: OutgoingRequest<'_>,
        stored: &Response,
    ) -> Fetched<Response> {
        let validators = [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")];
        for (validator, condition) in validators {
            if let Some(value) = stored.headers.get(validator) {
                outgoing.headers.append(condition, value.into_owned());
            }
        }
        self.forward(&outgoing, true)
    }

    /// Sends the request and updates the cache. A 304 to a conditional request of the cache gives
    /// the stored response, freshened.
    fn forward(
        &mut self,
        outgoing: &OutgoingRequest<'_>,
        is_revalidating: bool,
    ) -> Fetched<Response> {
        let request = outgoing.request;
        if outgoing.cache == CacheMode::OnlyIfCached {
            return network_error(
                Stage::Network,
                Reason::NotCached,
                request.current_url().as_str(),
            );
        }
        let (response, requested) = self.http_network_fetch(outgoing)?;
        if is_unsafe(&request.method) && (200..=399).contains(&response.status) {
            self.http_cache.invalidate(request);
        }
        if is_revalidating && response.status == 304 {
            return Ok(self.http_cache.freshen(request, response, requested));
        }
        self.http_cache.store(outgoing, &response, requested);
        Ok(response)
    }
}

/// The header list and the cache mode of the request that is sent.
fn outgoing(request: &Request) -> OutgoingRequest<'_> {
    let mut headers = request.headers.clone();
    append_content_length(request, &mut headers);
    if let Referrer::Url(url) = &request.referrer {
        headers.append("Referer", url.as_str());
    }
    append_a_request_origin_header(request, &mut headers);
    append_the_fetch_metadata_headers(request, &mut headers);
    let cache = effective_cache_mode(request);
    append_cache_headers(cache, &mut headers);
    if headers.contains("range") {
        headers.append("Accept-Encoding", "identity");
    }
    let include_credentials = include_credentials(request);
    OutgoingRequest { request, headers, cache, include_credentials }
}

fn include_credentials(request: &Request) -> bool {
    let are_wanted = match request.credentials_mode {
        CredentialsMode::Include => true,
        CredentialsMode::SameOrigin => request.response_tainting == ResponseTainting::Basic,
        CredentialsMode::Omit => false,
    };
    are_wanted && embedder_policy_allows_credentials(request)
}

/// <https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials>
fn embedder_policy_allows_credentials(request: &Request) -> bool {
    request.mode != Mode::NoCors
        || request.client.embedder_policy != EmbedderPolicy::Credentialless
        || (request.is_same_origin() && redirect_taint(request) == RedirectTaint::SameOrigin)
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

/// A condition that script sets concerns only script and server.
fn effective_cache_mode(request: &Request) -> CacheMode {
    let conditions =
        ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];
    let is_conditional = || conditions.iter().any(|name| request.headers.contains(name));
    match request.cache_mode {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use url::Url;

    #[test]
    fn credentialless_concerns_cross_origin_requests_without_cors() {
        for (policy, mode, url, allowed) in [
            (EmbedderPolicy::Credentialless, Mode::NoCors, "https://cdn.example/", false),
            (EmbedderPolicy::Credentialless, Mode::NoCors, "https://app.example/", true),
            (EmbedderPolicy::Credentialless, Mode::Cors, "https://cdn.example/", true),
            (EmbedderPolicy::RequireCorp, Mode::NoCors, "https://cdn.example/", true),
            (EmbedderPolicy::UnsafeNone, Mode::NoCors, "https://cdn.example/", true),
        ] {
            let mut client = Client::document(Url::parse("https://app.example/").expect("a URL"));
            client.embedder_policy = policy;
            let mut request = Request::new(Url::parse(url).expect("a URL"), client);
            request.mode = mode;
            assert_eq!(embedder_policy_allows_credentials(&request), allowed, "{policy:?} {url}");
        }
    }
}

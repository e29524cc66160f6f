//! <https://fetch.spec.whatwg.org/#http-network-fetch>

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::clock::Span;
use super::headers::{HeaderList, get_decode_and_split};
use super::network::{Ending, Exchange, HttpRequest, HttpResponse, requested_url};
use super::permitted_choices::PermittedChoice;
use super::request::{OutgoingRequest, Request};
use super::response::Response;
use super::ruling::{FetchError, Fetched, Reason, Stage, network_error};
use super::user_agent::UserAgent;

/// How often a request is sent that gets no response, at most. Browsers try less often.
const MOST_TRIES: u8 = 12;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-network-fetch>: the response, and when it was asked for.
    pub(super) fn http_network_fetch(
        &mut self,
        outgoing: &OutgoingRequest<'_>,
    ) -> Fetched<(Response, Span)> {
        let mut tries = 1;
        loop {
            let (response, requested) = self.send(outgoing)?;
            if response.ending != Ending::Closed {
                return Ok((response, requested));
            }
            let url = requested_url(outgoing.request.current_url());
            if !self.is_sent_again(outgoing.request, &url, tries) {
                return network_error(Stage::Network, Reason::ConnectionClosed, origin(&url));
            }
            tries += 1;
        }
    }

    /// Whether a request is sent once more after the server has closed the connection without a response: RFC 9110,
    /// section 9.2.2.
    fn is_sent_again(&mut self, request: &Request, url: &Url, tries: u8) -> bool {
        let is_idempotent =
            matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE");
        let again = PermittedChoice::Retry { url: url.to_string(), number: tries };
        is_idempotent
            && tries < MOST_TRIES
            && self.branches.choose(self.clock.step(), [again]).is_some()
    }

    /// Sends the request once.
    fn send(&mut self, outgoing: &OutgoingRequest<'_>) -> Fetched<(Response, Span)> {
        let request = outgoing.request;
        let url = requested_url(request.current_url());
        self.check_connection(request, &url)?;
        let requested = self.clock.before(&request.method, url.as_str());
        let sent = HttpRequest {
            method: request.method.clone(),
            url,
            headers: outgoing.headers.clone(),
            body: request.body.as_ref().map(|body| Arc::clone(&body.bytes)),
            arrives: self.clock.start().saturating_add(requested.latest),
        };
        let Some(received) = self.network.respond(&sent) else {
            return network_error(Stage::Network, Reason::NoServer, origin(&sent.url));
        };
        let (method, url) = (sent.method.as_str(), sent.url.as_str());
        let preflight_for = sent.preflight_method();
        if let Some(refusal) = self.abort.and_then(|abort| abort.during(&sent)) {
            self.clock.exchange((method, url), preflight_for.as_deref(), Duration::ZERO);
            let response = HttpResponse::none(Ending::NoAnswer);
            self.exchanges.push(Exchange { request: sent, response });
            return Err(FetchError::NetworkError(refusal));
        }
        self.clock.exchange((method, url), preflight_for.as_deref(), received.delay);
        if received.ending == Ending::NoAnswer {
            let place = origin(&sent.url);
            self.exchanges.push(Exchange { request: sent, response: received });
            return network_error(Stage::Network, Reason::NoAnswer, place);
        }
        let HttpResponse { status, mut headers, body, ending, .. } = received.clone();
        headers.strip();
        if outgoing.include_credentials {
            self.parse_and_store_response_set_cookie_headers(request, &headers);
        }
        self.obey_transport_headers(&sent.url, &headers);
        self.exchanges.push(Exchange { request: sent, response: received });
        Ok((Response { status, headers, body, ending, is_opaque_redirect: false }, requested))
    }

    /// A body without a source is sent over HTTP/2 and later versions only.
    fn check_connection(&self, request: &Request, url: &Url) -> Fetched<()> {
        match &request.body {
            Some(body) if body.is_streamed && self.network.is_http_1(url) => {
                network_error(Stage::Network, Reason::StreamedBodyOverHttp1, origin(url))
            }
            _ => Ok(()),
        }
    }

    /// Headers that change what the browser does later.
    fn obey_transport_headers(&mut self, url: &Url, headers: &HeaderList) {
        self.strict_transport.note(url, headers, self.clock.now());
        match headers.get("clear-site-data") {
            Some(types) if url.scheme() == "https" => self.clear_site_data(url, &types),
            _ => {}
        }
    }

    /// <https://www.w3.org/TR/clear-site-data/#clear-cache>: the cache is the HTTP cache. The text does not name the CORS-preflight
    /// cache, whose entries a browser may remove at any time.
    fn clear_site_data(&mut self, url: &Url, types: &[u8]) {
        match get_decode_and_split(types).iter().all(|kind| *kind == b"\"cache\"".as_slice()) {
            true => self.http_cache.clear(&url.origin()),
            false => self.unmodelled = Some("Clear-Site-Data is modelled for the cache only"),
        }
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

//! <https://fetch.spec.whatwg.org/#http-network-fetch>

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::clock::Span;
use super::headers::{HeaderList, get_decode_and_split};
use super::network::{Exchange, HttpRequest, HttpResponse, requested_url};
use super::request::{OutgoingRequest, Request};
use super::response::Response;
use super::ruling::{FetchError, Fetched, Reason, Stage, network_error};
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-network-fetch>: the response, and when it was asked for.
    pub(super) fn http_network_fetch(
        &mut self,
        outgoing: &OutgoingRequest<'_>,
    ) -> Fetched<(Response, Span)> {
        let request = outgoing.request;
        let sent = HttpRequest {
            method: request.method.clone(),
            url: requested_url(request.current_url()),
            headers: outgoing.headers.clone(),
            body: request.body.as_ref().map(|body| Arc::clone(&body.bytes)),
        };
        self.check_connection(request, &sent.url)?;
        let Some(received) = self.network.respond(&sent) else {
            return network_error(Stage::Network, Reason::NoServer, origin(&sent.url));
        };
        let (method, url) = (sent.method.as_str(), sent.url.as_str());
        let requested = self.clock.before(method, url);
        if let Some(refusal) = self.abort.and_then(|abort| abort.during(&sent)) {
            self.clock.exchange((method, url), sent.preflight_method().as_deref(), Duration::ZERO);
            self.exchanges.push(Exchange { request: sent, response: HttpResponse::none() });
            return Err(FetchError::NetworkError(refusal));
        }
        self.clock.exchange((method, url), sent.preflight_method().as_deref(), received.delay);
        let HttpResponse { status, mut headers, body, .. } = received.clone();
        headers.strip();
        if outgoing.include_credentials {
            self.parse_and_store_response_set_cookie_headers(request, &headers);
        }
        self.obey_transport_headers(&sent.url, &headers);
        self.exchanges.push(Exchange { request: sent, response: received });
        Ok((Response { status, headers, body, is_opaque_redirect: false }, requested))
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

//! <https://fetch.spec.whatwg.org/#http-network-fetch>

use std::sync::Arc;

use url::Url;

use super::clock::Span;
use super::headers::HeaderList;
use super::network::{Exchange, HttpRequest, HttpResponse, requested_url};
use super::request::{OutgoingRequest, Request};
use super::response::Response;
use super::ruling::{Fetched, Reason, Stage, network_error};
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

    /// Headers that change what the browser does later, and are not modelled.
    fn obey_transport_headers(&mut self, url: &Url, headers: &HeaderList) {
        self.strict_transport.note(url, headers, self.clock.now());
        if url.scheme() == "https" && headers.contains("clear-site-data") {
            self.unmodelled = Some("Clear-Site-Data is not modelled");
        }
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

//! <https://fetch.spec.whatwg.org/#http-network-fetch>

use std::sync::Arc;

use url::Url;

use super::clock::Span;
use super::headers::{HeaderList, text};
use super::network_or_cache::HttpRequest;
use super::request::{Request, Response};
use super::ruling::{Fetched, Reason, Stage, network_error};
use super::user_agent::UserAgent;
use super::wire::{WireReply, WireRequest};
use crate::case::asked_path;
use crate::observation::{self, Answer, Preflight, location_urls, redirects_to};

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-network-fetch>: the response, and when it was
    /// requested.
    pub(super) fn http_network_fetch(
        &mut self,
        http_request: &HttpRequest<'_>,
    ) -> Fetched<(Response, Span)> {
        let request = http_request.request;
        let wire = WireRequest {
            method: request.method.clone(),
            url: resource(request.current_url()),
            headers: http_request.headers.clone(),
            body: request.body.as_ref().map(|body| Arc::clone(&body.bytes)),
        };
        self.check_connection(request, &wire.url)?;
        let Some(mut reply) = self.world.answer(&wire) else {
            return network_error(Stage::Network, Reason::NoServer, origin(&wire.url));
        };
        let requested = self.clock.before(&wire.method, wire.url.as_str());
        let preflight_for = preflight_for(&wire);
        self.clock.exchange(
            (&wire.method, wire.url.as_str()),
            preflight_for.as_deref(),
            reply.delay,
        );
        self.exchanges.note(&wire, &http_request.cookies, &reply);
        reply.headers.strip();
        if http_request.include_credentials {
            self.parse_and_store_response_set_cookie_headers(request, &reply.headers);
        }
        self.obey_transport_headers(&wire.url, &reply.headers);
        let WireReply { status, headers, body, .. } = reply;
        Ok((Response { status, headers, body, is_opaque_redirect: false }, requested))
    }

    /// A body without a source is sent over HTTP/2 and later versions only.
    fn check_connection(&self, request: &Request, url: &Url) -> Fetched<()> {
        match &request.body {
            Some(body) if body.is_streamed && self.world.is_http_1(url) => {
                network_error(Stage::Network, Reason::StreamedBodyOverHttp1, origin(url))
            }
            _ => Ok(()),
        }
    }

    /// Headers that change what the browser does later and are not modelled.
    fn obey_transport_headers(&mut self, url: &Url, headers: &HeaderList) {
        self.strict_transport.note(url, headers, self.clock.now());
        if url.scheme() == "https" && headers.contains("clear-site-data") {
            self.unmodelled = Some("Clear-Site-Data is not modelled");
        }
    }
}

/// The method for which a preflight asks.
fn preflight_for(wire: &WireRequest) -> Option<String> {
    let asked = wire.headers.get("access-control-request-method");
    asked.filter(|_| wire.method == "OPTIONS").map(|method| text(&method))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The part of a URL that is sent to a server.
fn resource(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for URLs that cannot have userinfo.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let path = asked_path(&url).into_owned();
    url.set_path(&path);
    url
}

impl super::user_agent::Exchanges {
    fn note(&mut self, wire: &WireRequest, cookies: &[String], reply: &WireReply) {
        let header = |name: &str| wire.headers.get(name).map(|value| text(&value));
        let (url, origin, answer) = (wire.url.to_string(), header("origin"), answer(wire, reply));
        let of_request = self.authored.headers(&url, header);
        match preflight_for(wire) {
            Some(method) => {
                let headers = header("access-control-request-headers");
                let request_headers = of_request;
                self.preflights.push(Preflight {
                    url,
                    origin,
                    method,
                    headers,
                    request_headers,
                    answer,
                });
            }
            None => {
                let (method, cookies) = (wire.method.clone(), cookies.to_vec());
                let headers = of_request;
                self.requests.push(observation::Request {
                    method,
                    url,
                    origin,
                    cookies,
                    headers,
                    answer,
                });
            }
        }
    }
}

/// The parts of a reply that CORS and caches use, and the target of a redirect.
fn answer(wire: &WireRequest, reply: &WireReply) -> Answer {
    let locations = reply.headers.values("location");
    let targets = location_urls(wire.url.as_str(), reply.status, locations);
    let lines = reply.headers.iter().filter(|(name, _)| Answer::keeps(name));
    Answer {
        status: reply.status,
        headers: lines.map(|(name, value)| (name.to_owned(), text(value))).collect(),
        redirects_to: redirects_to(targets),
    }
}

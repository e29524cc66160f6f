//! The servers of a row without a network: they answer as `cors_servers` does, for a client that
//! plays a browser.
//!
//! Pure: it opens nothing and judges nothing.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod live;
mod recorded;
mod timeline;

use std::cell::Cell;
use std::future::ready;
use std::time::Duration;

use cors_model::{Ending, HeaderList, HttpRequest, HttpResponse, Network};
use cors_servers::script::{Point, Routes, Scheme, Stop, Versions};
use cors_servers::{Answer, Responder};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Method, Request};
use url::Url;

use crate::case::Server;
pub use live::{Live, Wanted};
pub use recorded::Recorded;
pub use timeline::{Bounds, timeline};

/// The servers of a row, answering by their scripts.
#[derive(Debug)]
pub struct Script<'r> {
    origins: Vec<Origin<'r>>,
}

/// One server.
#[derive(Debug)]
struct Origin<'r> {
    server: &'r Server,
    responder: Responder<&'r Routes>,
}

impl<'r> Script<'r> {
    /// The servers before the first request.
    pub fn new(servers: &'r [Server]) -> Self {
        let origin = |server: &'r Server| Origin {
            server,
            responder: Responder::new(server.cors.as_ref(), &server.routes),
        };
        Self { origins: servers.iter().map(origin).collect() }
    }
}

impl Network for Script<'_> {
    fn is_http_1(&self, url: &Url) -> bool {
        let speaks = |origin: &Origin<'_>| origin.speaks_http_1_only();
        self.origins.iter().find(|origin| origin.is_at(url)).is_some_and(speaks)
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let mut origins = self.origins.iter();
        origins.find(|origin| origin.is_at(&request.url))?.answer(request)
    }
}

impl Origin<'_> {
    fn is_at(&self, url: &Url) -> bool {
        let origin = &self.server.origin;
        url.scheme() == origin.scheme.as_str()
            && url.host_str() == Some(origin.host.as_str())
            && url.port_or_known_default() == Some(origin.port)
    }

    /// HTTP/2 is negotiated in TLS.
    fn speaks_http_1_only(&self) -> bool {
        let Server { origin, versions, .. } = self.server;
        origin.scheme == Scheme::Http || *versions == Versions::Http1
    }

    /// Nothing waits here: the reply says how long the server would take.
    fn answer(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let Some(parsed) = parse(request) else { return Some(unreadable()) };
        let delay = Cell::new(Duration::ZERO);
        let wait = |waited| {
            delay.set(waited);
            ready(())
        };
        let (path, arrives) = (request.url.path(), request.arrives);
        let answer = self.responder.respond(path, parsed, arrives, wait).now_or_never()?;
        let lines = match self.speaks_http_1_only() {
            true => answer.spelled_lines(),
            false => answer.lower_case_lines(),
        };
        let Answer { response, delivered, .. } = answer;
        let (headers, interim) = (list(lines), list(delivered.interim_lines));
        let (status, body) = (response.status().as_u16(), response.into_body().to_vec());
        // A response to `HEAD` is complete with its headers.
        let is_late =
            |stop: &Stop| request.method == "HEAD" && stop.point() != Point::BeforeHeaders;
        let stop = delivered.stop.filter(|stop| !is_late(stop));
        let ending = stop.map_or(Ending::Complete, ending_of);
        if matches!(ending, Ending::Closed | Ending::NoAnswer) {
            return Some(HttpResponse { ending, delay: delay.get(), ..HttpResponse::default() });
        }
        let pauses = u32::try_from(body.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let transfer = delivered.pause.map_or(Duration::ZERO, |pause| pause.saturating_mul(pauses));
        Some(HttpResponse { status, interim, headers, body, delay: delay.get(), transfer, ending })
    }
}

fn list(lines: Vec<(String, Vec<u8>)>) -> HeaderList {
    let mut list = HeaderList::default();
    lines.into_iter().for_each(|(name, value)| list.append(name, value));
    list
}

fn ending_of(stop: Stop) -> Ending {
    match stop {
        Stop::Closes(Point::BeforeHeaders) => Ending::Closed,
        Stop::Closes(_) => Ending::BrokenBody,
        Stop::Hangs(Point::BeforeHeaders) => Ending::NoAnswer,
        Stop::Hangs(_) => Ending::EndlessBody,
    }
}

/// The request as the HTTP library reads it; `None` if it rejects it.
fn parse(request: &HttpRequest) -> Option<Request<()>> {
    let mut parsed = Request::new(());
    *parsed.method_mut() = Method::from_bytes(request.method.as_bytes()).ok()?;
    for (name, value) in request.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        parsed.headers_mut().append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(parsed)
}

/// What the HTTP library answers itself.
fn unreadable() -> HttpResponse {
    HttpResponse { status: 400, ..HttpResponse::default() }
}

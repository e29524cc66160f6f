//! The servers of a row without a network: they answer as `cors_servers` does, for whoever plays a
//! browser.
//!
//! Pure: it opens nothing and judges nothing.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod live;
mod recorded;
mod reply;
mod timeline;

use std::convert::Infallible;
use std::future::ready;
use std::time::Duration;

use futures_util::FutureExt;
use http::header::{ALLOW, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;
use url::Url;

use crate::case::Server;
use crate::standard::{HeaderList, WireReply, WireRequest, World};
use cors_servers::script::{Reply, Route, Scheme, Versions};
pub use live::{Live, Wanted};
pub use recorded::Recorded;
use reply::Served;
pub use timeline::{Bounds, timeline};

/// The servers of a row, playing their scripts.
#[derive(Debug)]
pub struct Script<'r> {
    origins: Vec<Origin<'r>>,
}

/// One server.
#[derive(Debug)]
struct Origin<'r> {
    server: &'r Server,
    cors: Option<CorsLayer>,
    served: Served,
}

impl<'r> Script<'r> {
    /// The servers as they are before the first request. One whose `cors` no middleware would run is
    /// not there.
    pub fn new(servers: &'r [Server]) -> Self {
        let origin = |server: &'r Server| {
            let cors = match &server.cors {
                Some(policy) => Some(cors_servers::cors_layer(policy).ok()?),
                None => None,
            };
            Some(Origin { server, cors, served: Served::default() })
        };
        Self { origins: servers.iter().filter_map(origin).collect() }
    }
}

impl World for Script<'_> {
    fn is_http_1(&self, url: &Url) -> bool {
        let speaks = |origin: &Origin<'_>| origin.speaks_http_1_only();
        self.origins.iter().find(|origin| origin.is_at(url)).is_some_and(speaks)
    }

    fn answer(&mut self, request: &WireRequest) -> Option<WireReply> {
        let mut origins = self.origins.iter_mut();
        origins.find(|origin| origin.is_at(&request.url))?.answer(request)
    }
}

/// The body of a reply, and what the wire does not show.
#[derive(Debug, Default)]
struct Body {
    bytes: Vec<u8>,
    delay: Duration,
}

impl Origin<'_> {
    fn is_at(&self, url: &Url) -> bool {
        let origin = &self.server.origin;
        url.scheme() == origin.scheme.as_str()
            && url.host_str() == Some(origin.host.as_str())
            && url.port_or_known_default() == Some(origin.port)
    }

    /// TLS is where HTTP/2 is agreed upon.
    fn speaks_http_1_only(&self) -> bool {
        let Server { origin, versions, .. } = self.server;
        origin.scheme == Scheme::Http || *versions == Versions::Http1
    }

    fn answer(&mut self, request: &WireRequest) -> Option<WireReply> {
        let Some(parsed) = parse(request) else { return Some(unreadable()) };
        let head = *parsed.method() == Method::HEAD;
        let path = request.url.path();
        let response = match self.cors.clone() {
            None => self.route(&parsed, path),
            Some(layer) => {
                let routes = service_fn(|request: Request<()>| {
                    ready(Ok::<_, Infallible>(self.route(&request, path)))
                });
                let response = layer.layer(routes).oneshot(parsed).now_or_never()?;
                response.unwrap_or_else(|never| match never {})
            }
        };
        Some(framed(response, head))
    }

    /// Exact path, exact method; `HEAD` answers as `GET` does.
    fn route(&mut self, request: &Request<()>, path: &str) -> Response<Body> {
        let method = request.method().as_str();
        self.served.count(method, path);
        let Some(route) = self.server.routes.iter().find(|route| route.path == path) else {
            return bare(StatusCode::NOT_FOUND);
        };
        match find(route, method) {
            Some(reply) => reply::fill(reply, request.headers(), &self.served),
            None => not_allowed(route),
        }
    }
}

fn find<'a>(route: &'a Route, method: &str) -> Option<&'a Reply> {
    let named = |name: &str| {
        route.replies.iter().find(|(method, _)| method == name).map(|(_, reply)| reply)
    };
    named(method).or_else(|| named("GET").filter(|_| method == "HEAD"))
}

/// The request as the HTTP library reads it, if it does.
fn parse(request: &WireRequest) -> Option<Request<()>> {
    let mut parsed = Request::new(());
    *parsed.method_mut() = Method::from_bytes(request.method.as_bytes()).ok()?;
    for (name, value) in request.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        parsed.headers_mut().append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(parsed)
}

/// What the HTTP library answers by itself.
fn unreadable() -> WireReply {
    let (headers, body) = (HeaderList::default(), Vec::new());
    WireReply { status: 400, headers, body, delay: Duration::ZERO }
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

fn not_allowed(route: &Route) -> Response<Body> {
    let methods: Vec<_> = route.replies.iter().map(|(method, _)| method.as_str()).collect();
    let mut response = bare(StatusCode::METHOD_NOT_ALLOWED);
    let line = HeaderValue::from_str(&methods.join(", ")).ok();
    response.headers_mut().extend(line.map(|methods| (ALLOW, methods)));
    response
}

/// The reply as it leaves the server: with its length, where it may have content.
fn framed(response: Response<Body>, head: bool) -> WireReply {
    let (parts, body) = response.into_parts();
    let mut headers = parts.headers;
    let has_content = ![StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&parts.status);
    if has_content {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.bytes.len()));
    }
    let bytes = if has_content && !head { body.bytes } else { Vec::new() };
    let (status, headers) = (parts.status.as_u16(), lines(&headers));
    WireReply { status, headers, body: bytes, delay: body.delay }
}

fn lines(headers: &HeaderMap) -> HeaderList {
    let mut list = HeaderList::default();
    for (name, value) in headers {
        list.append(name.as_str().to_owned(), value.as_bytes());
    }
    list
}

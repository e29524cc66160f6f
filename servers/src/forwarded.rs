//! Adds the headers with which a reverse proxy that terminates TLS describes the client's request
//! to the server behind it.

use axum::Router;
use axum::extract::Request;
use http::{HeaderMap, HeaderName, HeaderValue};
use tower::util::MapRequestLayer;

use crate::script::Address;
use crate::services::Service;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// Every client of a lab is on this machine.
const CLIENT: HeaderValue = HeaderValue::from_static("127.0.0.1");

impl Service {
    /// The same service behind a proxy that clients reach at `address`. Each request has
    /// `X-Forwarded-For`, `-Proto`, `-Host` and `-Port`, which replace lines with these names that
    /// the client sent. `Forwarded` (RFC 7239) is not added: common proxies do not send it by
    /// default, and servers that know both names prefer one of them.
    #[must_use]
    pub fn forwarded(mut self, address: &Address) -> Self {
        self.router = tell(self.router, address);
        self
    }
}

fn tell(router: Router, address: &Address) -> Router {
    let lines = lines(address);
    router.layer(MapRequestLayer::new(move |mut request: Request| {
        let headers = request.headers_mut();
        for (name, value) in &lines {
            headers.insert(name, value.clone());
        }
        request
    }))
}

fn lines(address: &Address) -> HeaderMap {
    let (scheme, port) = (address.scheme.as_str(), address.port);
    let origin = address.to_string();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let mut lines =
        HeaderMap::from_iter([(FOR, CLIENT), (PROTO, HeaderValue::from_static(scheme))]);
    // A host is ASCII, so its line always parses.
    lines.extend(HeaderValue::from_str(host).ok().map(|host| (HOST, host)));
    lines.insert(PORT, HeaderValue::from(port));
    lines
}

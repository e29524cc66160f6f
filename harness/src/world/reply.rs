//! A reply of the script, its holes filled for one request.

use cors_servers::script::{Piece, Reply, Template};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::Body;

/// How often each method and path was asked for at one origin.
#[derive(Debug, Default)]
pub(super) struct Served(Vec<(String, String, u64)>);

impl Served {
    pub(super) fn count(&mut self, method: &str, path: &str) {
        let mut counts = self.0.iter_mut();
        match counts.find(|(m, p, _)| m == method && p == path) {
            Some((_, _, count)) => *count += 1,
            None => self.0.push((method.to_owned(), path.to_owned(), 1)),
        }
    }

    fn so_far(&self, method: &str, path: &str) -> u64 {
        let mut counts = self.0.iter();
        counts.find(|(m, p, _)| m == method && p == path).map_or(0, |(_, _, count)| *count)
    }
}

/// The reply to a request with these headers. What no server could send is left out.
pub(super) fn fill(reply: &Reply, request: &HeaderMap, served: &Served) -> Response<Body> {
    let origin = request.get(ORIGIN).map(HeaderValue::as_bytes);
    let pieces = |template: &Template| -> Vec<Option<Vec<u8>>> {
        template.0.iter().map(|piece| bytes(piece, origin, served)).collect()
    };
    let body = pieces(&reply.body).into_iter().flatten().flatten().collect();
    let mut response = Response::new(Body { bytes: body, delay: reply.delay.unwrap_or_default() });
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or_default();
    for (name, template) in &reply.headers {
        let value = pieces(template).into_iter().collect::<Option<Vec<_>>>();
        let value = value.and_then(|pieces| HeaderValue::from_bytes(&pieces.concat()).ok());
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        if let (Some(name), Some(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// `None` where a hole has nothing to hold.
fn bytes(piece: &Piece, origin: Option<&[u8]>, served: &Served) -> Option<Vec<u8>> {
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::RequestOrigin => origin.map(<[u8]>::to_vec),
        Piece::Served { method, path } => {
            Some(served.so_far(method, path).to_string().into_bytes())
        }
    }
}

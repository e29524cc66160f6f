//! A reply of the script, its holes filled for one request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::script::{Piece, Template};
use crate::spelling::Written;

/// How often each method and path was asked for at one origin.
#[derive(Debug, Default)]
pub(crate) struct Served(Mutex<HashMap<(String, String), u64>>);

impl Served {
    pub(crate) fn count(&self, method: &Method, path: &str) {
        let key = (method.to_string(), path.to_owned());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
    }

    fn so_far(&self, method: &str, path: &str) -> u64 {
        let key = (method.to_owned(), path.to_owned());
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&key).copied().unwrap_or_default()
    }
}

/// What a template may ask about the request at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// The first `Origin` line.
    pub(crate) origin: Option<&'a HeaderValue>,
    pub(crate) served: &'a Served,
}

/// A reply whose parts were found to be sendable.
#[derive(Clone, Debug)]
pub(crate) struct CheckedReply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<CheckedLine>,
    pub(crate) body: Template,
    pub(crate) delay: Option<Duration>,
}

/// A header line that can be sent.
#[derive(Clone, Debug)]
pub(crate) struct CheckedLine {
    pub(crate) name: HeaderName,
    /// The name as the script spells it.
    pub(crate) spelled: String,
    pub(crate) value: Template,
}

/// An extension of a response: its body, for the log.
#[derive(Clone, Debug)]
pub(crate) struct Said(pub(crate) Bytes);

impl CheckedReply {
    pub(crate) fn fill(&self, facts: Facts<'_>) -> Response {
        let body = self.body(facts);
        let mut response = Response::new(Body::from(body.clone()));
        response.extensions_mut().insert(Said(body));
        *response.status_mut() = self.status;
        let (headers, written) = self.header_lines(facts);
        *response.headers_mut() = headers;
        response.extensions_mut().insert(written);
        response
    }

    fn header_lines(&self, facts: Facts<'_>) -> (HeaderMap, Written) {
        let (mut headers, mut lines) = (HeaderMap::new(), Vec::with_capacity(self.headers.len()));
        for CheckedLine { name, spelled, value } in &self.headers {
            let value = fill(value, facts).and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
            if let Some(value) = value {
                lines.push((spelled.clone(), value.as_bytes().to_vec()));
                headers.append(name, value);
            }
        }
        (headers, Written(lines))
    }

    /// Nothing for the statuses that have no content (RFC 9110, 15.3.5 and 15.4.5): hyper would
    /// still announce its length.
    fn body(&self, facts: Facts<'_>) -> Bytes {
        match self.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Bytes::new(),
            _ => fill_or_blank(&self.body, facts).into(),
        }
    }
}

/// `None` where a hole has nothing to hold.
fn fill(template: &Template, facts: Facts<'_>) -> Option<Vec<u8>> {
    let pieces: Option<Vec<_>> = template.0.iter().map(|piece| bytes(piece, facts)).collect();
    Some(pieces?.concat())
}

fn fill_or_blank(template: &Template, facts: Facts<'_>) -> Vec<u8> {
    template.0.iter().filter_map(|piece| bytes(piece, facts)).flatten().collect()
}

fn bytes(piece: &Piece, facts: Facts<'_>) -> Option<Vec<u8>> {
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::RequestOrigin => facts.origin.map(|origin| origin.as_bytes().to_vec()),
        Piece::Served { method, path } => {
            Some(facts.served.so_far(method, path).to_string().into_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.into())
    }

    #[test]
    fn a_template_with_an_empty_hole_is_nothing_or_blank() {
        let (served, origin) = (Served::default(), HeaderValue::from_static("https://a.test"));
        let template = Template(vec![text("<"), Piece::RequestOrigin, text(">")]);
        let without = Facts { origin: None, served: &served };
        let with = Facts { origin: Some(&origin), served: &served };
        assert_eq!(fill(&template, without), None);
        assert_eq!(fill_or_blank(&template, without), b"<>");
        assert_eq!(fill(&template, with).as_deref(), Some(&b"<https://a.test>"[..]));
    }

    #[test]
    fn served_counts_one_method_of_one_path() {
        let served = Served::default();
        for path in ["/a", "/a", "/b"] {
            served.count(&Method::POST, path);
        }
        assert_eq!([served.so_far("POST", "/a"), served.so_far("GET", "/a")], [2, 0]);
    }
}

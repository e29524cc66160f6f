//! One reply. Its parts are checked when they are made, so that every reply can be served.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use thiserror::Error;

use super::delivery::Delivery;
use crate::condition::Condition;

/// One reply.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: Status,
    /// Header lines in order; a name may come twice.
    pub headers: Vec<HeaderLine>,
    /// The body.
    pub body: Template,
    /// How long to wait before answering.
    pub delay: Option<Duration>,
    /// How it gets to the client.
    pub delivery: Delivery,
    /// Replies that are given instead: the first whose condition holds. Those below them do not count.
    pub instead: Vec<(Condition, Reply)>,
}

impl Reply {
    /// An empty reply with this status.
    pub fn of(status: Status) -> Self {
        Self { status, ..Self::default() }
    }

    /// This reply, and those that can be given instead.
    pub fn all(&self) -> impl Iterator<Item = &Reply> {
        std::iter::once(self).chain(self.instead.iter().map(|(_, other)| other))
    }

    /// Every text that is known before a request: the texts of header values, in order, and then of
    /// the body.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let interim = self.delivery.interim.iter().flat_map(|interim| &interim.headers);
        let values = interim.chain(&self.headers).flat_map(|line| &line.value.template().0);
        values.chain(&self.body.0).filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_slice()),
            Piece::RequestOrigin | Piece::Date { .. } | Piece::Served { .. } => None,
        })
    }

    /// The same reply, and those that can be given instead, with their texts changed.
    #[must_use]
    pub fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        let others = self.instead.iter();
        Self {
            headers: self.headers.iter().map(|line| line.map_texts(map)).collect(),
            body: self.body.map_texts(map),
            delivery: self.delivery.map_texts(map),
            instead: others
                .map(|(condition, other)| (condition.map_texts(map), other.map_texts(map)))
                .collect(),
            ..*self
        }
    }
}

/// The status of a final response, 200 to 999, or 101, which opens a WebSocket with the body as its message; 200 by
/// default. The server sends other 1xx statuses itself.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status(StatusCode);

/// A number that is not a [`Status`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("status {0} is neither 101 nor between 200 and 999")]
pub struct InvalidStatus(pub u16);

impl Status {
    /// The connection becomes a WebSocket.
    pub const SWITCHING_PROTOCOLS: Self = Self(StatusCode::SWITCHING_PROTOCOLS);
    /// No content.
    pub const NO_CONTENT: Self = Self(StatusCode::NO_CONTENT);
    /// A redirect that keeps the method.
    pub const TEMPORARY_REDIRECT: Self = Self(StatusCode::TEMPORARY_REDIRECT);
    /// The path has no resource.
    pub const NOT_FOUND: Self = Self(StatusCode::NOT_FOUND);
    /// The resource has not this method.
    pub const METHOD_NOT_ALLOWED: Self = Self(StatusCode::METHOD_NOT_ALLOWED);

    /// The status with this number.
    ///
    /// # Errors
    /// No final response has it.
    pub fn new(number: u16) -> Result<Self, InvalidStatus> {
        let is_known = |code: &StatusCode| {
            !code.is_informational() || *code == StatusCode::SWITCHING_PROTOCOLS
        };
        let code = StatusCode::from_u16(number).ok().filter(is_known);
        code.map(Self).ok_or(InvalidStatus(number))
    }

    /// The number.
    pub fn as_u16(self) -> u16 {
        self.0.as_u16()
    }
}

impl From<Status> for StatusCode {
    fn from(Status(code): Status) -> Self {
        code
    }
}

/// A header line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderLine {
    /// The name.
    pub name: HeaderName,
    /// The value.
    pub value: HeaderTemplate,
}

impl HeaderLine {
    /// A line without placeholders; `None` if HTTP cannot carry it.
    pub fn text(name: &str, value: &str) -> Option<Self> {
        let value = HeaderTemplate::new(Template::text(value)).ok()?;
        Some(Self { name: HeaderName::new(name).ok()?, value })
    }

    pub(super) fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        Self { name: self.name.clone(), value: self.value.map_texts(map) }
    }
}

/// A header value with placeholders. Each of its texts can be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderTemplate(Template);

/// A header value with a byte that HTTP cannot carry.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the value contains a byte that HTTP cannot carry")]
pub struct InvalidHeaderValue;

impl HeaderTemplate {
    /// A header value.
    ///
    /// # Errors
    /// A text has a byte that HTTP cannot carry.
    pub fn new(value: Template) -> Result<Self, InvalidHeaderValue> {
        let is_valid = value.0.iter().all(is_sendable);
        if is_valid { Ok(Self(value)) } else { Err(InvalidHeaderValue) }
    }

    /// Its texts and placeholders.
    pub fn template(&self) -> &Template {
        &self.0
    }

    /// The same value with its texts changed. It stays as it is if a changed text cannot be sent.
    fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        Self::new(self.0.map_texts(map)).unwrap_or_else(|_| self.clone())
    }
}

fn is_sendable(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => HeaderValue::from_bytes(text).is_ok(),
        Piece::RequestOrigin | Piece::Date { .. } | Piece::Served { .. } => true,
    }
}

/// The name of a header that a script can send, in its spelling.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderName {
    written: String,
    parsed: http::HeaderName,
}

/// A text that is not a [`HeaderName`].
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum InvalidHeaderName {
    /// It is not a token.
    #[error("`{0}` is not a header name")]
    NotAToken(String),
    /// It frames the message. The HTTP library writes it, and rejects or drops another.
    #[error("`{0}` belongs to the connection: the server writes it, a script cannot")]
    OfTheConnection(String),
}

impl HeaderName {
    /// A name in this spelling.
    ///
    /// # Errors
    /// It is not a token, or belongs to the connection: over HTTP/1.1 hyper panics or closes the
    /// connection if one of these is wrong, and over HTTP/2 it drops them (RFC 9113, 8.2.2).
    pub fn new(text: &str) -> Result<Self, InvalidHeaderName> {
        const OF_THE_CONNECTION: [&str; 6] = [
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade",
        ];
        let parsed = http::HeaderName::from_bytes(text.as_bytes());
        let parsed = parsed.map_err(|_| InvalidHeaderName::NotAToken(text.to_owned()))?;
        if OF_THE_CONNECTION.contains(&parsed.as_str()) {
            return Err(InvalidHeaderName::OfTheConnection(text.to_owned()));
        }
        Ok(Self { written: text.to_owned(), parsed })
    }

    /// The name as written. It is sent in this spelling over HTTP/1.1, and in lower case over HTTP/2.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The name as the HTTP library has it, in lower case.
    pub(crate) fn parsed(&self) -> &http::HeaderName {
        &self.parsed
    }
}

/// Text with placeholders that are filled in for each request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template(pub Vec<Piece>);

impl Template {
    /// Text without placeholders.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
        Self(self.0.iter().map(|piece| piece.map_text(map)).collect())
    }
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// Sent as written.
    Text(Vec<u8>),
    /// The value of the request's `Origin` header. A header line with this piece is left out of the
    /// reply to a request without `Origin`; in a body it is empty.
    RequestOrigin,
    /// The time at which the request arrived, on the client's clock, as a date of HTTP.
    Date {
        /// So many seconds later; a negative number is earlier.
        offset: i64,
    },
    /// How many requests with `method` for `path` this origin has received so far, in decimal: the
    /// side effects that reached the server. This request counts; one that the CORS middleware
    /// answers does not. It is read when the reply is made, after its delay.
    Served {
        /// Method, compared exactly.
        method: String,
        /// Path of the same origin.
        path: String,
    },
}

impl Piece {
    /// Bytes that are not text stay as they are.
    fn map_text(&self, map: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Self::Text(map(text).into_bytes()),
                Err(_) => self.clone(),
            },
            Self::Served { method, path } => {
                Self::Served { method: method.clone(), path: map(path) }
            }
            Self::RequestOrigin | Self::Date { .. } => self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_that_of_a_final_response() {
        assert_eq!(
            [101, 200, 999].map(|number| Status::new(number).map(Status::as_u16)),
            [Ok(101), Ok(200), Ok(999)]
        );
        for number in [0, 99, 100, 103, 199, 1000] {
            assert_eq!(Status::new(number), Err(InvalidStatus(number)));
        }
    }

    #[test]
    fn headers_of_the_connection_belong_to_the_server() {
        for name in ["content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade"] {
            let expected = InvalidHeaderName::OfTheConnection(name.to_owned());
            assert_eq!(HeaderName::new(name), Err(expected));
        }
        let expected = InvalidHeaderName::NotAToken("x y".to_owned());
        assert_eq!(HeaderName::new("x y"), Err(expected));
        assert!(HeaderName::new("TE").is_ok());
    }

    #[test]
    fn a_header_value_has_only_text_that_can_be_sent() {
        let value = |text: &str| HeaderTemplate::new(Template::text(text));
        assert_eq!(value("a\r\nb"), Err(InvalidHeaderValue));
        let value = value("a").expect("a value");
        assert_eq!(value.map_texts(&|_| "b".to_owned()).template(), &Template::text("b"));
        assert_eq!(value.map_texts(&|_| "\n".to_owned()), value, "it stays as it was");
    }
}

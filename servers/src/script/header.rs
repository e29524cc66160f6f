//! Header lines, and texts with placeholders that a request fills.

use http::HeaderValue;
use thiserror::Error;

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

    pub(super) fn map_texts(&self, map: &impl Fn(&str) -> String) -> Self {
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

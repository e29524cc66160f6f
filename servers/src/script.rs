//! What an origin answers, as plain data.

use std::fmt;
use std::time::Duration;

pub use crate::condition::Condition;

/// `http` or `https`. Decides whether the origin speaks TLS.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scheme {
    /// Plain HTTP/1.1.
    Http,
    /// TLS, then HTTP/2 or HTTP/1.1 as ALPN decides.
    Https,
}

impl Scheme {
    /// The scheme as URLs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The default port of the scheme, which URLs leave out.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The address of an origin: what a browser requests from the SOCKS proxy, and the scheme.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Address {
    /// Scheme at this host and port.
    pub scheme: Scheme,
    /// Host name in ASCII lower case, or an IP literal without brackets.
    pub host: String,
    /// Port as browsers see it; no socket is bound to it.
    pub port: u16,
}

/// As an origin is serialized: without the default port, and an IPv6 literal in brackets.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{}://{open}{}{close}", self.scheme.as_str(), self.host)?;
        match self.port {
            port if port == self.scheme.default_port() => Ok(()),
            port => write!(f, ":{port}"),
        }
    }
}

/// One origin server and everything that it answers.
#[derive(Clone, Debug)]
pub struct OriginScript {
    /// Its address.
    pub address: Address,
    /// The protocols that it offers.
    pub versions: Versions,
    /// A CORS middleware in front of the routes, if any.
    pub cors: Option<CorsPolicy>,
    /// Paths, and what each method answers there. A path that is not listed answers 404, and a
    /// method that is not listed 405, both without any CORS header.
    pub routes: Vec<Route>,
    /// The service that answers instead, by its name among the lab's [`Services`](crate::Services).
    /// There are no middleware and no routes then.
    pub service: Option<String>,
    /// Whether other origins will use this address, so that clients must not come back on an old
    /// connection: over HTTP/1.1 a connection ends with its first response, which says so, and no
    /// TLS handshake is cut.
    pub close_after_response: bool,
}

/// HTTP versions offered by an `https` origin through ALPN; an `http` origin speaks HTTP/1.1.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Versions {
    /// `h2` and `http/1.1`: the client chooses.
    #[default]
    Any,
    /// `http/1.1` only.
    Http1,
    /// `h2` only.
    Http2,
}

/// One path of an origin.
#[derive(Clone, Debug)]
pub struct Route {
    /// Absolute path, compared exactly with the request's path without the query.
    pub path: String,
    /// What each method answers, compared exactly. `HEAD` without its own entry gets the `GET`
    /// reply without the body.
    pub replies: Vec<(String, Reply)>,
}

/// One reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code, 200 to 999; or 101, which opens a WebSocket with the body as its message.
    pub status: u16,
    /// Header lines in order; a name may come twice.
    pub headers: Vec<(String, Template)>,
    /// The body.
    pub body: Template,
    /// How long to wait before answering.
    pub delay: Option<Duration>,
    /// Replies that are given instead: the first whose condition holds. Those below them do not count.
    pub instead: Vec<(Condition, Reply)>,
}

impl Reply {
    /// This reply, and those that can be given instead.
    pub fn all(&self) -> impl Iterator<Item = &Reply> {
        std::iter::once(self).chain(self.instead.iter().map(|(_, other)| other))
    }

    /// Every text that is known before a request: the texts of header values, in order, and then of
    /// the body.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let values = self.headers.iter().flat_map(|(_, value)| &value.0);
        values.chain(&self.body.0).filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_slice()),
            Piece::RequestOrigin | Piece::Served { .. } => None,
        })
    }
}

/// Text with placeholders that are filled in for each request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template(pub Vec<Piece>);

/// A piece of a [`Template`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// Sent as written.
    Text(Vec<u8>),
    /// The value of the request's `Origin` header. A header line with this piece is left out of the
    /// reply to a request without `Origin`; in a body it is empty.
    RequestOrigin,
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

/// A policy for tower-http's `CorsLayer`, a middleware that is used in production.
#[derive(Clone, Debug, Default)]
pub struct CorsPolicy {
    /// Allowed origins.
    pub allow_origins: Allow,
    /// Methods that a preflight response allows.
    pub allow_methods: Allow,
    /// Request headers that a preflight response allows.
    pub allow_headers: Allow,
    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub allow_credentials: bool,
    /// Response headers exposed to script.
    pub expose_headers: Allow,
    /// Seconds for `Access-Control-Max-Age`.
    pub max_age: Option<u64>,
}

/// The value of one member of a [`CorsPolicy`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Allow {
    /// The header is not sent.
    #[default]
    Nothing,
    /// A literal `*`.
    Any,
    /// The value of the request is reflected.
    Mirror,
    /// The listed values.
    Listed(Vec<String>),
}

/// Whether a script cannot write a header with this name, because it belongs to the connection and
/// the server writes it.
///
/// Over HTTP/1.1 hyper panics or closes the connection if one of these is wrong, and over HTTP/2 it
/// drops them (RFC 9113, 8.2.2): a script that contains one would not be served as written.
pub fn is_connection_header(name: &str) -> bool {
    const NAMES: [&str; 6] = [
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "upgrade",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

//! What an origin is told to say: plain data, built by whoever plans a run.

use std::fmt;
use std::time::Duration;

/// `http` or `https`. Decides whether the origin speaks TLS.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Scheme {
    /// Plain HTTP/1.1.
    Http,
    /// TLS, then HTTP/2 or HTTP/1.1 as ALPN decides.
    Https,
}

impl Scheme {
    /// The scheme as it stands in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL of this scheme leaves out.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Where an origin lives: the address a browser asks the SOCKS front for, and the scheme spoken there.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Address {
    /// Scheme spoken at this host and port.
    pub scheme: Scheme,
    /// Host name in ASCII lower case, or an IP literal without brackets.
    pub host: String,
    /// Port as seen from outside; no socket is bound to it.
    pub port: u16,
}

/// As an origin is serialised: the scheme's own port is left out, an IPv6 literal has brackets.
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

/// One origin server and everything it will say.
#[derive(Clone, Debug)]
pub struct OriginScript {
    /// Where it is reached.
    pub address: Address,
    /// The protocols it offers.
    pub versions: Versions,
    /// A CORS middleware in front of the routes, if the script asks for one.
    pub cors: Option<CorsPolicy>,
    /// Paths and what each method gets there. A path that is not listed answers 404, a method that
    /// is not listed answers 405; both without any CORS header.
    pub routes: Vec<Route>,
    /// The service that answers instead, by its name among the lab's
    /// [`Services`](crate::Services): no middleware and no routes then.
    pub service: Option<String>,
    /// Whether others will be at this address, and no client may come back to them on a connection of
    /// before: over HTTP/1.1 a connection ends with its first reply, which says so, and no TLS
    /// handshake is cut.
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
    /// Absolute path, matched exactly against the request's path; the query does not take part.
    pub path: String,
    /// What each method gets, compared exactly. `HEAD` without an entry of its own gets the `GET`
    /// reply without its body.
    pub replies: Vec<(String, Reply)>,
}

/// One reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code, 200 to 999.
    pub status: u16,
    /// Header lines in order; a name may come twice.
    pub headers: Vec<(String, Template)>,
    /// The body.
    pub body: Template,
    /// How long to wait before answering.
    pub delay: Option<Duration>,
}

impl Reply {
    /// Everything it says that is known before a request is: the texts of header values, in order, and
    /// then of the body.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let values = self.headers.iter().flat_map(|(_, value)| &value.0);
        values.chain(&self.body.0).filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_slice()),
            Piece::RequestOrigin | Piece::Served { .. } => None,
        })
    }
}

/// Text with holes that are filled when the request is there.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template(pub Vec<Piece>);

/// A piece of a [`Template`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// Sent as it stands.
    Text(Vec<u8>),
    /// The value of the request's `Origin` header. A header line that holds this piece is left out
    /// of the reply to a request without `Origin`; in a body it becomes nothing.
    RequestOrigin,
    /// How often this origin has been asked `method` for `path` so far, in decimal: what a server
    /// knows of the side effects that reached it. This request counts, one that the CORS middleware
    /// answers by itself does not. Read when the reply is made, after its delay.
    Served {
        /// Method, compared exactly.
        method: String,
        /// Path of the same origin.
        path: String,
    },
}

/// A policy for tower-http's `CorsLayer`, a real middleware of the kind that teams use.
#[derive(Clone, Debug, Default)]
pub struct CorsPolicy {
    /// Who is allowed.
    pub allow_origins: Allow,
    /// Methods granted on a preflight.
    pub allow_methods: Allow,
    /// Request headers granted on a preflight.
    pub allow_headers: Allow,
    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub allow_credentials: bool,
    /// Response headers exposed to script.
    pub expose_headers: Allow,
    /// Seconds for `Access-Control-Max-Age`.
    pub max_age: Option<u64>,
}

/// How one member of a [`CorsPolicy`] decides.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Allow {
    /// The header is not sent.
    #[default]
    Nothing,
    /// A literal `*`.
    Any,
    /// Whatever the request asked for is sent back.
    Mirror,
    /// The listed values.
    Listed(Vec<String>),
}

/// Whether no script can write a header of this name, which is of the connection and the server's own.
///
/// hyper panics or closes the connection on a wrong one of these over HTTP/1.1 and drops them over
/// HTTP/2 (RFC 9113, 8.2.2): a script that writes one would not be played as written.
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

//! What an origin answers, as plain data.
//!
//! Every part that a server could not serve as written is a type that cannot have such a value: a
//! [`Path`], a [`Method`], a [`Status`], a [`HeaderName`], a
//! [`HeaderTemplate`] and a [`CorsPolicy`] are made from text by
//! their constructors, whose errors say what is wrong. A path occurs once in [`Routes`], and a
//! method once at a path, because they are keys. So a script can always be served; only its address
//! may be taken.

mod cors;
mod delivery;
mod header;
mod path;
mod reply;

use std::fmt;

pub use http::Method;
use indexmap::IndexMap;

pub use self::cors::{Allow, CorsFault, CorsMember, CorsPolicy, CorsSettings};
pub use self::delivery::{Delivery, Interim, InterimStatus, InvalidInterimStatus, Point, Stop};
pub use self::header::{
    HeaderLine, HeaderName, HeaderTemplate, InvalidHeaderName, InvalidHeaderValue, Piece, Template,
};
pub use self::path::{InvalidPath, Path};
pub use self::reply::{InvalidStatus, Reply, Status};
pub use crate::condition::Condition;

/// `http` or `https`. Decides whether the origin uses TLS.
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
    /// Paths, and what each method answers there.
    pub routes: Routes,
    /// The service that answers instead, by its name among the lab's [`Services`](crate::Services).
    /// There are no middleware and no routes then.
    pub service: Option<String>,
    /// Whether other origins will use this address, so that clients must not come back on an old
    /// connection: over HTTP/1.1 a connection ends with its first response, which says so, and no
    /// TLS handshake is cut.
    pub close_after_response: bool,
    /// Requests to this or another origin that clients are notified about.
    pub watches: Vec<Watch>,
}

/// Tells a client that a request has arrived. The answer to a request for `path` is given once one of the origins that are
/// hosted together has received the other one. With `holds` it is the answer of the script.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Watch {
    /// The path on this origin.
    pub path: String,
    /// The whole URL of the request that has to arrive.
    pub url: String,
    /// Whether that is a CORS-preflight request.
    pub is_preflight: bool,
    /// Which requests for `path` are held: CORS-preflight requests, or all others. `None`: the answer is the notification.
    pub holds: Option<Held>,
}

/// Requests whose answer is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Held {
    /// CORS-preflight requests.
    Preflights,
    /// All other requests.
    Requests,
}

/// HTTP versions offered by an `https` origin through ALPN; an `http` origin uses HTTP/1.1.
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

/// The paths of an origin, compared exactly with the request's path without the query, and what
/// each answers. A path that is not listed answers 404, without any CORS header.
pub type Routes = IndexMap<Path, Replies>;

/// What each method answers, compared exactly. `HEAD` without its own entry gets the `GET` reply
/// without the body. A method that is not listed answers 405, without any CORS header.
pub type Replies = IndexMap<Method, Reply>;

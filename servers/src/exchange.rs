//! The record of requests and replies on which every verdict is based.

use std::time::Duration;

use bytes::Bytes;

use crate::script::{Address, Scheme, Stop};

/// One request and its reply.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Position in the lab's log, in order of arrival over all origins of a lab.
    pub sequence: u64,
    /// When the request arrived, on the lab's clock: the time since the start of the lab.
    pub arrived: Duration,
    /// The connection on which it arrived.
    pub connection: ConnectionId,
    /// The protocol that ALPN agreed on; `None` on plain HTTP, or if the client offered none.
    pub alpn: Option<String>,
    /// The request as received.
    pub request: ReceivedRequest,
    /// The reply as sent; `None` until it is sent, or if the client left before.
    pub reply: Option<SentReply>,
    /// Where the script stops the reply before its end.
    pub stop: Option<Stop>,
}

impl Exchange {
    /// When the reply was handed to the connection, on the lab's clock; `None` if there is no
    /// reply.
    pub fn answered(&self) -> Option<Duration> {
        Some(self.arrived + self.reply.as_ref()?.after)
    }
}

/// A number for each accepted connection, unique in a lab.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConnectionId(pub u64);

/// A request as the origin received it.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// Scheme of the origin.
    pub scheme: Scheme,
    /// Host that the connection was opened to.
    pub host: String,
    /// Port that the connection was opened to.
    pub port: u16,
    /// Method, verbatim.
    pub method: String,
    /// Path and query, verbatim (`*` of `OPTIONS *` included).
    pub target: String,
    /// Header lines: over HTTP/1.1 in the order and spelling of the wire, over HTTP/2 as the
    /// decoder returns them (names are always lower case there; pseudo-headers are left out).
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body length in bytes, after the body was read completely.
    pub body_length: Option<u64>,
    /// The body, after it was read completely; `None` for a service, which reads it itself.
    pub body: Option<Bytes>,
}

impl ReceivedRequest {
    /// The whole URL. The port is left out if it is the default port of the scheme.
    pub fn url(&self) -> String {
        let Self { scheme, host, port, target, .. } = self;
        let address = Address { scheme: *scheme, host: host.clone(), port: *port };
        format!("{address}{target}")
    }

    /// The method that a preflight asks for; `None` for other requests. Script cannot set this header, so an `OPTIONS` request
    /// made by script is not a preflight: <https://fetch.spec.whatwg.org/#cors-preflight-request>.
    pub fn preflight_method(&self) -> Option<&[u8]> {
        let asked = self.header("access-control-request-method").next();
        asked.filter(|_| self.method == "OPTIONS")
    }

    /// All values of a header, in order; the name is compared without regard to case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_slice())
    }
}

/// A reply as it was handed to the connection.
#[derive(Clone, Debug)]
pub struct SentReply {
    /// Status code.
    pub status: u16,
    /// Header lines in the order sent.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body length in bytes; of a service, the number of bytes that it has sent.
    pub body_length: u64,
    /// The body that the script has for this reply, even if it is not sent because of `HEAD`;
    /// `None` for a service.
    pub body: Option<Bytes>,
    /// What produced this reply.
    pub source: ReplySource,
    /// How long after the request the reply was handed to the connection.
    pub after: Duration,
    /// Whether the whole reply was handed to the connection before the client left.
    pub complete: bool,
}

/// What produced a reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReplySource {
    /// The script, which has a reply for this path and method.
    Script,
    /// The CORS middleware.
    Middleware,
    /// A service that answers instead of a script.
    Service,
    /// The script lists the path and not the method: 405.
    MethodNotAllowed,
    /// The script does not list the path: 404.
    NotFound,
    /// The script opens a WebSocket, and the request does not ask for one: 426.
    UpgradeRequired,
    /// The request is for another server than the one of its connection: 421.
    Misdirected,
}

/// A connection that was opened to an origin, whatever happened on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Opened {
    /// Position in the same sequence as the exchanges.
    pub sequence: u64,
    /// When it was accepted, on the lab's clock.
    pub accepted: Duration,
    /// Its number, which its exchanges contain.
    pub connection: ConnectionId,
    /// The address of the origin.
    pub address: Address,
}

/// A connection without an exchange, and why.
#[derive(Clone, Debug)]
pub struct FailedConnection {
    /// Position in the same sequence as the exchanges.
    pub sequence: u64,
    /// Requested host.
    pub host: String,
    /// Requested port.
    pub port: u16,
    /// What went wrong.
    pub what: Fault,
}

/// What can go wrong with a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The lab hosts no origin with this host and port, and the SOCKS proxy refused.
    UnknownHost,
    /// The lab hosts this host and port with another scheme: the client sent plain HTTP to an https
    /// origin, or TLS to an http origin.
    OtherScheme,
    /// The TLS handshake failed, with the message of rustls.
    Tls(String),
    /// The connection or a request on it could not be served, with the message of hyper.
    Http(String),
    /// A request on the connection was for this other host and port.
    Misdirected(String),
    /// A service did something other than answer a request, as a message.
    Service(String),
}

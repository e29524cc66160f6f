//! What an origin saw and said: the record every verdict rests on.

use std::time::Duration;

use bytes::Bytes;

use crate::script::{Address, Scheme};

/// One request and its reply, in the order of arrival.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Position in the lab's log; grows by arrival over all origins of a lab.
    pub sequence: u64,
    /// When the request arrived, on the lab's clock: the time since the lab was started.
    pub arrived: Duration,
    /// The connection it came on.
    pub connection: ConnectionId,
    /// The protocol that ALPN agreed on; `None` on plain HTTP or where the client offered none.
    pub alpn: Option<String>,
    /// The request as received.
    pub request: ReceivedRequest,
    /// The reply as sent; `None` while it is not sent, or if the client left before.
    pub reply: Option<SentReply>,
}

impl Exchange {
    /// When the reply was handed to the connection, on the lab's clock. `None` while there is no reply.
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
    /// decoder gave them (names are lower case there by definition; pseudo-headers left out).
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body length in bytes, once the body was read to its end.
    pub body_length: Option<u64>,
    /// The body, once it was read to its end; not of a service, which reads it by itself.
    pub body: Option<Bytes>,
}

impl ReceivedRequest {
    /// The whole URL, with the port only where it is not the scheme's own.
    pub fn url(&self) -> String {
        let Self { scheme, host, port, target, .. } = self;
        let address = Address { scheme: *scheme, host: host.clone(), port: *port };
        format!("{address}{target}")
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
    /// Body length in bytes; of a service, as much as it has answered.
    pub body_length: u64,
    /// The body that the script has for it, also where `HEAD` keeps it from being sent; not of a service.
    pub body: Option<Bytes>,
    /// Who decided on this reply.
    pub source: ReplySource,
    /// How long after the request it was handed to the connection.
    pub after: Duration,
    /// Whether the whole reply was handed to the connection before the client left.
    pub complete: bool,
}

/// Who decided on a reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReplySource {
    /// The script has a reply for this path and method.
    Script,
    /// The CORS middleware answered by itself.
    Middleware,
    /// A service that answers in place of a script.
    Service,
    /// The path is there, the method is not: 405.
    MethodNotAllowed,
    /// The path is not there: 404.
    NotFound,
    /// The request is for another server than its connection: 421.
    Misdirected,
}

/// A connection that was opened to an origin, whatever came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Opened {
    /// Position in the same sequence as the exchanges.
    pub sequence: u64,
    /// Its number, by which its exchanges are known.
    pub connection: ConnectionId,
    /// The origin's.
    pub address: Address,
}

/// A connection that led to no exchange, and why.
#[derive(Clone, Debug)]
pub struct FailedConnection {
    /// Position in the same sequence as the exchanges.
    pub sequence: u64,
    /// Host that was asked for.
    pub host: String,
    /// Port that was asked for.
    pub port: u16,
    /// What went wrong.
    pub what: Fault,
}

/// What can go wrong with a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// No origin of this lab has that host and port: the SOCKS front refused.
    UnknownHost,
    /// The TLS handshake failed, with rustls' words.
    Tls(String),
    /// The connection or a request on it could not be served, with hyper's words.
    Http(String),
    /// A request came on the connection that is for another host and port, in its words.
    Misdirected(String),
    /// A service did something other than answer a request, in words.
    Service(String),
}

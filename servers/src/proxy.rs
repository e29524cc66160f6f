//! A reverse proxy to a real server: passes requests on unchanged, and returns the responses.
//! `axum-reverse-proxy` implements HTTP, on a separate connection for each request, so that no
//! request is lost on a connection that the server is about to close.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum_reverse_proxy::{
    HostBehaviour, ProxyError, ProxyPolicy, XForwardedFor, proxy_request_on_stream,
};
use http::header::{CONTENT_LENGTH, COOKIE, HOST};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;
use tokio_util::io::InspectReader;

use crate::answer::{Failure, LengthUnsaid};
use crate::framing::MAX_LINES;
use crate::spelling::Written;
use crate::upstream_tls::{Tls, TlsFault};
use crate::wire::MAX_HEAD;
use crate::wire_stream::Unannounced;

/// The address of a real server.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// A name or an address; `localhost` is loopback, IPv4 or IPv6. With TLS, the certificate must have it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The settings of TLS; `None` for plain HTTP.
    pub tls: Option<Tls>,
}

/// A connection to a real server.
pub type Connection = Either<TcpStream, Unannounced<TlsStream<TcpStream>>>;

impl Upstream {
    /// The router that passes every request on. It adds nothing, neither `Via` nor `X-Forwarded-…`;
    /// [`Service::forwarded`](crate::Service::forwarded) does. `Host` is the name that the client
    /// requested.
    pub fn proxy(self) -> Router {
        Router::new().fallback(move |request: Request| async move { self.pass_on(request).await })
    }

    /// Connects as a request to the server would.
    ///
    /// # Errors
    /// The system's, or one that [`TlsFault::of`] knows.
    pub async fn connect(&self) -> io::Result<Connection> {
        let host = self.host.trim_matches(['[', ']']);
        let stream = match host {
            // Some servers listen on only one of them, depending on their libraries.
            "localhost" => TcpStream::connect(&loopback(self.port)[..]).await,
            host => TcpStream::connect((host, self.port)).await,
        }?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Either::Left(stream)),
            Some(tls) => Ok(Either::Right(Unannounced(tls.connect(host, stream).await?))),
        }
    }

    async fn pass_on(&self, request: Request) -> Response {
        match self.try_to_pass_on(request).await {
            Ok(response) => response,
            Err(did) => Failure(did).into_response(),
        }
    }

    async fn try_to_pass_on(&self, request: Request) -> Result<Response, String> {
        let target = self.target(&request).ok_or("can only answer requests for a path")?;
        let stream = self.connect().await.map_err(|error| not_connected(&error))?;
        let request = for_http1(request);
        let heard = ConsoleMessage::default();
        let hearing = heard.clone();
        let stream = InspectReader::new(stream, move |bytes: &[u8]| hearing.feed(bytes));
        let Ok(mut response) = proxy_request_on_stream(target, request, stream, &unchanged()).await;
        if let Some(error) = response.extensions().get::<ProxyError>() {
            return Err(unanswered(error.message()));
        }
        if !response.headers().contains_key(CONTENT_LENGTH) {
            response.extensions_mut().insert(LengthUnsaid);
        }
        response.extensions_mut().insert(heard.written());
        Ok(response)
    }

    fn target(&self, request: &Request) -> Option<Uri> {
        let authority = format!("{}:{}", self.host, self.port).parse::<Authority>().ok()?;
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let target = Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query(path);
        target.build().ok().filter(|_| path.starts_with('/'))
    }
}

/// The first bytes of a server's response, which show its spelling of header names.
#[derive(Clone, Debug)]
struct ConsoleMessage(Arc<Mutex<Option<Vec<u8>>>>);

impl Default for ConsoleMessage {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(Vec::new()))))
    }
}

impl ConsoleMessage {
    fn feed(&self, bytes: &[u8]) {
        if let Some(heard) = &mut *self.bytes() {
            let room = (MAX_HEAD as usize).saturating_sub(heard.len());
            heard.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }

    /// The lines of the response's head, after any interim responses. Nothing is kept after that. A
    /// head that cannot be read has no recorded spelling.
    fn written(&self) -> Written {
        let heard = self.bytes().take().unwrap_or_default();
        let mut rest = heard.as_slice();
        let lines = loop {
            let mut lines = [httparse::EMPTY_HEADER; MAX_LINES];
            let mut response = httparse::Response::new(&mut lines);
            let parsed = response.parse(rest).ok().filter(httparse::Status::is_complete);
            match (parsed, response.code) {
                (Some(parsed), Some(100..200)) => rest = &rest[parsed.unwrap()..],
                (Some(_), Some(_)) => {
                    let line =
                        |line: &httparse::Header<'_>| (line.name.to_owned(), line.value.to_vec());
                    break response.headers.iter().map(line).collect();
                }
                _ => break Vec::new(),
            }
        };
        Written(lines)
    }

    fn bytes(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn loopback(port: u16) -> [SocketAddr; 2] {
    [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]
}

fn unchanged() -> ProxyPolicy {
    ProxyPolicy::new()
        .with_host_behaviour(HostBehaviour::Preserve)
        .with_x_forwarded_for(XForwardedFor::Preserve)
}

/// A request of HTTP/2 in the form of HTTP/1.1: `Host` comes first, and cookies that arrived in
/// several lines are joined (RFC 9113, 8.3.1 and 8.2.3).
fn for_http1(mut request: Request) -> Request {
    let authority = request.uri().authority().map(Authority::as_str);
    let host = authority.and_then(|authority| HeaderValue::from_str(authority).ok());
    let host = request.headers().get(HOST).cloned().or(host);
    let mut headers = HeaderMap::new();
    headers.extend(host.map(|host| (HOST, host)));
    for (name, value) in request.headers() {
        if name == COOKIE {
            headers.entry(COOKIE).or_insert_with(|| cookies(request.headers()));
        } else if name != HOST {
            headers.append(name.clone(), value.clone());
        }
    }
    *request.headers_mut() = headers;
    request
}

fn cookies(headers: &HeaderMap) -> HeaderValue {
    let lines: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    // Header values stay valid when they are joined with `; `.
    HeaderValue::from_bytes(&lines.join(&b"; "[..])).unwrap_or(HeaderValue::from_static(""))
}

fn not_connected(error: &io::Error) -> String {
    if let Some(fault) = TlsFault::of(error) {
        return fault.to_string();
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused the connection".to_owned(),
        _ => format!("does not accept a connection: {error}"),
    }
}

/// A message for people from hyper's text, which says why there is no response. The crate gives the
/// error as text only.
fn unanswered(words: &str) -> String {
    const CLOSED: [&str; 3] = ["connection closed before", "Connection reset", "Broken pipe"];
    if CLOSED.iter().any(|closed| words.contains(closed)) {
        "closed the connection before it answered".to_owned()
    } else if words.contains("parsed") || words.contains("too large") {
        format!("answered something that is not HTTP: {words}")
    } else {
        format!("did not answer: {words}")
    }
}

impl IntoResponse for Failure {
    /// Never sent: the recorder cuts the connection.
    fn into_response(self) -> Response {
        let mut response = StatusCode::BAD_GATEWAY.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

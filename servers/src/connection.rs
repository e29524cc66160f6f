//! Serves one accepted connection, from the end of the SOCKS handshake to the end of HTTP.

use std::error::Error;
use std::io;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::answer::Failure;
use crate::exchange::{ConnectionId, Fault};
use crate::origin::Origin;
use crate::paced::ClosedByScript;
use crate::record::Recorder;
use crate::script::{Scheme, Versions};
use crate::spelling::{Announced, Respelling};
use crate::tls::{Authority, TlsError};
use crate::wire::{MAX_HEAD, Wire};
use crate::wire_stream::Tee;

type AnyError = Box<dyn Error + Send + Sync>;

/// A connection that was handed to an origin.
pub(crate) struct Connection {
    pub(crate) origin: Arc<Origin>,
    pub(crate) id: ConnectionId,
}

impl Connection {
    /// Serves until the client leaves or the origin stops being hosted, whatever is in progress
    /// then.
    pub(crate) async fn serve(self, stream: TcpStream, authority: &Authority) {
        let address = &self.origin.address;
        self.origin.log.opened(self.id, address.clone());
        let end = self.origin.end.clone();
        match address.scheme {
            Scheme::Http => {
                let http = async {
                    match begins_with_scheme(&stream, Scheme::Https).await {
                        true => self.note(Fault::OtherScheme),
                        false => self.http(stream, None).await,
                    }
                };
                end.run_until_cancelled(http).await;
            }
            Scheme::Https => {
                let Some(stream) = self.after_handshake(stream, authority).await else { return };
                let alpn = stream.get_ref().1.alpn_protocol();
                let alpn = alpn.map(|name| String::from_utf8_lossy(name).into_owned());
                end.run_until_cancelled(self.http(stream, alpn)).await;
            }
        }
    }

    /// The connection after its TLS handshake, unless the handshake failed or nothing waits for the
    /// connection any more. A client whose handshake is cut reports a failure of the server that is
    /// at the address next.
    async fn after_handshake(
        &self,
        stream: TcpStream,
        authority: &Authority,
    ) -> Option<TlsStream<TcpStream>> {
        let handshake = self.handshake(stream, authority);
        let done = match self.origin.close_after_response {
            true => timeout(GREETING, handshake).await.ok(),
            false => self.origin.end.run_until_cancelled(handshake).await,
        };
        match done? {
            Ok(Some(stream)) => return Some(stream),
            Ok(None) => self.note(Fault::OtherScheme),
            Err(error) if client_left(error.as_ref()) => {}
            Err(error) => self.note(Fault::Tls(error.to_string())),
        }
        None
    }

    /// `None`: the client uses plain HTTP.
    async fn handshake(
        &self,
        stream: TcpStream,
        authority: &Authority,
    ) -> Result<Option<TlsStream<TcpStream>>, TlsError> {
        let settings = self.origin.tls(authority)?;
        match begins_with_scheme(&stream, Scheme::Http).await {
            true => Ok(None),
            false => Ok(Some(TlsAcceptor::from(settings).accept(stream).await?)),
        }
    }

    /// A client that leaves is no fault, unless it leaves within a request's head: then no exchange
    /// records it.
    async fn http<S>(self, stream: S, alpn: Option<String>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let builder = self.builder(alpn.as_deref());
        let is_http1 = builder.is_http1_available();
        let wire = if is_http1 { Wire::default() } else { Wire::disabled() };
        let announced = is_http1.then(Announced::default);
        let respelling = announced.clone().map(Respelling::new);
        let io = TokioIo::new(Tee::new(stream, wire.clone(), respelling));
        let (origin, connection) = (Arc::clone(&self.origin), self.id);
        let recorder = Recorder { origin, connection, alpn, wire: wire.clone(), announced };
        let service = service_fn(move |request| recorder.exchange(request));
        match builder.serve_connection_with_upgrades(io, service).await {
            Err(error) if is_noted(error.as_ref()) => {}
            Err(error) if !client_left(error.as_ref()) || wire.is_mid_head() => {
                self.note(Fault::Http(words(&error)));
            }
            _ => {}
        }
    }

    /// The protocol is known before the first byte: what ALPN agreed on, else the only protocol
    /// that the origin offers, else HTTP/1.1.
    fn builder(&self, alpn: Option<&str>) -> Builder<Until> {
        let mut builder = Builder::new(Until(self.origin.end.clone()));
        builder.http1().auto_date_header(false).keep_alive(!self.origin.close_after_response);
        // h2 answers a longer head with 431 by itself, and the recorder does not see it.
        builder.http2().auto_date_header(false).max_header_list_size(MAX_HEAD);
        let (scheme, versions) = (self.origin.address.scheme, self.origin.versions);
        match (scheme, alpn, versions) {
            (Scheme::Https, Some("h2"), _) | (Scheme::Https, None, Versions::Http2) => {
                builder.http2_only()
            }
            _ => builder.http1_only(),
        }
    }

    fn note(&self, fault: Fault) {
        let address = &self.origin.address;
        self.origin.log.connection_failed(address.host.clone(), address.port, fault);
    }
}

/// Runs what hyper spawns (the streams of HTTP/2) only as long as the origin is hosted.
#[derive(Clone)]
struct Until(CancellationToken);

impl<F> hyper::rt::Executor<F> for Until
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        let end = self.0.clone();
        let bounded = async move {
            end.run_until_cancelled(future).await;
        };
        TokioExecutor::new().execute(bounded);
    }
}

/// The first byte of a TLS connection: RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;

/// Whether a client uses this scheme, by the first byte that it sends: a TLS handshake, or the
/// method of a request. The byte stays in the stream.
async fn begins_with_scheme(stream: &TcpStream, scheme: Scheme) -> bool {
    let mut first = [0];
    let is_sent = matches!(stream.peek(&mut first).await, Ok(1..));
    is_sent
        && match scheme {
            Scheme::Http => first[0].is_ascii_uppercase(),
            Scheme::Https => first[0] == HANDSHAKE,
        }
}

/// How long a client may take for a handshake after the origin stops being hosted.
const GREETING: Duration = Duration::from_secs(5);

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

fn words(error: &AnyError) -> String {
    let words: Vec<_> = chain(error.as_ref()).map(ToString::to_string).collect();
    words.join(": ")
}

/// A connection that was cut because of its service or its script. The recorder has already noted it.
fn is_noted(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| cause.is::<Failure>() || cause.is::<ClosedByScript>())
}

fn client_left(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| {
        cause.downcast_ref().is_some_and(message_cut)
            || cause.downcast_ref().is_some_and(stream_cut)
    })
}

fn message_cut(error: &hyper::Error) -> bool {
    error.is_incomplete_message()
        || error.is_closed()
        || error.is_canceled()
        || error.is_body_write_aborted()
}

/// Browsers often close TLS connections without `close_notify`; rustls reports that as an
/// unexpected end.
fn stream_cut(error: &io::Error) -> bool {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
    };
    [BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof]
        .contains(&error.kind())
}

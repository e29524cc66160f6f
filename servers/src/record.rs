//! The outermost service of an origin: records requests and replies, and changes nothing.

use std::sync::Arc;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST};
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::upgrade::OnUpgrade;
use thiserror::Error;

use crate::answer::Failure;
use crate::bodies::{Counted, TrackedBody};
use crate::exchange::{ConnectionId, Fault, ReceivedRequest, ReplySource, SentReply};
use crate::log::{Arrival, Entry};
use crate::origin::Origin;
use crate::paced::{ClosedByScript, Paced};
use crate::respond::{Answer, Delivered, lower_case};
use crate::script::{Address, Held, Point, Stop, Watch};
use crate::services::Service;
use crate::spelling::{Announced, spelled};
use crate::websocket;
use crate::wire::Wire;

/// The largest request body that is read; a longer one is answered without being read further.
const MAX_BODY: usize = 64 << 20;

/// Records the exchanges of one connection.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) origin: Arc<Origin>,
    pub(crate) connection: ConnectionId,
    pub(crate) alpn: Option<String>,
    pub(crate) wire: Wire,
    /// Where heads are announced before they are sent, over HTTP/1.1.
    pub(crate) announced: Option<Announced>,
}

impl Recorder {
    /// Records the request at once, in the order in which hyper hands requests out; the future does
    /// the rest. Its error cuts the connection, or the stream of HTTP/2.
    pub(crate) fn exchange(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<TrackedBody>, NoReplyReason>> + use<> {
        let entry = self.origin.log.arrived(self.arrival(&request));
        let turn = Turn {
            entry,
            origin: Arc::clone(&self.origin),
            announced: self.announced.clone(),
            to_head: request.method() == Method::HEAD,
        };
        async move {
            if let Some(asked) = misdirected(&turn.origin.address, &request) {
                turn.fault(Fault::Misdirected(asked));
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
                return Ok(turn.note(response, (ReplySource::Misdirected, None), &[]));
            }
            match turn.origin.service.clone() {
                None => turn.played(request).await,
                Some(service) => turn.passed_on(service, request).await,
            }
        }
    }

    fn arrival(&self, request: &Request<Incoming>) -> Arrival {
        let address = self.origin.address.clone();
        let received = ReceivedRequest {
            scheme: address.scheme,
            host: address.host,
            port: address.port,
            method: request.method().to_string(),
            target: target(request),
            headers: self.wire.claim(request).unwrap_or_else(|| lower_case(request.headers())),
            body_length: None,
            body: None,
        };
        Arrival { connection: self.connection, alpn: self.alpn.clone(), request: received }
    }
}

/// The server that a request is for, if that is not the origin to which its connection was opened:
/// over HTTP/2 a client may use one connection for several origins (RFC 9113, 9.1.1). An authority
/// takes precedence over a `Host` line (RFC 9112, 3.2.2); that of `CONNECT` has another meaning.
fn misdirected(address: &Address, request: &Request<Incoming>) -> Option<String> {
    let authority = request.uri().authority().filter(|_| request.method() != Method::CONNECT);
    let line = || request.headers().get(HOST)?.to_str().ok()?.parse().ok();
    let asked: Authority = authority.cloned().or_else(line)?;
    let port = asked.port_u16().unwrap_or(address.scheme.default_port());
    let host = asked.host().trim_matches(['[', ']']);
    let fits = host.eq_ignore_ascii_case(&address.host) && port == address.port;
    (!fits).then(|| asked.to_string())
}

/// The absolute form is reduced to path and query; the authority form of `CONNECT` has neither.
fn target(request: &Request<Incoming>) -> String {
    match request.uri().path_and_query() {
        Some(target) => target.to_string(),
        None => request.uri().to_string(),
    }
}

/// Why there is no reply.
#[derive(Debug, Error)]
pub(crate) enum NoReplyReason {
    /// The request's body could not be read.
    #[error(transparent)]
    Request(#[from] hyper::Error),
    /// The service did not answer as it should. The log already contains this.
    #[error("cut")]
    Service(#[from] Failure),
    /// The script closes the connection before the response.
    #[error("closed")]
    Script(#[from] ClosedByScript),
}

/// One request while it is being answered.
struct Turn {
    entry: Entry,
    origin: Arc<Origin>,
    announced: Option<Announced>,
    /// Whether its method is `HEAD`.
    to_head: bool,
}

impl Turn {
    async fn played(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<TrackedBody>, NoReplyReason> {
        let (mut parts, body) = request.into_parts();
        if let Some(body) = read(body).await? {
            self.entry.body_kept(body);
        }
        let (path, headers) = (parts.uri.path().to_owned(), parts.headers.clone());
        let upgrade = parts.extensions.remove::<OnUpgrade>();
        let kind = match parts.method == Method::OPTIONS
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        {
            true => Held::Preflights,
            false => Held::Requests,
        };
        let is_met =
            |watch: &&Watch| watch.path == path && watch.holds.is_none_or(|held| held == kind);
        if let Some(watch) = self.origin.watches.iter().find(is_met) {
            self.origin.log.received(watch).await;
            if watch.holds.is_none() {
                return Ok(self.note(notified(), (ReplySource::Script, None), &[]));
            }
        }
        let request = Request::from_parts(parts, ());
        let arrived = self.entry.date();
        let responder = &self.origin.responder;
        let answer = responder.respond(&path, request, arrived, tokio::time::sleep).await;
        let Answer { mut response, full_body, source, delivered } = answer;
        let Delivered { interim, pause, stop, .. } = delivered;
        if let Some(stop) = stop {
            self.entry.stops(stop);
        }
        match stop {
            Some(Stop::Closes(Point::BeforeHeaders)) => return Err(ClosedByScript.into()),
            Some(Stop::Hangs(Point::BeforeHeaders)) => std::future::pending().await,
            _ => {}
        }
        if response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(upgrade) = upgrade
        {
            websocket::accept(&headers, response.headers_mut());
            self.serve_websocket(websocket::serve_websocket(upgrade, full_body.clone()));
        }
        // There is nothing to pace in a response to `HEAD`, or in one whose status has no body.
        let is_paced = (pause.is_some() || stop.is_some()) && !self.to_head;
        let response = match is_paced {
            true => response.map(|body| Body::new(Paced::new(body, pause, stop))),
            false => response.map(Body::from),
        };
        Ok(self.note(response, (source, Some(full_body)), &interim))
    }

    /// Serves a WebSocket as long as the origin is hosted.
    fn serve_websocket(&self, conversation: impl Future<Output = ()> + Send + 'static) {
        let end = self.origin.end.clone();
        self.origin.connections.spawn(async move {
            end.run_until_cancelled(conversation).await;
        });
    }

    async fn passed_on(
        self,
        service: Service,
        request: Request<Incoming>,
    ) -> Result<Response<TrackedBody>, NoReplyReason> {
        let counting = self.entry.clone();
        let request = request.map(|body| Body::new(Counted::new(body, counting)));
        let answer = service.answer(request).await;
        let response =
            answer.inspect_err(|failure| self.fault(Fault::Service(failure.to_string())))?;
        Ok(self.note(response, (ReplySource::Service, None), &[]))
    }

    fn fault(&self, what: Fault) {
        let Address { host, port, .. } = &self.origin.address;
        self.entry.connection_failed(host.clone(), *port, what);
    }

    /// Records the response as it will be sent, with the body of a script and the informational responses before it.
    fn note(
        self,
        response: Response<Body>,
        (source, body): (ReplySource, Option<Bytes>),
        interim: &[u8],
    ) -> Response<TrackedBody> {
        let Self { entry, origin, announced, to_head } = self;
        let counted = source == ReplySource::Service;
        let headers = match &announced {
            None => lower_case(response.headers()),
            Some(announced) => {
                let lines = spelled(response.extensions().get(), response.headers());
                announced.push(interim, lines.clone(), to_head);
                lines
            }
        };
        entry.replied(SentReply {
            status: response.status().as_u16(),
            headers,
            body_length: if counted { 0 } else { response.body().size_hint().lower() },
            body,
            source,
            after: entry.age(),
            complete: response.body().is_end_stream(),
        });
        response.map(|body| TrackedBody { body, rest: Bytes::new(), entry, origin, counted })
    }
}

/// The answer to a client that waits for a request of another one. Every page may use it, whatever its embedder policy.
fn notified() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    response.headers_mut().insert(policy, HeaderValue::from_static("cross-origin"));
    response
}

/// Reads the body; `None` if it is longer than the limit.
async fn read(mut body: Incoming) -> hyper::Result<Option<Bytes>> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        read.extend_from_slice(frame?.data_ref().map_or(&[], |data| data));
        if read.len() > MAX_BODY {
            return Ok(None);
        }
    }
    Ok(Some(read.freeze()))
}

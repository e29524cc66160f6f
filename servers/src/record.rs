//! The outermost service of an origin: notes what comes and what goes, and changes nothing.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use thiserror::Error;
use tower::ServiceExt;

use crate::answer::Failure;
use crate::bodies::{Counted, Handed};
use crate::exchange::{ConnectionId, Fault, ReceivedRequest, ReplySource, SentReply};
use crate::log::{Arrival, Entry};
use crate::origin::Origin;
use crate::script::Address;
use crate::services::Service;
use crate::wire::{Lines, Wire};

/// Request bodies are counted up to here; a longer one is answered without being read further.
const MAX_BODY: u64 = 64 << 20;

/// Records the exchanges of one connection.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) origin: Arc<Origin>,
    pub(crate) connection: ConnectionId,
    pub(crate) alpn: Option<String>,
    pub(crate) wire: Wire,
}

impl Recorder {
    /// Enters the request into the log at once, in the order hyper hands requests out; the future
    /// does the rest. Its error cuts the connection, or the stream of HTTP/2.
    pub(crate) fn exchange(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Handed>, Cut>> + use<> {
        let entry = self.origin.log.arrived(self.arrival(&request));
        let origin = Arc::clone(&self.origin);
        async move {
            match origin.service.clone() {
                None => played(entry, origin, request).await,
                Some(service) => passed_on(entry, origin, service, request).await,
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
            headers: self.wire.claim(request).unwrap_or_else(|| lines(request.headers())),
            body_length: None,
        };
        Arrival { connection: self.connection, alpn: self.alpn.clone(), request: received }
    }
}

/// The absolute form is reduced to path and query; the authority form of `CONNECT` has neither.
fn target(request: &Request<Incoming>) -> String {
    match request.uri().path_and_query() {
        Some(target) => target.to_string(),
        None => request.uri().to_string(),
    }
}

fn lines(headers: &HeaderMap) -> Lines {
    headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}

/// Why there is no reply.
#[derive(Debug, Error)]
pub(crate) enum Cut {
    /// The request's body could not be read.
    #[error(transparent)]
    Request(#[from] hyper::Error),
    /// The service did not answer as it should, which is in the log already.
    #[error("cut")]
    Service(#[from] Failure),
}

async fn played(
    entry: Entry,
    origin: Arc<Origin>,
    request: Request<Incoming>,
) -> Result<Response<Handed>, Cut> {
    let (parts, body) = request.into_parts();
    entry.body_read(length(body).await?);
    let request = Request::from_parts(parts, Body::empty());
    let Ok(mut response) = origin.router.clone().oneshot(request).await;
    if has_no_content(response.status()) {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    let source = response.extensions().get().copied().unwrap_or(ReplySource::Middleware);
    Ok(note(entry, origin, response, source))
}

async fn passed_on(
    entry: Entry,
    origin: Arc<Origin>,
    service: Service,
    request: Request<Incoming>,
) -> Result<Response<Handed>, Cut> {
    let counting = entry.clone();
    let request = request.map(|body| Body::new(Counted::new(body, counting)));
    let answer = service.answer(request).await;
    let response = answer.inspect_err(|failure| fault(&entry, &origin, failure.to_string()))?;
    Ok(note(entry, origin, response, ReplySource::Service))
}

fn fault(entry: &Entry, origin: &Origin, words: String) {
    let Address { host, port, .. } = &origin.address;
    entry.disturbed(host.clone(), *port, Fault::Service(words));
}

/// Reads the body and keeps only its length; `None` where it is longer than is counted.
async fn length(mut body: Incoming) -> hyper::Result<Option<u64>> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame?.data_ref().map_or(0, |data| data.len() as u64);
        if length > MAX_BODY {
            return Ok(None);
        }
    }
    Ok(Some(length))
}

fn note(
    entry: Entry,
    origin: Arc<Origin>,
    response: Response<Body>,
    source: ReplySource,
) -> Response<Handed> {
    let counted = source == ReplySource::Service;
    entry.replied(SentReply {
        status: response.status().as_u16(),
        headers: lines(response.headers()),
        body_length: if counted { 0 } else { response.body().size_hint().lower() },
        source,
        complete: response.body().is_end_stream(),
    });
    response.map(|body| Handed { body, rest: Bytes::new(), entry, origin, counted })
}

/// RFC 9110, 8.6: no `Content-Length` in a 204, and in a 304 only that of the 200 it stands for.
/// axum writes `0` on both.
fn has_no_content(status: StatusCode) -> bool {
    [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status)
}

//! The outermost service of an origin: notes what comes and what goes, and changes nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tower::ServiceExt;

use crate::exchange::{ConnectionId, ReceivedRequest, ReplySource, SentReply};
use crate::log::{Arrival, Entry};
use crate::origin::Origin;
use crate::wire::{Lines, Wire};

/// Request bodies are counted up to here; a longer one is answered without being read further.
const MAX_BODY: u64 = 64 << 20;

/// Replies are handed over in pieces, so that a client which leaves midway is told from one that
/// stayed.
const PIECE: usize = 16 << 10;

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
    /// does the rest.
    pub(crate) fn exchange(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = hyper::Result<Response<Handed>>> + use<> {
        let entry = self.origin.log.arrived(self.arrival(&request));
        let router = self.origin.router.clone();
        async move {
            let (parts, body) = request.into_parts();
            entry.body_read(length(body).await?);
            let Ok(response) = router.oneshot(Request::from_parts(parts, Body::empty())).await;
            Ok(note(entry, response))
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

fn note(entry: Entry, mut response: Response<Body>) -> Response<Handed> {
    if has_no_content(response.status()) {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    entry.replied(SentReply {
        status: response.status().as_u16(),
        headers: lines(response.headers()),
        body_length: response.body().size_hint().lower(),
        source: response.extensions().get().copied().unwrap_or(ReplySource::Middleware),
        complete: response.body().is_end_stream(),
    });
    response.map(|body| Handed { body, rest: Bytes::new(), entry })
}

/// RFC 9110, 8.6: no `Content-Length` in a 204, and in a 304 only that of the 200 it stands for.
/// axum writes `0` on both.
fn has_no_content(status: StatusCode) -> bool {
    [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status)
}

/// A reply's body that notices when its end is handed to the connection.
pub(crate) struct Handed {
    body: Body,
    rest: Bytes,
    entry: Entry,
}

impl HttpBody for Handed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)?) {
                Some(frame) => self.rest = frame.into_data().unwrap_or_default(),
                None => return Poll::Ready(None),
            }
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        if self.is_end_stream() {
            self.entry.completed();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}

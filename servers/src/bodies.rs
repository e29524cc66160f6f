//! Bodies that report to the log how many of their bytes were transferred.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use crate::exchange::Fault;
use crate::log::Entry;
use crate::origin::Origin;
use crate::paced::ClosedByScript;

/// A request body that is counted while a service reads it.
pub(crate) struct Counted {
    body: Incoming,
    length: u64,
    entry: Entry,
}

impl Counted {
    pub(crate) fn new(body: Incoming, entry: Entry) -> Self {
        if body.is_end_stream() {
            entry.body_read(Some(0));
        }
        Self { body, length: 0, entry }
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx)).transpose()?;
        let data = frame.as_ref().and_then(Frame::data_ref);
        self.length += data.map_or(0, |data| data.len() as u64);
        if self.body.is_end_stream() || frame.is_none() {
            self.entry.body_read(Some(self.length));
        }
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Replies are handed over in pieces, so that a client that leaves midway differs from one that
/// stays.
const PIECE: usize = 16 << 10;

/// A reply body that notices when its end is handed to the connection, and when the end never
/// comes.
pub(crate) struct TrackedBody {
    pub(crate) body: Body,
    pub(crate) rest: Bytes,
    pub(crate) entry: Entry,
    pub(crate) origin: Arc<Origin>,
    /// Whether its length is the number of bytes that pass, and not the announced length.
    pub(crate) counted: bool,
}

impl TrackedBody {
    fn passed(&self, length: usize) {
        if self.counted {
            self.entry.passed(length as u64);
        }
        if self.is_end_stream() {
            self.entry.completed();
        }
    }

    /// What a script does is no fault.
    fn failed(&self, error: axum::Error) -> axum::Error {
        let cause = std::error::Error::source(&error);
        if cause.is_some_and(|cause| cause.is::<ClosedByScript>()) {
            return error;
        }
        let address = &self.origin.address;
        let words = Fault::Service(error.to_string());
        self.entry.connection_failed(address.host.clone(), address.port, words);
        error
    }
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.failed(error)))),
                None => {
                    self.entry.completed();
                    return Poll::Ready(None);
                }
            }
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        self.passed(length);
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

//! Bodies that are sent slowly, or that stop before their end.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use thiserror::Error;
use tokio::time::{Sleep, sleep};

use crate::script::Stop;

/// The script closes the connection.
#[derive(Clone, Copy, Debug, Error)]
#[error("the script closes the connection")]
pub(crate) struct ClosedByScript;

/// A body that is sent one byte at a time if there is a pause, and that has no end if it stops.
pub(crate) struct Paced {
    rest: Bytes,
    pause: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
    stop: Option<Stop>,
    /// Whether all bytes before a stop had their turn to be written to the connection.
    is_flushed: bool,
}

impl Paced {
    pub(crate) fn new(body: Bytes, pause: Option<Duration>, stop: Option<Stop>) -> Self {
        Self { rest: body, pause, sleep: None, stop, is_flushed: false }
    }

    /// The next piece; there is one.
    fn piece(&mut self) -> Bytes {
        let Some(pause) = self.pause else { return std::mem::take(&mut self.rest) };
        let piece = self.rest.split_to(1);
        self.sleep = (!self.rest.is_empty()).then(|| Box::pin(sleep(pause)));
        piece
    }

    /// hyper drops what it has not yet written if a body fails, and writes it if a body is not ready.
    fn stopped(
        &mut self,
        stop: Stop,
        cx: &Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClosedByScript>>> {
        match stop {
            Stop::Hangs(_) => Poll::Pending,
            Stop::Closes(_) if self.is_flushed => Poll::Ready(Some(Err(ClosedByScript))),
            Stop::Closes(_) => {
                self.is_flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = ClosedByScript;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClosedByScript>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        match (self.rest.is_empty(), self.stop) {
            (false, _) => Poll::Ready(Some(Ok(Frame::data(self.piece())))),
            (true, None) => Poll::Ready(None),
            (true, Some(stop)) => self.stopped(stop, cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.stop.is_none()
    }
}

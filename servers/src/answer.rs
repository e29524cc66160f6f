//! Bounds how long a service may take and how much it may answer, and reports what it does instead
//! of answering.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::CONTENT_LENGTH;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use thiserror::Error;
use tokio::time::{Instant, Sleep, sleep_until, timeout_at};
use tower::ServiceExt;

use crate::services::Service;

/// How long a whole response may take, from the request on. A page waits somewhat longer for it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How large a body may be. No page under test needs more, and a browser keeps all of it in memory.
const MAX_BODY: u64 = 64 << 20;

/// What a service did instead of answering, as a message. It is also an extension of the response
/// that replaces the answer.
#[derive(Clone, Debug, Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

/// An extension of a response whose server did not give its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LengthUnsaid;

impl Service {
    /// The response, with a bounded body; or the service's fault.
    pub(crate) async fn answer(self, request: Request) -> Result<Response, Failure> {
        if let Some(words) = self.silence.given_up() {
            return Err(Failure(words));
        }
        let deadline = Instant::now() + TIMEOUT;
        let answering = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match timeout_at(deadline, answering).await {
            Err(_) => Err(self.too_late("did not answer").await),
            Ok(Err(_)) => Err(self.failure("panicked".to_owned()).await),
            Ok(Ok(Ok(response))) => self.checked(response, deadline).await,
        }
    }

    async fn checked(self, mut response: Response, deadline: Instant) -> Result<Response, Failure> {
        if let Some(Failure(did)) = response.extensions_mut().remove() {
            return Err(self.failure(did).await);
        }
        if response.extensions_mut().remove::<LengthUnsaid>().is_some() {
            // axum adds the length where it is known.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        if response.body().is_end_stream() {
            self.silence.broken();
        }
        Ok(response.map(|body| Body::new(Bounded::new(body, self, deadline))))
    }

    async fn failure(&self, did: String) -> Failure {
        Failure(self.fault(&did).await)
    }

    async fn too_late(&self, did: &str) -> Failure {
        let failure = self.failure(format!("{did} within {} s", TIMEOUT.as_secs())).await;
        self.silence.kept(&failure.0);
        failure
    }
}

/// What went wrong with a body.
enum ValueError {
    Late,
    Other(String),
}

/// A body that ends in a [`Failure`] if it breaks off, is too large or takes too long.
struct Bounded {
    body: Body,
    service: Service,
    left: u64,
    deadline: Pin<Box<Sleep>>,
    failing: Option<Pin<Box<dyn Future<Output = Failure> + Send>>>,
}

impl Bounded {
    fn new(body: Body, service: Service, deadline: Instant) -> Self {
        let deadline = Box::pin(sleep_until(deadline));
        Self { body, service, left: MAX_BODY, deadline, failing: None }
    }

    /// The next frame; an error says what the service did instead.
    fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ValueError>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            ready!(self.deadline.as_mut().poll(cx));
            return Poll::Ready(Some(Err(ValueError::Late)));
        };
        let frame = frame.map(|frame| self.counted(frame).map_err(ValueError::Other));
        if frame.is_none() || matches!(frame, Some(Ok(_))) && self.body.is_end_stream() {
            self.service.silence.broken();
        }
        Poll::Ready(frame)
    }

    /// Reports what went wrong, with the service's last output.
    fn fail(&self, wrong: ValueError) -> Pin<Box<dyn Future<Output = Failure> + Send>> {
        let service = self.service.clone();
        Box::pin(async move {
            match wrong {
                ValueError::Late => service.too_late("did not complete its answer").await,
                ValueError::Other(did) => service.failure(did).await,
            }
        })
    }

    fn counted(
        &mut self,
        frame: Result<Frame<Bytes>, axum::Error>,
    ) -> Result<Frame<Bytes>, String> {
        let frame = frame.map_err(|error| broken_off(&error))?;
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        let left = self.left.checked_sub(length);
        self.left = left.ok_or(format!("answered more than {} MiB", MAX_BODY >> 20))?;
        Ok(frame)
    }
}

fn broken_off(error: &axum::Error) -> String {
    let causes =
        std::iter::successors(Some(error as &dyn std::error::Error), |&error| error.source());
    let last = causes.last().map(ToString::to_string).unwrap_or_default();
    format!("stopped in the middle of its answer: {last}")
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if self.failing.is_none() {
            match ready!(self.poll_body(cx)) {
                Some(Err(wrong)) => self.failing = Some(self.fail(wrong)),
                Some(Ok(frame)) => return Poll::Ready(Some(Ok(frame))),
                None => return Poll::Ready(None),
            }
        }
        match &mut self.failing {
            Some(failing) => failing.as_mut().poll(cx).map(|failure| Some(Err(failure))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failing.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

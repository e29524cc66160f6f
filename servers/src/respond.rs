//! Decides what an origin answers to a request, from its script and its middleware, without a
//! socket and without a clock.
//!
//! An origin on the network and the model of the standard both use this [`Responder`].

use std::borrow::Borrow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;

use crate::exchange::ReplySource;
use crate::policy;
use crate::problem::Complaint;
use crate::script::{CorsPolicy, Piece, Reply, Route, Template};
use crate::spelling::{Written, spelled};
use crate::websocket::is_handshake;
use crate::wire::Lines;

/// An origin that answers by a script and counts the requests for each method and path.
#[derive(Debug)]
pub struct Responder<R> {
    routes: R,
    cors: Option<CorsLayer>,
    served: Served,
}

/// A response as it leaves the origin.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status, headers with the content length where there is one, and the content that is sent:
    /// none for `HEAD`.
    pub response: Response<Bytes>,
    /// The body that the script has, even if it is not sent; of a 101, the message of the WebSocket.
    pub said: Bytes,
    /// What produced it.
    pub source: ReplySource,
}

impl Answer {
    /// The header lines as HTTP/1.1 sends them: names as the script spells them.
    pub fn spelled_lines(&self) -> Vec<(String, Vec<u8>)> {
        spelled(self.response.extensions().get(), self.response.headers())
    }

    /// The header lines as HTTP/2 sends them: names in lower case.
    pub fn lower_case_lines(&self) -> Vec<(String, Vec<u8>)> {
        lower_case(self.response.headers())
    }
}

pub(crate) fn lower_case(headers: &HeaderMap) -> Lines {
    headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}

impl<R: Borrow<[Route]>> Responder<R> {
    /// An origin that has received no request.
    ///
    /// # Errors
    /// Every reason why no middleware runs with this policy.
    pub fn new(cors: Option<&CorsPolicy>, routes: R) -> Result<Self, Vec<Complaint>> {
        Ok(Self::behind(cors.map(policy::layer).transpose()?, routes))
    }

    /// The same behind a middleware.
    pub(crate) fn behind(cors: Option<CorsLayer>, routes: R) -> Self {
        Self { routes, cors, served: Served::default() }
    }

    /// The response to a request. `wait` passes the time that the script waits before it answers.
    pub async fn respond<W: Future<Output = ()>>(
        &self,
        path: &str,
        request: Request<()>,
        wait: impl Fn(Duration) -> W,
    ) -> Answer {
        let to_head = request.method() == Method::HEAD;
        let wait = &wait;
        let scripted = |request: Request<()>| async move {
            Ok::<_, Infallible>(self.route(path, &request, wait).await)
        };
        let Ok(response) = match &self.cors {
            None => scripted(request).await,
            Some(layer) => layer.layer(service_fn(scripted)).oneshot(request).await,
        };
        framed(response, to_head)
    }

    /// Path and method are compared exactly; `HEAD` answers as `GET` does, unless it is listed.
    async fn route<W: Future<Output = ()>>(
        &self,
        path: &str,
        request: &Request<()>,
        wait: &impl Fn(Duration) -> W,
    ) -> Response<Bytes> {
        let method = request.method().as_str();
        let number = self.served.count(method, path);
        let Some(route) = self.routes.borrow().iter().find(|route| route.path == path) else {
            return bare(StatusCode::NOT_FOUND, ReplySource::NotFound);
        };
        let Some(reply) = route.reply(method) else { return not_allowed(route) };
        let mut others = reply.instead.iter();
        let other = others.find(|(condition, _)| condition.holds(request.headers(), number));
        let reply = other.map_or(reply, |(_, other)| other);
        if let Some(delay) = reply.delay {
            wait(delay).await;
        }
        if reply.status == SWITCHING_PROTOCOLS && !is_handshake(request.headers()) {
            return bare(StatusCode::UPGRADE_REQUIRED, ReplySource::UpgradeRequired);
        }
        fill(reply, request.headers().get(ORIGIN), &self.served)
    }
}

impl Route {
    fn reply(&self, method: &str) -> Option<&Reply> {
        let named = |name: &str| {
            self.replies.iter().find(|(method, _)| method == name).map(|(_, reply)| reply)
        };
        named(method).or_else(|| named("GET").filter(|_| method == "HEAD"))
    }
}

fn bare(status: StatusCode, source: ReplySource) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.extensions_mut().insert(source);
    response
}

/// RFC 9110, 10.2.1: the supported methods. They are tokens, so the line always parses.
fn not_allowed(route: &Route) -> Response<Bytes> {
    let methods: Vec<_> = route.replies.iter().map(|(method, _)| method.as_str()).collect();
    let mut response = bare(StatusCode::METHOD_NOT_ALLOWED, ReplySource::MethodNotAllowed);
    let line = HeaderValue::from_str(&methods.join(", ")).ok();
    response.headers_mut().extend(line.map(|methods| (ALLOW, methods)));
    response
}

/// The reply of the script with the values of one request filled in. Header lines that no server
/// could send are left out.
fn fill(reply: &Reply, origin: Option<&HeaderValue>, served: &Served) -> Response<Bytes> {
    let body = reply.body.0.iter().filter_map(|piece| bytes(piece, origin, served)).flatten();
    let mut response = Response::new(body.collect());
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or_default();
    let mut written = Vec::with_capacity(reply.headers.len());
    for (name, template) in &reply.headers {
        let parsed = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = filled(template, origin, served);
        let value = value.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        if let (Some(parsed), Some(value)) = (parsed, value) {
            written.push((name.clone(), value.as_bytes().to_vec()));
            response.headers_mut().append(parsed, value);
        }
    }
    response.extensions_mut().insert(Written(written));
    response.extensions_mut().insert(ReplySource::Script);
    response
}

/// `None` if a placeholder has no value.
fn filled(template: &Template, origin: Option<&HeaderValue>, served: &Served) -> Option<Vec<u8>> {
    let pieces: Option<Vec<_>> =
        template.0.iter().map(|piece| bytes(piece, origin, served)).collect();
    Some(pieces?.concat())
}

fn bytes(piece: &Piece, origin: Option<&HeaderValue>, served: &Served) -> Option<Vec<u8>> {
    match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::RequestOrigin => origin.map(|origin| origin.as_bytes().to_vec()),
        Piece::Served { method, path } => {
            Some(served.so_far(method, path).to_string().into_bytes())
        }
    }
}

/// The status of a reply that opens a WebSocket.
const SWITCHING_PROTOCOLS: u16 = StatusCode::SWITCHING_PROTOCOLS.as_u16();

/// Statuses of responses without content.
const WITHOUT_CONTENT: [StatusCode; 3] =
    [StatusCode::SWITCHING_PROTOCOLS, StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];

/// The response with its length. RFC 9110, 8.6: a 101 and a 204 have none, and a 304 has only the length of
/// the corresponding 200.
fn framed(mut response: Response<Bytes>, to_head: bool) -> Answer {
    let source = response.extensions().get().copied().unwrap_or(ReplySource::Middleware);
    let said = response.body().clone();
    if !WITHOUT_CONTENT.contains(&response.status()) {
        let length = HeaderValue::from(response.body().len());
        response.headers_mut().insert(CONTENT_LENGTH, length);
    } else {
        response.body_mut().clear();
    }
    let is_message = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let said = if is_message { said } else { response.body().clone() };
    if to_head {
        response.body_mut().clear();
    }
    Answer { response, said, source }
}

/// How many requests one origin received for each method and path.
#[derive(Debug, Default)]
struct Served(Mutex<HashMap<(String, String), u64>>);

impl Served {
    /// Counts a request, and returns how many there are with it.
    fn count(&self, method: &str, path: &str) -> u64 {
        let key = (method.to_owned(), path.to_owned());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        *count += 1;
        *count
    }

    fn so_far(&self, method: &str, path: &str) -> u64 {
        let key = (method.to_owned(), path.to_owned());
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&key).copied().unwrap_or_default()
    }
}

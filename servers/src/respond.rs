//! Decides what an origin answers to a request, from its script and its middleware, without a
//! socket and without a clock.
//!
//! An origin on the network and the model of the standard both use this [`Responder`].

use std::borrow::Borrow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, ORIGIN};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;

use crate::exchange::ReplySource;
use crate::script::{
    CorsPolicy, Delivery, HeaderLine, Interim, Piece, Point, Replies, Reply, Routes, Status, Stop,
};
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
    pub full_body: Bytes,
    /// What produced it.
    pub source: ReplySource,
    /// How the script delivers it.
    pub delivered: Delivered,
}

/// How a script delivers an answer, with the values of the request filled in.
#[derive(Clone, Debug, Default)]
pub struct Delivered {
    /// The informational responses before it, as HTTP/1.1 sends them.
    pub(crate) interim: Vec<u8>,
    /// The header lines of all of these.
    pub interim_lines: Vec<(String, Vec<u8>)>,
    /// The time between two bytes of the body.
    pub pause: Option<Duration>,
    /// Where the answer stops before its end.
    pub stop: Option<Stop>,
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

impl<R: Borrow<Routes>> Responder<R> {
    /// An origin that has received no request.
    pub fn new(cors: Option<&CorsPolicy>, routes: R) -> Self {
        Self { routes, cors: cors.map(|policy| policy.layer().clone()), served: Served::default() }
    }

    /// The response to a request that arrived at this Unix time. `wait` passes the time that the script waits before it
    /// answers.
    pub async fn respond<W: Future<Output = ()>>(
        &self,
        path: &str,
        request: Request<()>,
        arrived: Duration,
        wait: impl Fn(Duration) -> W,
    ) -> Answer {
        let to_head = request.method() == Method::HEAD;
        let wait = &wait;
        let scripted = |request: Request<()>| async move {
            Ok::<_, Infallible>(self.route(path, &request, arrived, wait).await)
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
        arrived: Duration,
        wait: &impl Fn(Duration) -> W,
    ) -> Response<Bytes> {
        let method = request.method();
        let number = self.served.count(method.as_str(), path);
        let Some(replies) = self.routes.borrow().get(path) else {
            return bare(StatusCode::NOT_FOUND, ReplySource::NotFound);
        };
        let Some(reply) = reply_to(method, replies) else { return not_allowed(replies) };
        let mut others = reply.instead.iter();
        let other = others.find(|(condition, _)| condition.holds(request.headers(), number));
        let reply = other.map_or(reply, |(_, other)| other);
        if let Some(delay) = reply.delay {
            wait(delay).await;
        }
        if reply.status == Status::SWITCHING_PROTOCOLS && !is_handshake(request.headers()) {
            return bare(StatusCode::UPGRADE_REQUIRED, ReplySource::UpgradeRequired);
        }
        let origin = request.headers().get(ORIGIN);
        Values { origin, arrived, served: &self.served }.fill(reply)
    }
}

fn reply_to<'r>(method: &Method, replies: &'r Replies) -> Option<&'r Reply> {
    let of_get = || replies.get(&Method::GET).filter(|_| *method == Method::HEAD);
    replies.get(method).or_else(of_get)
}

fn bare(status: StatusCode, source: ReplySource) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.extensions_mut().insert(source);
    response
}

/// RFC 9110, 10.2.1: the supported methods. They are tokens, so the line always parses.
fn not_allowed(replies: &Replies) -> Response<Bytes> {
    let methods: Vec<_> = replies.keys().map(Method::as_str).collect();
    let mut response = bare(StatusCode::METHOD_NOT_ALLOWED, ReplySource::MethodNotAllowed);
    let line = HeaderValue::from_str(&methods.join(", ")).ok();
    response.headers_mut().extend(line.map(|methods| (ALLOW, methods)));
    response
}

/// The values of one request.
struct Values<'r> {
    origin: Option<&'r HeaderValue>,
    arrived: Duration,
    served: &'r Served,
}

impl Values<'_> {
    /// The reply of the script with these values filled in.
    fn fill(&self, reply: &Reply) -> Response<Bytes> {
        let body = reply.body.0.iter().filter_map(|piece| self.bytes(piece)).flatten();
        let mut response = Response::new(body.collect());
        *response.status_mut() = reply.status.into();
        let mut written = Vec::with_capacity(reply.headers.len());
        for line in &reply.headers {
            if let Some(value) = self.value(line) {
                written.push((line.name.as_str().to_owned(), value.as_bytes().to_vec()));
                response.headers_mut().append(line.name.parsed().clone(), value);
            }
        }
        let Delivery { interim, pause, stop } = &reply.delivery;
        let lines = interim.iter().flat_map(|interim| self.lines(&interim.headers)).collect();
        let interim = interim.iter().flat_map(|interim| self.interim(interim)).collect();
        let (pause, stop) = (*pause, *stop);
        response.extensions_mut().insert(Delivered { interim, interim_lines: lines, pause, stop });
        response.extensions_mut().insert(Written(written));
        response.extensions_mut().insert(ReplySource::Script);
        response
    }

    /// Every text of a line can be sent, and so can an origin that was received. `None` if a placeholder has no value.
    fn value(&self, line: &HeaderLine) -> Option<HeaderValue> {
        let pieces = line.value.template().0.iter().map(|piece| self.bytes(piece));
        HeaderValue::from_bytes(&pieces.collect::<Option<Vec<_>>>()?.concat()).ok()
    }

    fn bytes(&self, piece: &Piece) -> Option<Vec<u8>> {
        match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::RequestOrigin => self.origin.map(|origin| origin.as_bytes().to_vec()),
            Piece::Date { offset } => Some(http_date(self.arrived, *offset).into_bytes()),
            Piece::Served { method, path } => {
                Some(self.served.so_far(method, path).to_string().into_bytes())
            }
        }
    }

    /// The lines whose placeholders have values.
    fn lines(&self, lines: &[HeaderLine]) -> Lines {
        let line = |line: &HeaderLine| {
            Some((line.name.as_str().to_owned(), self.value(line)?.as_bytes().to_vec()))
        };
        lines.iter().filter_map(line).collect()
    }

    fn interim(&self, interim: &Interim) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n", interim.status.phrase()).into_bytes();
        for (name, value) in self.lines(&interim.headers) {
            let parts = [name.as_bytes(), b": ", &value, b"\r\n"];
            parts.into_iter().for_each(|part| head.extend_from_slice(part));
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// The last second that a date of HTTP can be, in the year 9999: RFC 9110, 5.6.7.
const LAST_DATE: u64 = 253_402_300_799;

/// A Unix time with an offset in seconds, as a date of HTTP.
fn http_date(time: Duration, offset: i64) -> String {
    let seconds = time.as_secs().saturating_add_signed(offset).min(LAST_DATE);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Statuses of responses without content.
const WITHOUT_CONTENT: [StatusCode; 3] =
    [StatusCode::SWITCHING_PROTOCOLS, StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];

/// The response with its length. RFC 9110, 8.6: a 101 and a 204 have none, and a 304 has only the length of
/// the corresponding 200. A body that stops before its end announces at least one byte more than is sent.
fn framed(mut response: Response<Bytes>, to_head: bool) -> Answer {
    let source = response.extensions().get().copied().unwrap_or(ReplySource::Middleware);
    let delivered: Delivered = response.extensions_mut().remove().unwrap_or_default();
    let full_body = response.body().clone();
    if !WITHOUT_CONTENT.contains(&response.status()) {
        let length = full_body.len();
        let length = match delivered.stop.map(Stop::point) {
            None | Some(Point::BeforeHeaders) => length,
            Some(Point::AfterHeaders) => length.max(1),
            Some(Point::InBody) => length + 1,
        };
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    } else {
        response.body_mut().clear();
    }
    let is_message = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let full_body = if is_message { full_body } else { response.body().clone() };
    let is_cut = delivered.stop.is_some_and(|stop| stop.point() != Point::InBody);
    if to_head || is_cut {
        response.body_mut().clear();
    }
    Answer { response, full_body, source, delivered }
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

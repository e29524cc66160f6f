//! An origin as an axum router: it plays the script and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use http::header::{ALLOW, ORIGIN};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::check::{CheckedOrigin, CheckedRoute};
use crate::exchange::ReplySource;
use crate::log::Log;
use crate::reply::{CheckedReply, Facts, Served};
use crate::script::{Address, Versions};
use crate::services::Service;
use crate::tls::{Authority, TlsError};

/// One origin while it is reachable.
pub(crate) struct Origin {
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    pub(crate) router: Router,
    /// What answers in place of the router.
    pub(crate) service: Option<Service>,
    /// Whether no client may come back on a connection of before.
    pub(crate) hangs_up: bool,
    /// Who is connected to any origin of its tenancy.
    pub(crate) guests: TaskTracker,
    /// The log of its tenancy.
    pub(crate) log: Arc<Log>,
    /// Cancelled when its tenancy ends.
    pub(crate) end: CancellationToken,
    /// Made for its first connection, gone with it: a lab may see thousands of hosts.
    tls: OnceLock<Arc<ServerConfig>>,
}

impl Origin {
    pub(crate) fn new(script: CheckedOrigin, log: Arc<Log>, stay: Stay) -> Self {
        let (address, versions) = (script.address.clone(), script.versions);
        let (service, hangs_up) = (script.service.clone(), script.hangs_up);
        let (router, tls, Stay { end, guests }) = (router(script), OnceLock::new(), stay);
        Self { address, versions, router, service, hangs_up, guests, log, end, tls }
    }

    /// Settings with a certificate for its host.
    pub(crate) fn tls(&self, authority: &Authority) -> Result<Arc<ServerConfig>, TlsError> {
        if let Some(known) = self.tls.get() {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(authority.settings(&self.address.host, self.versions)?);
        Ok(Arc::clone(self.tls.get_or_init(|| fresh)))
    }
}

/// How long the origins of a tenancy are there, and for whom.
#[derive(Clone)]
pub(crate) struct Stay {
    pub(crate) end: CancellationToken,
    pub(crate) guests: TaskTracker,
}

fn router(script: CheckedOrigin) -> Router {
    let served = Arc::new(Served::default());
    let router = script.routes.into_iter().fold(unlisted(&served), |router, route| {
        router.route(&literal(&route.path), listed(route, &served))
    });
    match script.cors {
        Some(layer) => router.layer(layer),
        None => router,
    }
}

/// The path in axum's notation: braces would capture, a leading `:` or `*` would panic but for
/// `without_v07_checks`.
fn literal(path: &str) -> String {
    path.replace('{', "{{").replace('}', "}}")
}

fn unlisted(served: &Arc<Served>) -> Router {
    let served = Arc::clone(served);
    let not_found = move |request: Request| async move {
        served.count(request.method(), request.uri().path());
        bare(StatusCode::NOT_FOUND, ReplySource::NotFound)
    };
    Router::new().without_v07_checks().fallback(not_found)
}

fn listed(route: CheckedRoute, served: &Arc<Served>) -> MethodRouter {
    let stage = Arc::new(Stage {
        allow: allow(&route.replies),
        replies: route.replies.into_iter().collect(),
        served: Arc::clone(served),
    });
    any(move |request: Request| async move { stage.play(&request.into_parts().0).await })
}

/// RFC 9110, 10.2.1: the methods that are supported. They are tokens, so the line always parses.
fn allow(replies: &[(Method, CheckedReply)]) -> Option<HeaderValue> {
    let methods: Vec<_> = replies.iter().map(|(method, _)| method.as_str()).collect();
    HeaderValue::from_str(&methods.join(", ")).ok()
}

pub(crate) fn bare(status: StatusCode, source: ReplySource) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.extensions_mut().insert(source);
    response
}

/// One path and its replies.
struct Stage {
    replies: HashMap<Method, CheckedReply>,
    allow: Option<HeaderValue>,
    served: Arc<Served>,
}

impl Stage {
    async fn play(&self, request: &Parts) -> Response {
        self.served.count(&request.method, request.uri.path());
        match self.reply(&request.method) {
            Some(reply) => self.scripted(reply, request).await,
            None => self.not_allowed(),
        }
    }

    /// axum takes the body off every answer to `HEAD` and leaves the length.
    fn reply(&self, method: &Method) -> Option<&CheckedReply> {
        let get = || self.replies.get(&Method::GET).filter(|_| method == Method::HEAD);
        self.replies.get(method).or_else(get)
    }

    async fn scripted(&self, reply: &CheckedReply, request: &Parts) -> Response {
        if let Some(delay) = reply.delay {
            tokio::time::sleep(delay).await;
        }
        let facts = Facts { origin: request.headers.get(ORIGIN), served: &self.served };
        let mut response = reply.fill(facts);
        response.extensions_mut().insert(ReplySource::Script);
        response
    }

    fn not_allowed(&self) -> Response {
        let mut response = bare(StatusCode::METHOD_NOT_ALLOWED, ReplySource::MethodNotAllowed);
        response.headers_mut().extend(self.allow.clone().map(|methods| (ALLOW, methods)));
        response
    }
}

//! Services that answer at an origin instead of a script: any [`Router`], such as a reverse proxy
//! to a real server.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use http::HeaderMap;
use tower::util::MapResponseLayer;

use crate::circuit_breaker::CircuitBreaker;

/// Returns what is known about a service that did not answer as it should: how its process ended,
/// and its last lines of output. `None` if nothing is known.
pub type LastWords =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;

/// A service, and its name in messages.
#[derive(Clone)]
pub struct Service {
    pub(crate) router: Router,
    called: String,
    last_words: Option<LastWords>,
    pub(crate) silence: Arc<CircuitBreaker>,
}

impl Service {
    /// A service with this name in messages, such as `http://127.0.0.1:8000`.
    pub fn new(called: impl Into<String>, router: Router) -> Self {
        let silence = Arc::new(CircuitBreaker::new(NonZeroU32::MAX));
        Self { router, called: called.into(), last_words: None, silence }
    }

    /// The same service. After this many requests in a row without a response in time, it gets no
    /// more requests.
    #[must_use]
    pub fn given_up_after(self, unanswered: NonZeroU32) -> Self {
        Self { silence: Arc::new(CircuitBreaker::new(unanswered)), ..self }
    }

    /// The same service, with a function that says what happened to it.
    #[must_use]
    pub fn with_last_words(self, last_words: LastWords) -> Self {
        Self { last_words: Some(last_words), ..self }
    }

    /// The same service. Every `Access-Control-…` line is removed from its responses, and nothing
    /// else.
    #[must_use]
    pub fn without_cors(self) -> Self {
        Self { router: self.router.layer(MapResponseLayer::new(without_cors)), ..self }
    }

    /// The fault of a service that did something other than answer.
    pub(crate) async fn fault(&self, did: &str) -> String {
        let last_words = match &self.last_words {
            Some(last_words) => last_words().await,
            None => None,
        };
        let printed = last_words.map(|words| format!("; {words}")).unwrap_or_default();
        format!("{} {did}{printed}", self.called)
    }
}

/// Rebuilds the headers, because removing a line would move the last one into its place.
fn without_cors(mut response: Response) -> Response {
    let lines = response.headers().iter();
    let kept = lines.filter(|(name, _)| !name.as_str().starts_with("access-control-"));
    let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
    let mut headers = HeaderMap::new();
    kept.for_each(|(name, value)| _ = headers.append(name, value));
    *response.headers_mut() = headers;
    response
}

/// Services, by the names that scripts use.
#[derive(Clone, Debug, Default)]
pub struct Services(HashMap<String, Service>);

impl Services {
    /// Adds a service, or replaces the one with this name.
    pub fn add(&mut self, name: impl Into<String>, service: Service) {
        self.0.insert(name.into(), service);
    }

    /// Why a service gets no more requests, if it gets none.
    pub fn given_up(&self, name: &str) -> Option<String> {
        self.get(name)?.silence.given_up()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Service> {
        self.0.get(name)
    }
}

/// A router has no `Debug` output.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Service").field(&self.called).finish()
    }
}

//! The secrets in a server's output: values that only the server and its clients should know.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use tower::util::{MapRequestLayer, MapResponseLayer};

use crate::secrets::Secrets;

/// Values of a server's environment, and of the cookies and `Authorization` lines that passed.
#[derive(Clone, Debug, Default)]
pub(super) struct ObservedSecrets(Arc<Mutex<Secrets>>);

impl ObservedSecrets {
    /// Learns a variable of its environment.
    pub(super) fn learn(&self, name: &str, value: &str) {
        self.all().learn(name, value);
    }

    /// Learns from everything that passes to a router and back.
    pub(super) fn listen(&self, router: Router) -> Router {
        let (asked, answered) = (self.clone(), self.clone());
        let request = move |request: Request| {
            asked.learn_from(request.headers());
            request
        };
        let response = move |response: Response| {
            answered.learn_from(response.headers());
            response
        };
        router.layer(MapRequestLayer::new(request)).layer(MapResponseLayer::new(response))
    }

    /// A text in which each secret is replaced by its length.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        self.all().hidden_in(text)
    }

    fn learn_from(&self, headers: &HeaderMap) {
        let mut all = self.all();
        for (name, line) in headers {
            all.learn_line(name.as_str(), &String::from_utf8_lossy(line.as_bytes()));
        }
    }

    fn all(&self) -> MutexGuard<'_, Secrets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What is known about a server: how it ended, and its last output without secrets, which are values that only the
//! server and its clients should know.

use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use tokio::sync::watch::Receiver;
use tower::util::{MapRequestLayer, MapResponseLayer};

use crate::children::LastWords;
use crate::secrets::Secrets;

/// How long after its connections the end of a process is known.
const MOMENT: Duration = Duration::from_millis(500);

/// The end and the last output of a server.
#[derive(Clone, Debug)]
pub(super) struct ServerExit {
    pub(super) exit: Receiver<Option<ExitStatus>>,
    pub(super) lines: LastWords,
    pub(super) secrets: ObservedSecrets,
}

impl ServerExit {
    /// How it ended, if it did, and its last output.
    pub(super) async fn words(mut self) -> String {
        // Its end is known a moment after that of its connections.
        let ended = self.exit.wait_for(Option::is_some);
        let ended = tokio::time::timeout(MOMENT, ended).await.ok();
        let status = ended.and_then(|status| status.ok().and_then(|status| *status));
        match status {
            Some(status) => format!("it ended ({status}); {}", self.last_words()),
            None => self.last_words(),
        }
    }

    /// Waits for its end.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        self.exit.wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    /// The last lines, without secrets.
    pub(super) fn last_words(&self) -> String {
        match self.printed() {
            printed if printed.is_empty() => "it printed nothing".to_owned(),
            printed => format!("its last output:\n{printed}"),
        }
    }

    /// The last lines themselves, if there are any.
    pub(super) fn printed(&self) -> String {
        self.secrets.hidden_in(self.lines.text().trim())
    }
}

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

//! A driver or grid that answers for its status and opens no session.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What it does with a request for a session.
#[derive(Clone, Copy)]
pub enum Sessions {
    /// A browser does not start.
    Refused,
    /// The first node does not answer, and the browser of the next one does not start.
    LostNode,
    /// None is ever free.
    Awaited,
}

/// It listens as long as this exists.
pub struct StubDriver {
    pub url: String,
    _runtime: Runtime,
}

impl StubDriver {
    /// A driver without nodes.
    pub fn driver(sessions: Sessions) -> Self {
        Self::serve(json!({ "value": { "ready": true, "message": "" } }), sessions)
    }

    /// A grid with one node that has one slot for each of these browsers.
    pub fn grid(browsers: &[&str], sessions: Sessions) -> Self {
        let taken = matches!(sessions, Sessions::Awaited);
        let slot = |browser: &&str| {
            let session = taken.then(|| json!({ "sessionId": "another one's" }));
            json!({ "stereotype": { "browserName": browser }, "session": session })
        };
        let slots: Vec<_> = browsers.iter().map(slot).collect();
        let node = json!({
            "uri": "http://127.0.0.1:5555", "availability": "UP", "maxSessions": 8, "slots": slots,
        });
        Self::serve(json!({ "value": { "ready": true, "message": "", "nodes": [node] } }), sessions)
    }

    fn serve(status: Value, sessions: Sessions) -> Self {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let runtime = Runtime::new().unwrap();
        let session = move || async move {
            let words = match sessions {
                Sessions::Awaited => std::future::pending().await,
                Sessions::LostNode if ASKED.fetch_add(1, Ordering::Relaxed) == 0 => {
                    "Could not start a new session. Connection error (POST http://10.0.0.7:5555/) \nHost info: 'vm'"
                }
                _ => "session not created: no display\nBuild info: version: '4.48.0'",
            };
            let error =
                json!({ "error": "session not created", "message": words, "stacktrace": "" });
            let json = [(CONTENT_TYPE, "application/json; charset=utf-8")];
            (StatusCode::INTERNAL_SERVER_ERROR, json, json!({ "value": error }).to_string())
        };
        let router = Router::new()
            .route("/status", get(move || async move { status.to_string() }))
            .route("/session", post(session));
        let url = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/", listener.local_addr().unwrap());
            tokio::spawn(async { axum::serve(listener, router).await });
            url
        });
        Self { url, _runtime: runtime }
    }
}

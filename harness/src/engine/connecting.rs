//! Opens a session with a driver, and closes it again if it cannot be used.

use fantoccini::error::NewSessionError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use url::Url;

use super::EngineError;
use super::grid::{innermost, unreachable};
use crate::children::Opening;

/// An open session that has received no command yet. Dropping it closes the session.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) client: Client,
    /// URL of the driver.
    pub(super) driver: String,
    /// URL of the session.
    pub(super) address: String,
}

impl Connected {
    /// Requests a session from the driver at `url`.
    pub(super) async fn to(url: &str, capabilities: Capabilities) -> Result<Self, EngineError> {
        let session = Self::request(url, capabilities).await;
        session.map_err(|error| EngineError::Session { words: refusal(&error) })
    }

    async fn request(url: &str, capabilities: Capabilities) -> Result<Self, NewSessionError> {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(url).await?;
        let id = client.session_id().await.ok().flatten().unwrap_or_default();
        let address = format!("{}/session/{id}", url.trim_end_matches('/'));
        Ok(Self { client, driver: url.to_owned(), address })
    }

    /// The same with an external driver. The clean-up knows the session from the moment it is
    /// requested, even if nothing waits for it any more, because the driver is going to open it.
    pub(super) async fn to_remote(
        url: &str,
        capabilities: Capabilities,
    ) -> Result<Self, EngineError> {
        let (opening, url) = (Opening::expect(), url.to_owned());
        let connecting = tokio::spawn(async move {
            let connected = Self::request(&url, capabilities).await;
            let connected = connected.map_err(|error| refused(&url, &error))?;
            opening.session(connected.address.clone());
            Ok::<_, EngineError>(connected)
        });
        let broken =
            |error: tokio::task::JoinError| EngineError::Session { words: error.to_string() };
        connecting.await.map_err(broken)?
    }
}

/// Words of Selenium Grid about a session that it has not given to a browser: a node that does not answer, and a request
/// that was in the queue for too long.
const OF_THE_GRID: [&str; 2] = ["Connection error (", "New session request timed out"];

/// Why a driver or grid opens no session.
fn refused(url: &str, error: &NewSessionError) -> EngineError {
    let lost = match error {
        NewSessionError::Failed(error) => Some(innermost(error)),
        NewSessionError::FailedC(error) => Some(innermost(error)),
        NewSessionError::Lost(error) => Some(innermost(error)),
        _ => None,
    };
    if let (Some(words), Ok(url)) = (&lost, Url::parse(url)) {
        return unreachable(&url, words);
    }
    let words = lost.unwrap_or_else(|| refusal(error));
    match OF_THE_GRID.iter().any(|known| words.contains(known)) {
        true => EngineError::Queue { words },
        false => EngineError::Session { words },
    }
}

/// What Selenium Grid adds to the message of a driver.
const ADDED: [&str; 4] = ["Host info:", "Build info:", "System info:", "Driver info:"];

/// A driver's message about a session that it does not open, without its stack trace.
fn refusal(error: &NewSessionError) -> String {
    let words = match error {
        NewSessionError::SessionNotCreated(error) => error.message.to_string(),
        NewSessionError::NotW3C(answer) => match &answer["message"] {
            Value::String(message) => message.clone(),
            _ => answer.to_string(),
        },
        error => error.to_string(),
    };
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let own = lines.filter(|line| !ADDED.iter().any(|added| line.starts_with(added)));
    own.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unexpected_answer_of_a_driver_is_quoted() {
        let message = "Process (pid=1) unexpectedly closed with status 11";
        let answer = json!({ "error": "unknown error", "message": message, "data": null });
        assert_eq!(refusal(&NewSessionError::NotW3C(answer)), message);
        assert_eq!(refusal(&NewSessionError::NotW3C(json!(["odd"]))), r#"["odd"]"#);
    }

    #[test]
    fn a_lost_node_differs_from_a_browser_that_does_not_start() {
        let answer = |message: &str| NewSessionError::NotW3C(json!({ "message": message }));
        let url = "http://127.0.0.1:4444/";
        let lost = "Could not start a new session. Connection error (POST http://10.0.0.7:5555/se/grid/node/session) \n\
                    Host info: host: 'vm', ip: '127.0.0.1'\nBuild info: version: '4.48.0'";
        assert!(matches!(refused(url, &answer(lost)), EngineError::Queue { .. }));
        let waited = "Could not start a new session. New session request timed out ";
        assert!(matches!(refused(url, &answer(waited)), EngineError::Queue { .. }));
        let own = "session not created: Chrome instance exited\nSystem info: os.name: 'Linux'";
        let words = "the driver opened no session: session not created: Chrome instance exited";
        assert_eq!(refused(url, &answer(own)).to_string(), words);
    }
}

//! Opens a session with a driver, and closes it again if it cannot be used.

use fantoccini::error::NewSessionError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use super::EngineError;
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
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(url)
            .await
            .map_err(|error| EngineError::Session { words: refusal(&error) })?;
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
            let connected = Self::to(&url, capabilities).await?;
            opening.session(connected.address.clone());
            Ok::<_, EngineError>(connected)
        });
        let broken =
            |error: tokio::task::JoinError| EngineError::Session { words: error.to_string() };
        connecting.await.map_err(broken)?
    }
}

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
    words.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_driver_that_answers_in_another_form_is_quoted_all_the_same() {
        let message = "Process (pid=1) unexpectedly closed with status 11";
        let answer = json!({ "error": "unknown error", "message": message, "data": null });
        assert_eq!(refusal(&NewSessionError::NotW3C(answer)), message);
        assert_eq!(refusal(&NewSessionError::NotW3C(json!(["odd"]))), r#"["odd"]"#);
    }
}

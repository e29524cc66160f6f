//! Opening a session with a driver, and closing it again where it cannot be used.

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

use super::EngineError;
use crate::children::Opening;

/// A session that is open, of which nothing was asked yet. Dropping it closes the session.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) client: Client,
    /// URL of the driver.
    pub(super) driver: String,
    /// URL of the session.
    pub(super) address: String,
}

impl Connected {
    /// Asks the driver at `url` for a session.
    pub(super) async fn to(url: &str, capabilities: Capabilities) -> Result<Self, EngineError> {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(url)
            .await
            .map_err(|error| EngineError::Session { words: format!("{error:?}") })?;
        let id = client.session_id().await.ok().flatten().unwrap_or_default();
        let address = format!("{}/session/{id}", url.trim_end_matches('/'));
        Ok(Self { client, driver: url.to_owned(), address })
    }

    /// The same with a driver of somebody else. The session is known to whoever ends everything from the
    /// moment that it is asked for, also where nobody waits for it any more: it is going to be there.
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

//! One browser session over WebDriver: open, navigate, play.

use std::time::Duration;

use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::{CALL_PATIENCE, EngineError, chromium};
use crate::observation::RowSeen;
use crate::plan::{PlannedRow, Stage};

const PAGE_SCRIPT: &str = include_str!("page.js");

/// A browser with a profile of its own, driven through one WebDriver session.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// The engine's version, as the session's capabilities tell it.
    pub version: String,
}

impl Browser {
    /// Opens a session with the driver at `url`.
    pub async fn open(url: &str, capabilities: Capabilities) -> Result<Self, EngineError> {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(url)
            .await
            .map_err(|error| EngineError::Session { words: format!("{error:?}") })?;
        let version = client
            .capabilities()
            .and_then(|capabilities| {
                capabilities.get("browserVersion")?.as_str().map(str::to_owned)
            })
            .unwrap_or_default();
        let browser = Self { client, version };
        browser.set_deadlines().await?;
        Ok(browser)
    }

    /// The driver's own deadlines: it always answers, if only to say that the page did not. A whole
    /// stage may take as long as all its calls one after another; each is bounded by itself.
    async fn set_deadlines(&self) -> Result<(), EngineError> {
        let script = CALL_PATIENCE * 400;
        let page = Duration::from_secs(30);
        let deadlines = TimeoutConfiguration::new(Some(script), Some(page), None);
        self.client.update_timeouts(deadlines).await.map_err(|error| failed("set deadlines", error))
    }

    /// Opens the stage's page and goes to where its steps run.
    pub async fn enter(&self, stage: &Stage) -> Result<(), EngineError> {
        let navigated = async {
            self.client.goto(&stage.url).await?;
            if stage.in_frame {
                self.client.enter_frame(0).await?;
            }
            self.client.execute("return self.origin", Vec::new()).await
        };
        let origin = navigated.await.map_err(|error| failed("open the page", error))?;
        if origin == stage.origin {
            return Ok(());
        }
        Err(EngineError::Page { wanted: stage.origin.clone(), got: origin.to_string() })
    }

    /// Plays rows at the same time in the page that was entered; reports stand in the order of the rows.
    pub async fn play(&self, rows: &[PlannedRow]) -> Result<Vec<RowSeen>, EngineError> {
        let mut planted = Vec::with_capacity(rows.len());
        for row in rows {
            planted.push(chromium::plant(self, &row.cookies).await);
        }
        let plays: Vec<_> = rows.iter().map(|row| &row.play).collect();
        let arguments = vec![json!(plays), json!(CALL_PATIENCE.as_millis())];
        let reports = self.client.execute_async(PAGE_SCRIPT, arguments).await;
        let reports = reports.map_err(|error| failed("run the page's script", error))?;
        let mut seen: Vec<RowSeen> = serde_json::from_value(reports)
            .map_err(|error| failed("read the page's report", error))?;
        for (seen, planted) in seen.iter_mut().zip(planted) {
            seen.trouble = planted.err();
        }
        Ok(seen)
    }

    /// Sends a command of the driver's own below `/session/{id}/`.
    pub(super) async fn vendor_command(
        &self,
        path: &'static str,
        body: Value,
    ) -> Result<Value, EngineError> {
        let command = VendorCommand { path, body };
        self.client.issue_cmd(command).await.map_err(|error| failed(path, error))
    }
}

fn failed(what: &'static str, error: impl std::fmt::Display) -> EngineError {
    EngineError::Command { what, words: error.to_string() }
}

#[derive(Debug)]
struct VendorCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for VendorCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A JSON object from pairs, as capabilities want it.
pub(super) fn object(
    pairs: impl IntoIterator<Item = (&'static str, Value)>,
) -> serde_json::Map<String, Value> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

//! Chromium's own protocol, for what the driver does not pass on: its log leaves out frames that
//! have their own process, and calls that are refused before there is a request.

use std::collections::BTreeMap;

use reqwest::Client;
use serde_json::{Value, json};

use super::EngineError;
use super::channel::{Channel, TIMEOUT, failed};

/// A connection that listens to the log of pages and frames. Network events would report every
/// request, and rows would take half as long again.
#[derive(Debug)]
pub(super) struct DevTools {
    channel: Channel,
    /// Sessions by the page or frame they are attached to.
    sessions: BTreeMap<String, String>,
}

impl DevTools {
    /// Connects to the WebSocket of a browser.
    pub(super) async fn connect(url: &str) -> Result<Self, EngineError> {
        let channel = Channel::connect(url).await?;
        Ok(Self { channel, sessions: BTreeMap::new() })
    }

    /// Sends a command to the browser itself and returns its result.
    pub(super) async fn command(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, EngineError> {
        self.channel.command(method, json!({ "params": params })).await
    }

    /// Whether the browser has a page or frame of this name.
    pub(super) async fn has(&mut self, target: &str) -> Result<bool, EngineError> {
        Ok(self.open_targets().await?.iter().any(|open| open == target))
    }

    /// Listens to all pages and frames that are open now, and to no others.
    pub(super) async fn listen(&mut self) -> Result<(), EngineError> {
        let open = self.open_targets().await?;
        self.sessions.retain(|target, _| open.contains(target));
        for target in open {
            if !self.sessions.contains_key(&target) {
                let session = self.attach(&target).await?;
                self.sessions.insert(target, session);
            }
        }
        Ok(())
    }

    /// Everything that pages and frames have reported so far. The response to a command comes after
    /// everything that was reported before it.
    pub(super) async fn events(&mut self) -> Result<Vec<Value>, EngineError> {
        for session in self.sessions.values() {
            let question = json!({ "sessionId": session });
            self.channel.command("Runtime.getIsolateId", question).await?;
        }
        Ok(self.channel.events())
    }

    async fn open_targets(&mut self) -> Result<Vec<String>, EngineError> {
        let targets = self.channel.command("Target.getTargets", json!({})).await?;
        let targets = targets["targetInfos"].as_array().into_iter().flatten();
        let shown = targets.filter(|target| target["type"] == "page" || target["type"] == "iframe");
        Ok(shown.filter_map(|target| target["targetId"].as_str().map(str::to_owned)).collect())
    }

    async fn attach(&mut self, target: &str) -> Result<String, EngineError> {
        const ATTACH: &str = "Target.attachToTarget";
        let params = json!({ "params": { "targetId": target, "flatten": true } });
        let attached = self.channel.command(ATTACH, params).await?;
        let session = attached["sessionId"].as_str();
        let session = session.ok_or_else(|| failed(ATTACH, "no session"))?.to_owned();
        for enable in ["Log.enable", "Audits.enable", "Runtime.enable"] {
            self.channel.command(enable, json!({ "sessionId": session })).await?;
        }
        Ok(session)
    }
}

/// The URL of the WebSocket of the browser at the `address` that a driver reports.
pub(super) async fn socket_of(address: &str) -> Result<String, EngineError> {
    const ASK: &str = "get the browser's WebSocket address";
    let answer = async {
        // The browser is on this machine, whatever proxy the environment names.
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let response = client.get(format!("http://{address}/json/version")).send().await?;
        response.error_for_status()?.text().await
    };
    let answer = answer.await.map_err(|error| failed(ASK, error))?;
    let answer: Value = serde_json::from_str(&answer).map_err(|error| failed(ASK, error))?;
    let url = answer["webSocketDebuggerUrl"].as_str().map(str::to_owned);
    url.ok_or_else(|| failed(ASK, "it has none"))
}

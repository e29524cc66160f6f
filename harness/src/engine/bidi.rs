//! A WebDriver BiDi session: a second channel to a browser, for what WebDriver has no command.

use std::time::Duration;

use serde_json::{Value, json};

use super::EngineError;
use super::channel::Channel;

/// A session of a browser that was opened with the capability `webSocketUrl`.
#[derive(Debug)]
pub struct Bidi(Channel);

impl Bidi {
    /// Connects to the address in a session's `webSocketUrl`.
    pub async fn connect(url: &str) -> Result<Self, EngineError> {
        Channel::connect(url).await.map(Self)
    }

    /// Sends a command and returns the `result` of its response. Events that arrive in the meantime
    /// are kept for [`Bidi::events_until`].
    pub async fn command(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, EngineError> {
        self.0.command(method, json!({ "params": params })).await
    }

    /// Subscribes to events with these names, in every page of the browser.
    pub async fn subscribe(&mut self, events: &[&str]) -> Result<(), EngineError> {
        self.command("session.subscribe", json!({ "events": events })).await.map(drop)
    }

    /// Takes events, those kept from before first, up to and including the first that is the last
    /// one. If that does not come before the deadline, or the session ends: all that came.
    pub async fn events_until(
        &mut self,
        is_last: impl Fn(&Value) -> bool,
        deadline: Duration,
    ) -> Vec<Value> {
        self.0.events_until(is_last, deadline).await
    }
}

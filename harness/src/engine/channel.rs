//! Commands with their responses, and events, as JSON over a WebSocket: the common part of
//! WebDriver BiDi and DevTools.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::EngineError;

/// How long a command may take on a busy machine.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// How many events are kept for a later reader; older ones are dropped.
const KEPT: usize = 10_000;

/// A connection to a browser.
///
/// Nothing is read between commands: events wait in the socket.
#[derive(Debug)]
pub(super) struct Channel {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    events: VecDeque<Value>,
}

impl Channel {
    /// Connects to a WebSocket on this machine.
    pub(super) async fn connect(url: &str) -> Result<Self, EngineError> {
        let what = "connect to the browser's WebSocket";
        let connected = in_time(what, connect_async(url)).await?;
        let (socket, _) = connected.map_err(|error| failed(what, error))?;
        Ok(Self { socket, last_id: 0, events: VecDeque::new() })
    }

    /// Sends a command with these members in addition to its id, and returns the `result` of its
    /// response. Events that arrive in the meantime are kept.
    pub(super) async fn command(
        &mut self,
        method: &'static str,
        mut members: Value,
    ) -> Result<Value, EngineError> {
        self.last_id += 1;
        members["id"] = json!(self.last_id);
        members["method"] = json!(method);
        in_time(method, self.exchange(method, members.to_string())).await?
    }

    /// Takes events, those kept from before first, up to and including the first that is the last
    /// one. If that does not come before the deadline, or the connection ends: all that came.
    pub(super) async fn events_until(
        &mut self,
        is_last: impl Fn(&Value) -> bool,
        deadline: Duration,
    ) -> Vec<Value> {
        let mut taken = Vec::new();
        // Whether the event, the deadline or the end stops it: the events that were taken count.
        let _ = timeout(deadline, self.take_until(is_last, &mut taken)).await;
        taken
    }

    /// Takes the events that arrived before the response to the last command.
    pub(super) fn events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events).into()
    }

    async fn take_until(
        &mut self,
        is_last: impl Fn(&Value) -> bool,
        taken: &mut Vec<Value>,
    ) -> Result<(), EngineError> {
        loop {
            while let Some(event) = self.events.pop_front() {
                let last = is_last(&event);
                taken.push(event);
                if last {
                    return Ok(());
                }
            }
            let message = self.receive("wait for events").await?;
            self.keep(message);
        }
    }

    async fn exchange(&mut self, what: &'static str, text: String) -> Result<Value, EngineError> {
        let id = self.last_id;
        let sent = self.socket.send(Message::text(text)).await;
        sent.map_err(|error| failed(what, error))?;
        loop {
            let message = self.receive(what).await?;
            if message["id"] == id {
                return answer(what, message);
            }
            self.keep(message);
        }
    }

    /// The next message: an event, or the response to a command.
    async fn receive(&mut self, what: &'static str) -> Result<Value, EngineError> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).map_err(|error| failed(what, error));
                }
                // The socket itself answers pings.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failed(what, error)),
                None => return Err(failed(what, "the connection has ended")),
            }
        }
    }

    /// Keeps an event. A late response to a command that was given up is dropped.
    fn keep(&mut self, message: Value) {
        if message.get("method").is_some() {
            self.events.push_back(message);
        }
        if self.events.len() > KEPT {
            self.events.pop_front();
        }
    }
}

/// The content of a response: its result, or the browser's error message.
fn answer(what: &'static str, mut message: Value) -> Result<Value, EngineError> {
    match message.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(failed(what, words(&message))),
    }
}

/// An error of BiDi has a name and a `message`; one of DevTools contains a `message`.
fn words(message: &Value) -> String {
    let texts = [&message["error"], &message["message"], &message["error"]["message"]];
    let texts: Vec<_> = texts.into_iter().filter_map(Value::as_str).collect();
    texts.join(": ")
}

async fn in_time<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, EngineError> {
    let late = || failed(what, format!("no answer within {} s", TIMEOUT.as_secs()));
    timeout(TIMEOUT, work).await.map_err(|_| late())
}

/// The error of a command, or of listening.
pub(super) fn failed(what: &'static str, words: impl ToString) -> EngineError {
    EngineError::Command { what, words: words.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tokio_tungstenite::accept_async;

    /// A browser that answers every command with the same messages, in which `"ID"` is the id of
    /// the command.
    async fn browser(messages: &'static [&'static str]) -> Channel {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/session/1", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
            while let Some(Ok(Message::Text(text))) = socket.next().await {
                let command: Value = serde_json::from_str(&text).unwrap();
                for message in messages {
                    let message = message.replace("\"ID\"", &command["id"].to_string());
                    socket.send(Message::text(message)).await.unwrap();
                }
            }
        });
        Channel::connect(&url).await.unwrap()
    }

    const EVENT: &str = r#"{"type":"event","method":"log.entryAdded","params":{"text":"early"}}"#;
    const LAST: &str = r#"{"type":"event","method":"log.entryAdded","params":{"text":"last"}}"#;
    const LATE: &str = r#"{"type":"success","id":4711,"result":{"of":"a command given up"}}"#;
    const DONE: &str = r#"{"type":"success","id":"ID","result":{"done":true}}"#;
    const BIDI_ERROR: &str =
        r#"{"type":"error","id":"ID","error":"unknown command","message":"no such thing"}"#;
    const DEVTOOLS_ERROR: &str =
        r#"{"id":"ID","error":{"code":-32001,"message":"Session with given id not found."}}"#;

    fn texts(events: &[Value]) -> Vec<&str> {
        events.iter().filter_map(|event| event["params"]["text"].as_str()).collect()
    }

    #[tokio::test]
    async fn an_answer_is_found_by_its_id_and_events_before_it_are_kept() {
        let mut channel = browser(&[EVENT, LATE, DONE, LAST, EVENT]).await;
        let result = channel.command("session.status", json!({})).await.unwrap();
        assert_eq!(result, json!({ "done": true }));
        let is_last = |event: &Value| event["params"]["text"] == "last";
        let events = channel.events_until(is_last, TIMEOUT).await;
        assert_eq!(texts(&events), ["early", "last"]);
        let rest = channel.events_until(|_| true, TIMEOUT).await;
        assert_eq!(texts(&rest), ["early"]);
    }

    #[tokio::test]
    async fn events_before_an_answer_can_be_taken_at_once() {
        let mut channel = browser(&[EVENT, LAST, DONE]).await;
        channel.command("session.status", json!({})).await.unwrap();
        assert_eq!(texts(&channel.events()), ["early", "last"]);
        assert!(channel.events().is_empty());
    }

    #[tokio::test]
    async fn an_error_quotes_the_browser() {
        for (message, words) in [
            (BIDI_ERROR, "the driver could not a.b: unknown command: no such thing"),
            (DEVTOOLS_ERROR, "the driver could not a.b: Session with given id not found."),
        ] {
            let mut channel = browser(vec![message].leak()).await;
            let error = channel.command("a.b", json!({})).await.unwrap_err();
            assert_eq!(error.to_string(), words);
        }
    }

    #[tokio::test]
    async fn without_the_last_event_the_deadline_ends_the_wait() {
        let mut channel = browser(&[EVENT, DONE]).await;
        channel.command("session.status", json!({})).await.unwrap();
        let events = channel.events_until(|_| false, Duration::from_millis(1)).await;
        assert_eq!(texts(&events), ["early"]);
    }
}

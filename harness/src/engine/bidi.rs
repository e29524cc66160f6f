//! A WebDriver BiDi session over its WebSocket: commands with their answers, and the events that
//! were subscribed to, in the order of their arrival.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::EngineError;

/// What a command may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Events that are kept for a later reader; of more than these the oldest are forgotten.
const KEPT: usize = 10_000;

/// A session that was opened with the capability `webSocketUrl`.
///
/// Nothing is read while nobody asks: what the browser says meanwhile waits in the socket.
#[derive(Debug)]
pub struct Bidi {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    events: VecDeque<Value>,
}

impl Bidi {
    /// Connects to the address that a session gave as its `webSocketUrl`.
    pub async fn connect(url: &str) -> Result<Self, EngineError> {
        let what = "connect to the session's WebSocket";
        let connected = in_time(what, connect_async(url)).await?;
        let (socket, _) = connected.map_err(|error| failed(what, error))?;
        Ok(Self { socket, last_id: 0, events: VecDeque::new() })
    }

    /// Sends a command and gives the `result` of its answer. Events that arrive meanwhile are kept
    /// for [`Bidi::events_until`].
    pub async fn command(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, EngineError> {
        in_time(method, self.exchange(method, params)).await?
    }

    /// Asks for events of these names, in every page of the browser.
    pub async fn subscribe(&mut self, events: &[&str]) -> Result<(), EngineError> {
        self.command("session.subscribe", json!({ "events": events })).await.map(drop)
    }

    /// Takes events, those kept from before first, up to and including the first that is the last
    /// one. If that does not come within the deadline, or the session ends: all that came.
    pub async fn events_until(
        &mut self,
        is_last: impl Fn(&Value) -> bool,
        deadline: Duration,
    ) -> Vec<Value> {
        let mut taken = Vec::new();
        // Whether by its event, by the deadline or by the session's end: what was taken counts.
        let _ = timeout(deadline, self.take_until(is_last, &mut taken)).await;
        taken
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

    async fn exchange(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, EngineError> {
        self.last_id += 1;
        let id = self.last_id;
        let command = json!({ "id": id, "method": method, "params": params }).to_string();
        let sent = self.socket.send(Message::text(command)).await;
        sent.map_err(|error| failed(method, error))?;
        loop {
            let message = self.receive(method).await?;
            if message["id"] == id {
                return answer(method, message);
            }
            self.keep(message);
        }
    }

    /// The next message: an event, or the answer to a command.
    async fn receive(&mut self, what: &'static str) -> Result<Value, EngineError> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).map_err(|error| failed(what, error));
                }
                // Pings are answered by the socket itself.
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failed(what, error)),
                None => return Err(failed(what, "the session has ended")),
            }
        }
    }

    /// Keeps an event. The late answer to a command that was given up is nobody's.
    fn keep(&mut self, message: Value) {
        if message["type"] == "event" {
            self.events.push_back(message);
        }
        if self.events.len() > KEPT {
            self.events.pop_front();
        }
    }
}

/// What an answer says: its result, or the driver's own words for an error.
fn answer(method: &'static str, mut message: Value) -> Result<Value, EngineError> {
    if message["type"] == "success" {
        return Ok(message["result"].take());
    }
    let part = |name: &str| message[name].as_str().unwrap_or("without a word").to_owned();
    Err(failed(method, format!("{}: {}", part("error"), part("message"))))
}

async fn in_time<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, EngineError> {
    let late = || failed(what, format!("no answer within {} s", PATIENCE.as_secs()));
    timeout(PATIENCE, work).await.map_err(|_| late())
}

fn failed(what: &'static str, words: impl ToString) -> EngineError {
    EngineError::Command { what, words: words.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tokio_tungstenite::accept_async;

    /// A driver that answers every command with the same messages; `"ID"` stands for its id.
    async fn driver(messages: &'static [&'static str]) -> Bidi {
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
        Bidi::connect(&url).await.unwrap()
    }

    const EVENT: &str = r#"{"type":"event","method":"log.entryAdded","params":{"text":"early"}}"#;
    const LAST: &str = r#"{"type":"event","method":"log.entryAdded","params":{"text":"last"}}"#;
    const LATE: &str = r#"{"type":"success","id":4711,"result":{"of":"a command given up"}}"#;
    const DONE: &str = r#"{"type":"success","id":"ID","result":{"done":true}}"#;
    const REFUSED: &str =
        r#"{"type":"error","id":"ID","error":"unknown command","message":"no such thing"}"#;

    fn texts(events: &[Value]) -> Vec<&str> {
        events.iter().filter_map(|event| event["params"]["text"].as_str()).collect()
    }

    #[tokio::test]
    async fn an_answer_is_found_by_its_id_and_events_before_it_are_kept() {
        let mut bidi = driver(&[EVENT, LATE, DONE, LAST, EVENT]).await;
        let result = bidi.command("session.status", json!({})).await.unwrap();
        assert_eq!(result, json!({ "done": true }));
        let is_last = |event: &Value| event["params"]["text"] == "last";
        let events = bidi.events_until(is_last, PATIENCE).await;
        assert_eq!(texts(&events), ["early", "last"]);
        let rest = bidi.events_until(|_| true, PATIENCE).await;
        assert_eq!(texts(&rest), ["early"]);
    }

    #[tokio::test]
    async fn an_error_is_told_in_the_drivers_own_words() {
        let mut bidi = driver(&[REFUSED]).await;
        let error = bidi.subscribe(&["log.entryAdded"]).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the driver could not session.subscribe: unknown command: no such thing"
        );
    }

    #[tokio::test]
    async fn without_the_last_event_the_deadline_ends_the_wait() {
        let mut bidi = driver(&[EVENT, DONE]).await;
        bidi.command("session.status", json!({})).await.unwrap();
        let events = bidi.events_until(|_| false, Duration::from_millis(1)).await;
        assert_eq!(texts(&events), ["early"]);
    }
}

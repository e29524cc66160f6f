//! Exchanges as they were on the wire, in the case's names and without secrets.

use std::fmt::Write;

use cors_servers::exchange::{Exchange, SentReply};
use serde::Serialize;

use crate::plan::Names;
use crate::run::RowOutcome;
use crate::secrets::{Secrets, without_secret};

/// One exchange for people and machines.
#[derive(Clone, Debug, Serialize)]
pub struct Wire {
    /// Number of the connection it came on.
    pub connection: u64,
    /// What ALPN agreed on.
    pub alpn: Option<String>,
    /// Method and URL.
    pub request: String,
    /// Header lines as received.
    pub headers: Vec<(String, String)>,
    /// Length of the request's body in bytes.
    pub body_length: Option<u64>,
    /// The reply as sent, if there was one.
    pub reply: Option<WireReply>,
}

/// The reply of a [`Wire`].
#[derive(Clone, Debug, Serialize)]
pub struct WireReply {
    /// Status code.
    pub status: u16,
    /// Header lines as sent.
    pub headers: Vec<(String, String)>,
    /// Length of the body in bytes.
    pub body_length: u64,
}

impl Wire {
    /// The exchanges of a row in its written names. Values of cookies and of `Authorization` are left out,
    /// wherever else a server or a page repeats them.
    pub fn all(outcome: &RowOutcome) -> impl Iterator<Item = Self> {
        let told = Told { secrets: secrets(&outcome.exchanges), names: &outcome.names };
        outcome.exchanges.iter().map(move |exchange| told.exchange(exchange))
    }

    /// For a terminal: the request's lines, then the reply's, set in.
    pub(super) fn write(&self, text: &mut String) {
        let alpn = self.alpn.as_deref().unwrap_or("http/1.1");
        let _ = writeln!(text, "    {}   (connection {}, {alpn})", self.request, self.connection);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "        {name}: {value}");
        }
        let Some(reply) = &self.reply else {
            text.push_str("      → no reply\n");
            return;
        };
        let _ = writeln!(text, "      → {} ({} bytes)", reply.status, reply.body_length);
        for (name, value) in &reply.headers {
            let _ = writeln!(text, "        {name}: {value}");
        }
    }
}

/// What all exchanges of a row hold that must not be told.
fn secrets(exchanges: &[Exchange]) -> Secrets {
    let mut secrets = Secrets::default();
    for Exchange { request, reply, .. } in exchanges {
        let answered = reply.iter().flat_map(|reply| &reply.headers);
        for (name, value) in request.headers.iter().chain(answered) {
            secrets.learn_line(name, &String::from_utf8_lossy(value));
        }
    }
    secrets
}

/// How a row's exchanges are told.
struct Told<'n> {
    secrets: Secrets,
    names: &'n Names,
}

impl Told<'_> {
    fn exchange(&self, exchange: &Exchange) -> Wire {
        let request = &exchange.request;
        let url = self.secrets.hidden_in(&self.names.logical(&request.url()));
        Wire {
            connection: exchange.connection.0,
            alpn: exchange.alpn.clone(),
            request: format!("{} {url}", request.method),
            headers: self.lines(&request.headers),
            body_length: request.body_length,
            reply: exchange.reply.as_ref().map(|reply| self.reply(reply)),
        }
    }

    fn reply(&self, reply: &SentReply) -> WireReply {
        WireReply {
            status: reply.status,
            headers: self.lines(&reply.headers),
            body_length: reply.body_length,
        }
    }

    fn lines(&self, headers: &[(String, Vec<u8>)]) -> Vec<(String, String)> {
        let line = |(name, value): &(String, Vec<u8>)| {
            let value = self.names.logical(&String::from_utf8_lossy(value));
            let told = without_secret(name, &value);
            (name.clone(), told.unwrap_or_else(|| self.secrets.hidden_in(&value)))
        };
        headers.iter().map(line).collect()
    }
}

//! Exchanges as they were on the wire, with the case's names and without secrets.

use std::fmt::Write;

use cors_servers::exchange::{Exchange, SentReply};
use serde::Serialize;

use super::style::{BAD, styled};
use super::wrapping::hanging_in;
use crate::plan::Names;
use crate::repair::ResponseRepair;
use crate::results::RowOutcome;
use crate::secrets::{Secrets, without_secret};

/// How many similar exchanges in a row are shown.
const MOST_ALIKE: usize = 3;

/// One exchange, for people and programs.
#[derive(Clone, Debug, Serialize)]
pub struct Wire {
    /// Number of the connection.
    pub connection: u64,
    /// The protocol that ALPN agreed on.
    pub alpn: Option<String>,
    /// The step that it belongs to, from 0, where that is known.
    pub step: Option<usize>,
    /// Method and URL.
    pub request: String,
    /// Header lines as received.
    pub headers: Vec<(String, String)>,
    /// Length of the request's body in bytes, with the case's names.
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
    /// Length of the body in bytes, with the case's names.
    pub body_length: u64,
}

impl Wire {
    /// The exchanges of a row with the names of the case. Values of cookies and of `Authorization`
    /// are removed, also where a server or a page repeats them.
    pub fn all(outcome: &RowOutcome) -> impl Iterator<Item = Self> {
        let mut secrets = secrets(&outcome.exchanges);
        secrets.learn_all(&outcome.environment);
        let redacted = Redacted { secrets, names: &outcome.names };
        outcome.exchanges.iter().map(move |exchange| redacted.exchange(exchange))
    }

    /// All exchanges of a row for a terminal. If a redirect is followed repeatedly, only the first
    /// ones are shown.
    pub(super) fn write_all(outcome: &RowOutcome, text: &mut String) {
        let exchanges: Vec<_> = Self::all(outcome).collect();
        for alike in exchanges.chunk_by(|one, other| one.is_like(other)) {
            let shown = if alike.len() > MOST_ALIKE { 1 } else { alike.len() };
            alike[..shown].iter().for_each(|wire| wire.write(text));
            if shown < alike.len() {
                let _ = writeln!(text, "    {} more exchanges like this one", alike.len() - shown);
            }
        }
    }

    /// The lines that CORS is about, for a terminal of this width. What the repair changes is marked.
    pub(super) fn write_short(
        &self,
        text: &mut String,
        width: usize,
        repair: Option<&ResponseRepair>,
    ) {
        *text += &hanging_in(width, "    ", &self.request);
        for (name, value) in cors_lines(&self.headers) {
            *text += &hanging_in(width, &format!("        {name}: "), value);
        }
        let Some(reply) = &self.reply else {
            text.push_str("      → no reply\n");
            return;
        };
        match repair.and_then(|repair| repair.status) {
            Some(_) => write_marked(text, width, "    ✗ ", &format!("→ {}", reply.status)),
            None => _ = writeln!(text, "      → {}", reply.status),
        }
        for (name, value) in cors_lines(&reply.headers) {
            match repair.is_some_and(|repair| repair.removes(name, value)) {
                true => write_marked(text, width, &format!("    ✗   {name}: "), value),
                false => *text += &hanging_in(width, &format!("        {name}: "), value),
            }
        }
        for (name, value) in repair.into_iter().flat_map(ResponseRepair::missing) {
            let is_sent = reply.headers.iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name));
            let what = if is_sent { format!("has no {value}") } else { "is missing".to_owned() };
            write_marked(text, width, "    ✗   ", &format!("{name} {what}"));
        }
    }

    /// The value of a request header, if it was sent.
    pub(super) fn request_header(&self, name: &str) -> Option<&str> {
        let line = self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name));
        line.map(|(_, value)| value.as_str())
    }

    /// Whether another exchange has the same request line and status.
    fn is_like(&self, other: &Self) -> bool {
        let status = |wire: &Self| wire.reply.as_ref().map(|reply| reply.status);
        self.request == other.request && status(self) == status(other)
    }

    /// For a terminal: the request's lines, then the reply's, indented.
    fn write(&self, text: &mut String) {
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

/// The header lines that have a part in what CORS allows.
fn cors_lines(headers: &[(String, String)]) -> impl Iterator<Item = &(String, String)> {
    headers.iter().filter(|(name, _)| is_about_cors(name))
}

/// What a repair changes.
fn write_marked(text: &mut String, width: usize, head: &str, line: &str) {
    for line in hanging_in(width, head, line).lines() {
        let _ = writeln!(text, "{}", styled(BAD, line));
    }
}

/// Whether a header has a part in what CORS allows.
fn is_about_cors(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let others = ["origin", "cookie", "authorization", "vary", "location"];
    name.starts_with("access-control-") || others.contains(&name.as_str())
}

/// All secrets in the exchanges of a row.
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

/// The length of a body that may contain host names: those of a row are longer than those of the
/// case.
#[derive(Clone, Copy, Default)]
struct BodyLength {
    sent: u64,
    written: u64,
}

impl BodyLength {
    fn of(body: Option<&[u8]>, names: &Names) -> Self {
        let Some(body) = body else { return Self::default() };
        let sent = String::from_utf8_lossy(body);
        let written = body.len() + names.logical(&sent).len();
        Self { sent: body.len() as u64, written: written.saturating_sub(sent.len()) as u64 }
    }

    /// The length with the case's names; only that of the whole body can be converted.
    fn logical(self, length: u64) -> u64 {
        if length == self.sent { self.written } else { length }
    }
}

/// How a row's exchanges are written.
struct Redacted<'n> {
    secrets: Secrets,
    names: &'n Names,
}

impl Redacted<'_> {
    fn exchange(&self, exchange: &Exchange) -> Wire {
        let request = &exchange.request;
        let length = BodyLength::of(request.body.as_deref(), self.names);
        let url = self.secrets.hidden_in(&self.names.logical(&request.url()));
        Wire {
            connection: exchange.connection.0,
            alpn: exchange.alpn.clone(),
            step: None,
            request: format!("{} {url}", request.method),
            headers: self.lines(&request.headers, length),
            body_length: request.body_length.map(|sent| length.logical(sent)),
            reply: exchange.reply.as_ref().map(|reply| self.reply(reply)),
        }
    }

    fn reply(&self, reply: &SentReply) -> WireReply {
        let length = BodyLength::of(reply.body.as_deref(), self.names);
        WireReply {
            status: reply.status,
            headers: self.lines(&reply.headers, length),
            body_length: length.logical(reply.body_length),
        }
    }

    fn lines(&self, headers: &[(String, Vec<u8>)], length: BodyLength) -> Vec<(String, String)> {
        let line = |(name, value): &(String, Vec<u8>)| {
            let value = self.names.logical(&String::from_utf8_lossy(value));
            (name.clone(), self.value(name, value, length))
        };
        headers.iter().map(line).collect()
    }

    fn value(&self, name: &str, value: String, length: BodyLength) -> String {
        match value.parse() {
            Ok(sent) if name.eq_ignore_ascii_case("content-length") => {
                length.logical(sent).to_string()
            }
            _ => without_secret(name, &value).unwrap_or_else(|| self.secrets.hidden_in(&value)),
        }
    }
}

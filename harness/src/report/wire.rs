//! Exchanges as they were on the wire, in the case's names and without secrets.

use std::fmt::Write;

use cors_servers::exchange::{Exchange, SentReply};
use serde::Serialize;

use crate::plan::Names;

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
    /// Length of the request's body in bytes, as the case would have written it.
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
    /// Length of the body in bytes, as the case would have written it.
    pub body_length: u64,
}

impl Wire {
    /// An exchange in the row's written names; values of cookies and of `Authorization` are left out.
    pub fn of(exchange: &Exchange, names: &Names) -> Self {
        let request = &exchange.request;
        let length = BodyLength::of(request.body.as_deref(), names);
        Self {
            connection: exchange.connection.0,
            alpn: exchange.alpn.clone(),
            request: format!("{} {}", request.method, names.logical(&request.url())),
            headers: lines(&request.headers, length, names),
            body_length: request.body_length.map(|sent| length.logical(sent)),
            reply: exchange.reply.as_ref().map(|reply| Self::reply(reply, names)),
        }
    }

    fn reply(reply: &SentReply, names: &Names) -> WireReply {
        let length = BodyLength::of(reply.body.as_deref(), names);
        WireReply {
            status: reply.status,
            headers: lines(&reply.headers, length, names),
            body_length: length.logical(reply.body_length),
        }
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

/// The length of a body that may hold names: a row's own ones are longer than the case's.
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

    /// What stands for a length: only that of the whole body has names in it.
    fn logical(self, length: u64) -> u64 {
        if length == self.sent { self.written } else { length }
    }
}

fn lines(
    headers: &[(String, Vec<u8>)],
    length: BodyLength,
    names: &Names,
) -> Vec<(String, String)> {
    let value = |name: &str, value: &[u8]| {
        let value = names.logical(&String::from_utf8_lossy(value));
        match value.parse() {
            Ok(sent) if name.eq_ignore_ascii_case("content-length") => {
                length.logical(sent).to_string()
            }
            _ => without_secret(name, &value),
        }
    };
    headers.iter().map(|(name, bytes)| (name.clone(), value(name, bytes))).collect()
}

/// Names and lengths stay, values go.
fn without_secret(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "cookie" => value.split("; ").map(hidden_pair).collect::<Vec<_>>().join("; "),
        "set-cookie" => match value.split_once(';') {
            Some((pair, attributes)) => format!("{};{attributes}", hidden_pair(pair)),
            None => hidden_pair(value),
        },
        "authorization" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, secret)) => format!("{scheme} {}", hidden(secret)),
            None => hidden(value),
        },
        _ => value.to_owned(),
    }
}

fn hidden_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", hidden(value)),
        None => hidden(pair),
    }
}

fn hidden(secret: &str) -> String {
    format!("<{} bytes>", secret.len())
}

#[cfg(test)]
mod tests {
    use super::without_secret;

    #[test]
    fn values_of_cookies_and_authorization_are_left_out() {
        let lines = [
            ("cookie", "sid=secret; theme=dark", "sid=<6 bytes>; theme=<4 bytes>"),
            ("Set-Cookie", "sid=secret; Secure", "sid=<6 bytes>; Secure"),
            ("authorization", "Bearer secret", "Bearer <6 bytes>"),
            ("x-api-key", "k", "k"),
        ];
        for (name, value, shown) in lines {
            assert_eq!(without_secret(name, value), shown);
        }
    }
}

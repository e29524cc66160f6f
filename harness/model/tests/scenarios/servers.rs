//! Servers that play scripts.

use std::collections::BTreeMap;
use std::time::Duration;

use cors_model::url::Url;
use cors_model::{Ending, HeaderList, HttpRequest, HttpResponse, Network};

/// A reply with templates: `${origin}` is the request's `Origin`, and a header line without one is left out;
/// `${served}` is how often the server has answered to `GET /`.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub lines: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    pub ending: Ending,
    /// Whether the status is 200 where the request has `Authorization`.
    pub knows_the_user: bool,
}

/// An origin server: `GET /path`, and the reply.
#[derive(Clone, Debug)]
pub struct Server {
    pub origin: String,
    pub replies: Vec<(String, Reply)>,
    pub is_http_1: bool,
}

/// A reply with this status, and with lines such as `Name: value`.
pub fn reply(status: u16, lines: &[&str], body: &str) -> Reply {
    let line = |line: &&str| {
        let (name, value) = line.split_once(':').expect("a name");
        (name.to_owned(), value.trim().into())
    };
    let lines = lines.iter().map(line).collect();
    let (delay, ending) = (Duration::ZERO, Ending::Complete);
    Reply { status, lines, body: body.into(), delay, ending, knows_the_user: false }
}

/// The same reply after so many seconds.
pub fn after(reply: Reply, seconds: u64) -> Reply {
    Reply { delay: Duration::from_secs(seconds), ..reply }
}

/// The same reply with another end.
pub fn ending_with(reply: Reply, ending: Ending) -> Reply {
    Reply { ending, ..reply }
}

pub fn server(at: &str, replies: Vec<(&str, Reply)>) -> Server {
    let replies = replies.into_iter().map(|(place, reply)| (place.to_owned(), reply));
    let is_http_1 = at.starts_with("http:");
    Server { origin: at.to_owned(), replies: replies.collect(), is_http_1 }
}

/// The servers of a test, with everything that they received and sent.
#[derive(Debug)]
pub struct Servers<'s> {
    servers: &'s [Server],
    served: BTreeMap<&'s str, usize>,
    pub exchanges: Vec<(HttpRequest, Option<HttpResponse>)>,
}

impl<'s> Servers<'s> {
    pub fn new(servers: &'s [Server]) -> Self {
        Self { servers, served: BTreeMap::new(), exchanges: Vec::new() }
    }

    fn at(&self, url: &Url) -> Option<&'s Server> {
        let origin = url.origin().ascii_serialization();
        self.servers.iter().find(|server| server.origin == origin)
    }

    fn reply(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let server = self.at(&request.url)?;
        let (method, path) = (request.method.as_str(), request.url.path());
        let find = |method: &str| {
            let place = format!("{method} {path}");
            server.replies.iter().find(|(known, _)| *known == place).map(|(_, reply)| reply)
        };
        let found = find(method).or_else(|| find("GET").filter(|_| method == "HEAD"));
        let Some(reply) = found else {
            let has_path =
                server.replies.iter().any(|(place, _)| place.ends_with(&format!(" {path}")));
            let status = if has_path { 405 } else { 404 };
            return Some(empty(status));
        };
        if (method, path) == ("GET", "/") {
            *self.served.entry(&server.origin).or_default() += 1;
        }
        let served = self.served.get(server.origin.as_str()).copied().unwrap_or_default();
        Some(reply.fill(request, served))
    }
}

impl Network for Servers<'_> {
    fn is_http_1(&self, url: &Url) -> bool {
        self.at(url).is_some_and(|server| server.is_http_1)
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let response = self.reply(request);
        self.exchanges.push((request.clone(), response.clone()));
        response
    }
}

impl Reply {
    fn fill(&self, request: &HttpRequest, served: usize) -> HttpResponse {
        let origin = request.headers.get("origin");
        let origin = origin.map(|origin| String::from_utf8_lossy(&origin).into_owned());
        let has_content = request.method != "HEAD" && !matches!(self.status, 204 | 304);
        let mut headers = HeaderList::default();
        for (name, value) in &self.lines {
            let text = String::from_utf8_lossy(value);
            if text.contains("${origin}") && origin.is_none() {
                continue;
            }
            headers.append(name.clone(), filled(value, origin.as_deref(), served));
        }
        let body = filled(&self.body, origin.as_deref(), served);
        if !matches!(self.status, 204 | 304) {
            headers.append("content-length", body.len().to_string());
        }
        let body = if has_content { body } else { Vec::new() };
        let is_known = self.knows_the_user && request.headers.contains("authorization");
        let status = if is_known { 200 } else { self.status };
        let (delay, ending) = (self.delay, self.ending);
        HttpResponse { status, headers, body, delay, ending, ..HttpResponse::default() }
    }
}

/// Bytes that are not a template stay as they are.
fn filled(template: &[u8], origin: Option<&str>, served: usize) -> Vec<u8> {
    match std::str::from_utf8(template) {
        Ok(text) => text
            .replace("${origin}", origin.unwrap_or_default())
            .replace("${served}", &served.to_string())
            .into_bytes(),
        Err(_) => template.to_vec(),
    }
}

fn empty(status: u16) -> HttpResponse {
    let mut headers = HeaderList::default();
    headers.append("content-length", "0");
    HttpResponse { status, headers, ..HttpResponse::default() }
}

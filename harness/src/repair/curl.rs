//! A `curl` command that sends one request of a row and prints the response headers.

use std::fmt;

use serde::{Serialize, Serializer};
use url::{Position, Url};

use super::exchange::Exchange;
use crate::case::{Origin, Row, Server, Step, UpstreamServer};
use crate::observation::Request;
use crate::shell;
use crate::verdict::policy::Played;

/// A row, and what it showed.
type PlayedRow<'a> = (&'a Row, &'a Played<'a>);

/// The command for a request that reached a server.
pub(super) fn of_exchange((row, _): PlayedRow<'_>, exchange: Exchange<'_>) -> Option<CurlCommand> {
    let mut command = CurlCommand::to(row, exchange.method(), exchange.url())?;
    command.plain("Origin", exchange.origin());
    match exchange {
        Exchange::Preflight(preflight) => {
            command.plain("Access-Control-Request-Method", Some(&preflight.method));
            command.plain("Access-Control-Request-Headers", preflight.headers.as_deref());
        }
        Exchange::Request(request) => command.add_request(row, request),
    }
    Some(command)
}

/// The command for the first step of a row that sent nothing.
pub(super) fn of_step((row, played): PlayedRow<'_>) -> Option<CurlCommand> {
    let step = row.all_steps().next()?;
    let mut command = CurlCommand::to(row, &step.method, &step.url)?;
    command.plain("Origin", Some(&played.asked.page));
    if played.asked.login && played.login_covers {
        command.arguments.push("-H \"Cookie: $COOKIE\"".to_owned());
    }
    for (name, value) in &step.headers {
        let value = row.environment.variables_hidden_in(value);
        command.header(name, &value, Some(&value));
    }
    command.body(row, step);
    Some(command)
}

/// A command for a POSIX shell: the program and its options, each with its value and quoted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CurlCommand {
    arguments: Vec<String>,
}

impl CurlCommand {
    /// The program and its options, in order.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// A request without headers.
    pub(crate) fn new(method: &str, url: &str) -> Self {
        let mut arguments = vec!["curl -i".to_owned()];
        match method {
            "GET" => {}
            "HEAD" => arguments.push("--head".to_owned()),
            method => arguments.push(format!("-X {}", shell::word(method))),
        }
        if url.contains(['[', ']', '{', '}']) {
            arguments.push("--globoff".to_owned());
        }
        arguments.push(quoted(url));
        Self { arguments }
    }

    /// A request to the address at which the server of this URL can be reached; `None` for an invalid URL.
    fn to(row: &Row, method: &str, url: &str) -> Option<Self> {
        let mut url = Url::parse(url).ok()?;
        url.set_fragment(None);
        let server = server(row, &url);
        let reached = server.and_then(|server| reached_at(server, &url));
        let shown = with_variables(reached.as_ref().unwrap_or(&url).as_str());
        let mut command = Self::new(method, &row.environment.variables_hidden_in(&shown));
        let upstream = server.and_then(|server| server.upstream.as_ref());
        if reached.as_ref().unwrap_or(&url).scheme() == "https" {
            let accepting = upstream.into_iter().flat_map(|own| own.certificate_options.clone());
            command.arguments.splice(1..1, accepting);
        }
        if reached.is_some() {
            let host = url[Position::BeforeHost..Position::AfterPort].to_owned();
            command.plain("Host", Some(&host));
        }
        let forwarded = upstream.and_then(|upstream| upstream.forwarded.as_ref());
        forwarded.into_iter().for_each(|origin| command.forwarded(origin));
        Some(command)
    }

    /// The headers that a reverse proxy adds, as the harness does.
    fn forwarded(&mut self, origin: &Origin) {
        let text = origin.to_string();
        let host = text.split_once("://").map(|(_, host)| host);
        self.plain("X-Forwarded-For", Some("127.0.0.1"));
        self.plain("X-Forwarded-Proto", Some(origin.scheme.as_str()));
        self.plain("X-Forwarded-Host", host);
        self.plain("X-Forwarded-Port", Some(&origin.port.to_string()));
    }

    /// What a request has and its preflight does not: cookies, the headers that script set, and the body.
    fn add_request(&mut self, row: &Row, request: &Request) {
        if !request.cookies.is_empty() {
            self.arguments.push("-H \"Cookie: $COOKIE\"".to_owned());
        }
        let Some(step) = row.all_steps().find(|step| step.method == request.method) else { return };
        for (name, value) in &step.headers {
            let sent = request.headers.get(&name.to_ascii_lowercase());
            self.header(name, &row.environment.variables_hidden_in(value), sent);
        }
        let has_type = step.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE));
        if !has_type && step.body.is_some() {
            self.plain("Content-Type", request.headers.get(CONTENT_TYPE));
        }
        self.body(row, step);
    }

    /// The same with another header, which is not secret.
    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        self.plain(name, Some(value));
    }

    /// A header that script set, with its value as reports show it. A value that they do not show is a variable.
    fn header(&mut self, name: &str, value: &str, shown: Option<&str>) {
        let is_token =
            ["authorization", "proxy-authorization"].contains(&name.to_ascii_lowercase().as_str());
        match shown {
            Some(_) if is_token => {
                let scheme = value.split_once(' ').map(|(scheme, _)| format!("{scheme} "));
                let scheme = shell::in_double_quotes(&scheme.unwrap_or_default());
                self.arguments.push(format!("-H \"{name}: {scheme}$TOKEN\""));
            }
            Some(shown) if shown == value => self.plain(name, Some(value)),
            Some(_) => {
                let variable =
                    name.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                self.arguments.push(format!("-H \"{name}: ${variable}\""));
            }
            None => {}
        }
    }

    /// A header with this value, if it has one. `curl` sends an empty value for a name with a semicolon.
    fn plain(&mut self, name: &str, value: Option<&str>) {
        let line = match value {
            None => return,
            Some("") => format!("{name};"),
            Some(value) => format!("{name}: {value}"),
        };
        self.arguments.push(format!("-H {}", quoted(&line)));
    }

    fn body(&mut self, row: &Row, step: &Step) {
        if let Some(body) = &step.body {
            let body = row.environment.variables_hidden_in(body);
            self.arguments.push(format!("--data-raw {}", quoted(&body)));
        }
    }
}

impl fmt::Display for CurlCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arguments.join(" "))
    }
}

impl Serialize for CurlCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const CONTENT_TYPE: &str = "content-type";

fn server<'r>(row: &'r Row, url: &Url) -> Option<&'r Server> {
    let origin = url.origin().ascii_serialization();
    row.servers.iter().find(|server| server.origin.to_string() == origin)
}

/// The URL at which a server that already runs gets this request, if browsers see it under another origin.
fn reached_at(server: &Server, url: &Url) -> Option<Url> {
    let UpstreamServer::Upstream(at) = &server.upstream.as_ref()?.server else { return None };
    if at.origin() == url.origin() {
        return None;
    }
    let mut reached = at.clone();
    reached.set_path(url.path());
    reached.set_query(url.query());
    Some(reached)
}

/// A text as one word of a POSIX shell. `${env NAME}` in it is the variable of the shell.
pub(crate) fn quoted(text: &str) -> String {
    let mut word = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = variable(rest) {
        word += &format!("{}\"${name}\"", shell::quoted(before));
        rest = after;
    }
    word + &shell::quoted(rest)
}

/// The first `${env NAME}` of a text: what precedes it, its name, and what follows.
fn variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from) = text.split_once("${env ")?;
    let (name, after) = from.split_once('}')?;
    Some((before, name, after))
}

/// A URL in which `${env NAME}` is as a case writes it.
fn with_variables(url: &str) -> String {
    let mut written = String::with_capacity(url.len());
    let mut rest = url;
    for (open, close) in [("$%7Benv%20", "%7D"), ("${env%20", "}")] {
        while let Some((before, from)) = rest.split_once(open) {
            let Some((name, after)) = from.split_once(close) else { break };
            written += &format!("{before}${{env {name}}}");
            rest = after;
        }
    }
    written + rest
}

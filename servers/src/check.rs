//! A script turned into what can be played, or into all reasons why it cannot.

use std::collections::HashSet;
use std::net::IpAddr;

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tower_http::cors::CorsLayer;

use crate::policy;
use crate::problem::{Complaint, Problem};
use crate::reply::{CheckedLine, CheckedReply};
use crate::script::{
    Address, OriginScript, Piece, Reply, Route, Template, Versions, is_connection_header,
};
use crate::services::{Service, Services};

/// An origin whose script can be played.
#[derive(Clone, Debug)]
pub(crate) struct CheckedOrigin {
    /// With the host in the spelling that the front looks up.
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    pub(crate) cors: Option<CorsLayer>,
    pub(crate) routes: Vec<CheckedRoute>,
    /// What answers in place of the routes.
    pub(crate) service: Option<Service>,
    pub(crate) hangs_up: bool,
}

/// One path and what each method gets there.
#[derive(Clone, Debug)]
pub(crate) struct CheckedRoute {
    pub(crate) path: String,
    pub(crate) replies: Vec<(Method, CheckedReply)>,
}

/// One spelling per host, so that names compare without regard to ASCII case and an IPv6 literal
/// may come in any form, bracketed or not. A trailing dot stays: that is another name.
pub(crate) fn canonical_host(host: &str) -> String {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.to_ascii_lowercase(),
    }
}

/// Checks all origins of one call.
pub(crate) fn origins(
    scripts: Vec<OriginScript>,
    services: &Services,
) -> Result<Vec<CheckedOrigin>, Vec<Problem>> {
    let mut problems = Vec::new();
    let checked: Vec<_> =
        scripts.into_iter().map(|script| origin(script, services, &mut problems)).collect();
    let mut seen = HashSet::new();
    for CheckedOrigin { address, .. } in &checked {
        if !seen.insert((&address.host, address.port)) {
            problems
                .push(Problem { place: address.to_string(), complaint: Complaint::AddressShared });
        }
    }
    if problems.is_empty() { Ok(checked) } else { Err(problems) }
}

/// Collects complaints about one place.
struct Notes<'a> {
    place: String,
    problems: &'a mut Vec<Problem>,
}

impl Notes<'_> {
    fn at(&mut self, more: &str) -> Notes<'_> {
        Notes { place: format!("{}{more}", self.place), problems: self.problems }
    }

    fn complain(&mut self, complaint: Complaint) {
        self.problems.push(Problem { place: self.place.clone(), complaint });
    }

    /// The value, or a complaint and nothing.
    fn need<T>(&mut self, value: Option<T>, complaint: impl FnOnce() -> Complaint) -> Option<T> {
        if value.is_none() {
            self.complain(complaint());
        }
        value
    }
}

fn origin(script: OriginScript, services: &Services, problems: &mut Vec<Problem>) -> CheckedOrigin {
    let OriginScript { mut address, versions, cors, routes, service, hangs_up } = script;
    let mut notes = Notes { place: address.to_string(), problems };
    if !is_host(&address.host) {
        notes.complain(Complaint::Host(address.host.clone()));
    }
    address.host = canonical_host(&address.host);
    let cors = cors.and_then(|policy| layer(policy::layer(&policy), &mut notes));
    let service = service.and_then(|name| {
        notes.need(services.get(&name).cloned(), || Complaint::Service(name.clone()))
    });
    let routes = self::routes(routes, &mut notes);
    CheckedOrigin { address, versions, cors, routes, service, hangs_up }
}

/// 255 bytes are what a SOCKS5 request can hold (RFC 1928, section 5); a certificate wants ASCII.
fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_graphic())
}

fn layer(layer: Result<CorsLayer, Vec<Complaint>>, notes: &mut Notes<'_>) -> Option<CorsLayer> {
    let complaints = match layer {
        Ok(layer) => return Some(layer),
        Err(complaints) => complaints,
    };
    complaints.into_iter().for_each(|complaint| notes.complain(complaint));
    None
}

fn routes(routes: Vec<Route>, notes: &mut Notes<'_>) -> Vec<CheckedRoute> {
    let mut seen = HashSet::new();
    let mut checked = Vec::new();
    for Route { path, replies } in routes {
        if !is_path(&path) {
            notes.complain(Complaint::Path(path.clone()));
        }
        let mut notes = notes.at(&path);
        if !seen.insert(path.clone()) {
            notes.complain(Complaint::PathTwice);
        }
        checked.push(CheckedRoute { replies: self::replies(replies, &mut notes), path });
    }
    checked
}

fn is_path(path: &str) -> bool {
    let whole = |parsed: PathAndQuery| parsed.path() == path && parsed.query().is_none();
    path.starts_with('/') && PathAndQuery::try_from(path).is_ok_and(whole)
}

fn replies(replies: Vec<(String, Reply)>, notes: &mut Notes<'_>) -> Vec<(Method, CheckedReply)> {
    let mut seen = HashSet::new();
    let mut checked = Vec::new();
    for (name, reply) in replies {
        let mut notes = notes.at(&format!(" {name}"));
        if !seen.insert(name.clone()) {
            notes.complain(Complaint::MethodTwice);
        }
        let method = Method::from_bytes(name.as_bytes()).ok();
        let method = notes.need(method, || Complaint::Method(name));
        checked.extend(method.zip(self::reply(reply, &mut notes)));
    }
    checked
}

fn reply(reply: Reply, notes: &mut Notes<'_>) -> Option<CheckedReply> {
    let Reply { status, headers, body, delay } = reply;
    let code = StatusCode::from_u16(status).ok().filter(|code| !code.is_informational());
    let code = notes.need(code, || Complaint::Status(status));
    let lines = headers.into_iter().filter_map(|(name, value)| line(name, value, notes)).collect();
    Some(CheckedReply { status: code?, headers: lines, body, delay })
}

fn line(name: String, value: Template, notes: &mut Notes<'_>) -> Option<CheckedLine> {
    let parsed = HeaderName::from_bytes(name.as_bytes()).ok();
    let parsed = notes.need(parsed, || Complaint::HeaderName(name.clone()))?;
    if is_connection_header(parsed.as_str()) {
        notes.complain(Complaint::ConnectionHeader(name.clone()));
    } else if !value.0.iter().all(is_sendable) {
        notes.complain(Complaint::HeaderValue(name.clone()));
    }
    Some(CheckedLine { name: parsed, spelled: name, value })
}

fn is_sendable(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => HeaderValue::from_bytes(text).is_ok(),
        Piece::RequestOrigin | Piece::Served { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_spelling() {
        let spellings = ["API.Example.COM", "a.test.", "[::0001]", "::1", "127.0.0.1", "[x]"];
        let canonical = spellings.map(canonical_host);
        assert_eq!(canonical, ["api.example.com", "a.test.", "::1", "::1", "127.0.0.1", "[x]"]);
    }

    #[test]
    fn a_path_is_what_a_request_line_can_hold_before_its_query() {
        for path in ["/", "/a/{b}", "/a/*", "/%7Ba%7D", "//x", "/a:b"] {
            assert!(is_path(path), "{path}");
        }
        for path in ["", "a", "*", "/a?b", "/a#b", "/a b", "https://a.test/"] {
            assert!(!is_path(path), "{path}");
        }
    }
}

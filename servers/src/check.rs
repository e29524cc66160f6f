//! Turns a script into origins that can be served, or reports all reasons why it cannot.

use std::collections::HashSet;
use std::net::IpAddr;

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::policy;
use crate::problem::{Complaint, Problem};
use crate::respond::Responder;
use crate::script::{
    Address, OriginScript, Piece, Reply, Route, Template, Versions, is_connection_header,
};
use crate::services::{Service, Services};

/// An origin whose script can be served.
#[derive(Debug)]
pub(crate) struct CheckedOrigin {
    /// With the host in the spelling that the proxy looks up.
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    pub(crate) responder: Responder<Vec<Route>>,
    /// What answers instead of the script.
    pub(crate) service: Option<Service>,
    pub(crate) close_after_response: bool,
}

/// One spelling for each host: names compare without regard to ASCII case, and an IPv6 literal can
/// have any form, with or without brackets. A trailing dot stays, because it makes another name.
pub(crate) fn canonical_host(host: &str) -> String {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.to_ascii_lowercase(),
    }
}

/// Checks all origins of one call to [`Lab::host`](crate::Lab::host).
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

    /// The value; or a complaint and `None`.
    fn need<T>(&mut self, value: Option<T>, complaint: impl FnOnce() -> Complaint) -> Option<T> {
        if value.is_none() {
            self.complain(complaint());
        }
        value
    }
}

fn origin(script: OriginScript, services: &Services, problems: &mut Vec<Problem>) -> CheckedOrigin {
    let OriginScript { mut address, versions, cors, routes, service, close_after_response } =
        script;
    let mut notes = Notes { place: address.to_string(), problems };
    if !is_host(&address.host) {
        notes.complain(Complaint::Host(address.host.clone()));
    }
    address.host = canonical_host(&address.host);
    let layer = cors.as_ref().map(policy::layer).transpose();
    let complained = |complaints: Vec<Complaint>| {
        complaints.into_iter().for_each(|complaint| notes.complain(complaint));
    };
    let cors = layer.map_err(complained).ok().flatten();
    let service = service.and_then(|name| {
        notes.need(services.get(&name).cloned(), || Complaint::Service(name.clone()))
    });
    self::routes(&routes, &mut notes);
    let responder = Responder::behind(cors, routes);
    CheckedOrigin { address, versions, responder, service, close_after_response }
}

/// A SOCKS5 request can hold 255 bytes (RFC 1928, section 5), and a certificate needs ASCII.
fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_graphic())
}

fn routes(routes: &[Route], notes: &mut Notes<'_>) {
    let mut seen = HashSet::new();
    for Route { path, replies } in routes {
        if !is_path(path) {
            notes.complain(Complaint::Path(path.clone()));
        }
        let mut notes = notes.at(path);
        if !seen.insert(path) {
            notes.complain(Complaint::PathTwice);
        }
        self::replies(replies, &mut notes);
    }
}

fn is_path(path: &str) -> bool {
    let whole = |parsed: PathAndQuery| parsed.path() == path && parsed.query().is_none();
    path.starts_with('/') && PathAndQuery::try_from(path).is_ok_and(whole)
}

fn replies(replies: &[(String, Reply)], notes: &mut Notes<'_>) {
    let mut seen = HashSet::new();
    for (name, reply) in replies {
        let mut notes = notes.at(&format!(" {name}"));
        if !seen.insert(name) {
            notes.complain(Complaint::MethodTwice);
        }
        if Method::from_bytes(name.as_bytes()).is_err() {
            notes.complain(Complaint::Method(name.clone()));
        }
        reply.all().for_each(|reply| self::reply(reply, &mut notes));
    }
}

fn reply(reply: &Reply, notes: &mut Notes<'_>) {
    let status = StatusCode::from_u16(reply.status);
    let is_final =
        |code: StatusCode| !code.is_informational() || code == StatusCode::SWITCHING_PROTOCOLS;
    if !status.is_ok_and(is_final) {
        notes.complain(Complaint::Status(reply.status));
    }
    reply.headers.iter().for_each(|(name, value)| line(name, value, notes));
}

fn line(name: &str, value: &Template, notes: &mut Notes<'_>) {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        notes.complain(Complaint::HeaderName(name.to_owned()));
    } else if is_connection_header(name) {
        notes.complain(Complaint::ConnectionHeader(name.to_owned()));
    } else if !value.0.iter().all(is_sendable) {
        notes.complain(Complaint::HeaderValue(name.to_owned()));
    }
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

//! Turns scripts into origins that can be hosted together, or reports all reasons why they cannot.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::problem::{Complaint, Problem};
use crate::respond::Responder;
use crate::script::{Address, OriginScript, Routes, Versions, Watch};
use crate::services::{Service, Services};

/// An origin that can be hosted.
#[derive(Debug)]
pub(crate) struct CheckedOrigin {
    /// With the host in the spelling that the proxy looks up.
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    pub(crate) responder: Responder<Routes>,
    /// What answers instead of the script.
    pub(crate) service: Option<Service>,
    pub(crate) close_after_response: bool,
    pub(crate) watches: Vec<Watch>,
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

fn origin(script: OriginScript, services: &Services, problems: &mut Vec<Problem>) -> CheckedOrigin {
    let OriginScript {
        mut address,
        versions,
        cors,
        routes,
        service,
        close_after_response,
        watches,
    } = script;
    let place = address.to_string();
    let mut complain = |complaint| problems.push(Problem { place: place.clone(), complaint });
    if !is_host(&address.host) {
        complain(Complaint::Host(address.host.clone()));
    }
    address.host = canonical_host(&address.host);
    let service = service.and_then(|name| {
        let known = services.get(&name).cloned();
        if known.is_none() {
            complain(Complaint::Service(name));
        }
        known
    });
    let responder = Responder::new(cors.as_ref(), routes);
    CheckedOrigin { address, versions, responder, service, close_after_response, watches }
}

/// A SOCKS5 request can hold 255 bytes (RFC 1928, section 5), and a certificate needs ASCII.
fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_graphic())
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
}

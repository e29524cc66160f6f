//! Finds origins that a server allows for the same reason as another one: both share a part of a
//! listed origin, and the server allows every origin with this part.

use super::comparisons::{host, is_on_same_port, is_same_host, own_machine};
use super::implied::implies;
use super::substrings::is_found_by_search;
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// Whether the finding on another origin explains this one. Each origin tests a different mistake,
/// and comparing a short prefix, comparing a short suffix, or an open pattern allows it too.
pub(super) fn is_explained(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let page = |row: &&TriedRow<'_>| row.asked.page == asked.page;
    let own = tried.of_request(asked).find(page).and_then(|row| row.did.as_ref());
    let others = || tried.of_request(asked).filter(|other| !other.asked.allowed);
    let is_as_bad = |other: &TriedRow<'_>| {
        other.did.as_ref().is_some_and(|did| own.is_none_or(|own| did.is_as_bad_as(own)))
    };
    let is_end = |kind| matches!(kind, OriginKind::Prefix | OriginKind::Suffix);
    let is_found = || {
        let mut ends = others().filter(|other| is_end(other.asked.kind));
        is_look_alike(asked.kind) && ends.any(is_as_bad) && is_found_by_search(tried, asked)
    };
    others().any(|other| is_as_bad(other) && explains(tried, other.asked, asked)) || is_found()
}

/// Whether an origin of this kind may contain a text that a server searches for.
fn is_look_alike(kind: OriginKind) -> bool {
    matches!(
        kind,
        OriginKind::Http
            | OriginKind::Part
            | OriginKind::TopLevel
            | OriginKind::Joined
            | OriginKind::Dot
            | OriginKind::Label
            | OriginKind::Port
            | OriginKind::Subdomain
            | OriginKind::Below
            | OriginKind::TrailingDot
            | OriginKind::Punycode
    )
}

fn explains(tried: &TriedRows<'_>, one: &Asked, other: &Asked) -> bool {
    match (other.kind, one.kind) {
        (OriginKind::Part | OriginKind::TopLevel | OriginKind::Punycode, OriginKind::Prefix)
        | (OriginKind::Joined | OriginKind::LocalhostPrefix, OriginKind::Prefix) => {
            begins_alike(tried, one, other)
        }
        (OriginKind::Part | OriginKind::TopLevel | OriginKind::Punycode, OriginKind::Suffix)
        | (OriginKind::Joined, OriginKind::Suffix | OriginKind::Subdomain) => {
            ends_alike(tried, one, other)
        }
        (OriginKind::Http, OriginKind::Suffix) => {
            !implies(tried, one) && ends_alike_over_http(tried, one, other)
        }
        (OriginKind::Part, OriginKind::TopLevel) => one.like == other.like,
        (OriginKind::Prefix, OriginKind::Port) => on_any_port(tried, one, other),
        (OriginKind::Localhost, OriginKind::LocalhostPrefix) => {
            own_machine(one).is_some_and(|start| begins_with(tried, start, [one, other]))
        }
        _ => false,
    }
}

/// Whether both are the listed host on another port, and every port is allowed.
fn on_any_port(tried: &TriedRows<'_>, one: &Asked, other: &Asked) -> bool {
    let mut rejected = tried.of_request(one).filter(|row| row.did.is_none());
    one.like == other.like
        && is_same_host(one, other)
        && !rejected.any(|row| is_same_host(one, row.asked))
}

/// Whether both begin with the same part of a listed origin.
fn begins_alike(tried: &TriedRows<'_>, one: &Asked, other: &Asked) -> bool {
    listed(tried, other).any(|listed| {
        let same = listed.bytes().zip(other.page.bytes()).take_while(|(a, b)| a == b).count();
        let has_host = listed.get(..same).is_some_and(|start| !start.ends_with("//"));
        has_host && begins_with(tried, &listed[..same], [one, other])
    })
}

/// Whether both begin with this text, and every origin that does is allowed.
fn begins_with(tried: &TriedRows<'_>, start: &str, both: [&Asked; 2]) -> bool {
    let begins = |asked: &Asked| asked.page.starts_with(start);
    let mut rejected = tried.of_request(both[0]).filter(|row| row.did.is_none());
    both.into_iter().all(begins) && !rejected.any(|row| begins(row.asked))
}

/// Whether the hosts of both end with the same part of a listed host, and every host that does is allowed
/// on the same scheme and port.
fn ends_alike(tried: &TriedRows<'_>, one: &Asked, other: &Asked) -> bool {
    let Some(of_other) = host(&other.page) else { return false };
    listed(tried, other).filter_map(host).any(|listed| {
        let pairs = listed.bytes().rev().zip(of_other.bytes().rev());
        let same = pairs.take_while(|(a, b)| a == b).count();
        let end = listed.get(listed.len() - same..).unwrap_or_default();
        let ends = |asked: &Asked| {
            is_on_same_port(other, asked)
                && host(&asked.page).is_some_and(|host| host.ends_with(end))
        };
        let mut rejected = tried.of_request(other).filter(|row| row.did.is_none());
        !end.is_empty() && ends(one) && !rejected.any(|row| ends(row.asked))
    })
}

/// Whether the host of a listed origin over plain HTTP is allowed because of its end, like the other one: no
/// origin with this end is rejected, whatever its scheme.
fn ends_alike_over_http(tried: &TriedRows<'_>, one: &Asked, other: &Asked) -> bool {
    let (Some(of_one), Some(of_other)) = (host(&one.page), host(&other.page)) else { return false };
    let pairs = of_one.bytes().rev().zip(of_other.bytes().rev());
    let same = pairs.take_while(|(a, b)| a == b).count();
    let end = of_other.get(of_other.len() - same..).unwrap_or_default();
    let is_site = host(&one.page).and_then(|host| host.strip_prefix("evil").map(str::to_owned));
    let has_port = |page: &str| page.matches(':').count() > 1;
    let ends = |page: &str| !has_port(page) && host(page).is_some_and(|host| host.ends_with(end));
    let mut rejected = tried.of_request(one).filter(|row| row.did.is_none());
    is_site.is_some_and(|site| end.ends_with(&site)) && !rejected.any(|row| ends(&row.asked.page))
}

/// The listed origins that sent the same request.
fn listed<'t>(tried: &'t TriedRows<'_>, asked: &Asked) -> impl Iterator<Item = &'t str> {
    let listed = tried.of_request(asked).filter(|row| row.asked.kind == OriginKind::Listed);
    listed.map(|row| row.asked.page.as_str())
}

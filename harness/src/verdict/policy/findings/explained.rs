//! Which of several origins that a server allows explains the others, so that one mistake is one finding: a server that
//! allows any origin also allows look-alikes, and origins that share a part of a listed origin may be allowed for one
//! reason.

use super::super::StepAccess;
use super::comparisons::{host, is_alike, is_on_same_port, is_same_host, own_machine};
use super::tried_rows::{TriedRow, TriedRows};
use crate::case::{Asked, OriginKind};

/// The length of the shortest text that a server is said to search for.
const SHORTEST: usize = 3;

/// Whether another finding already covers what a row shows: its cause explains this origin too, and
/// its page could do at least as much.
pub(super) fn implies(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let own = tried.did(asked);
    is_explained(tried, asked)
        || others(tried, asked).any(|(_, did)| own.is_none_or(|own| did.is_as_bad_as(own)))
}

/// The row whose cause explains this one, which could do more only because the browser sent the
/// user's cookies: `SameSite` prevents that for other sites, whatever the server allows.
pub(super) fn explained_by<'t>(tried: &'t TriedRows<'_>, asked: &Asked) -> Option<&'t Asked> {
    let own = tried.did(asked).filter(|own| own.cookies)?;
    let explaining = others(tried, asked).filter(|(_, did)| !did.cookies && !did.is_as_bad_as(own));
    explaining.map(|(other, _)| other).min_by_key(|other| other.kind != OriginKind::Foreign)
}

/// Pages that the policy does not allow either, whose cause may explain this row.
fn others<'t>(
    tried: &'t TriedRows<'_>,
    asked: &Asked,
) -> impl Iterator<Item = (&'t Asked, &'t StepAccess)> {
    let of_request = tried.of_request(asked).filter(|other| !other.asked.allowed);
    let explaining = of_request.filter(|other| may_explain(other.asked, asked));
    explaining.filter_map(|TriedRow { asked, did, .. }| Some((*asked, did.as_ref()?)))
}

/// Whether a server that allows one origin is known to allow the other for the same reason.
fn may_explain(one: &Asked, other: &Asked) -> bool {
    let is = |kind| one.kind == kind;
    let is_alike = |kind| is(kind) && one.like == other.like;
    let anybody = is(OriginKind::Foreign);
    // An origin that differs only in its port says nothing about other ports.
    let begins_alike = is_alike(OriginKind::Prefix) && !one.same_site;
    let ends_alike = is(OriginKind::Suffix) && !one.same_site;
    let of_the_site = is(OriginKind::Subdomain);
    match other.kind {
        OriginKind::Foreign => false,
        OriginKind::Port | OriginKind::TrailingDot => anybody || begins_alike,
        OriginKind::Joined => anybody || begins_alike || ends_alike,
        OriginKind::Label => anybody || ends_alike || of_the_site,
        OriginKind::Dot | OriginKind::Subdomain => anybody || ends_alike,
        OriginKind::Below => anybody || ends_alike || of_the_site || is_alike(OriginKind::Suffix),
        // The same host without its port.
        OriginKind::Part if other.same_site => {
            anybody || begins_alike || is_alike(OriginKind::Port)
        }
        OriginKind::Suffix if other.same_site => anybody || ends_alike || of_the_site,
        _ => anybody,
    }
}

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

/// An origin that begins and one that ends like a listed origin, if the server allows both, each for no
/// other reason.
fn ends<'t>(tried: &'t TriedRows<'_>, asked: &Asked) -> Option<[&'t Asked; 2]> {
    let end = |kind| {
        let mut of_request = tried.of_request(asked).filter(|other| {
            other.did.is_some() && other.asked.kind == kind && is_alike(other.asked, asked)
        });
        of_request.find(|other| !implies(tried, other.asked)).map(|other| other.asked)
    };
    Some([end(OriginKind::Prefix)?, end(OriginKind::Suffix)?])
}

/// Whether both are allowed, so that the server compares neither the beginning nor the end.
pub(super) fn has_both_ends(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    ends(tried, asked).is_some()
}

/// Whether such a server allows an origin because of a text that it shares with both ends and with the
/// listed host. No origin with this text is rejected.
pub(super) fn is_found_by_search(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let (Some(listed), Some(own)) = (asked.like.as_deref().and_then(host), host(&asked.page))
    else {
        return false;
    };
    let Some(ends) = ends(tried, asked) else { return false };
    let ends: Vec<_> = ends.iter().filter_map(|end| host(&end.page)).collect();
    let rejected = tried.of_request(asked).filter(|row| row.did.is_none());
    let rejected: Vec<_> = rejected.filter_map(|row| host(&row.asked.page)).collect();
    texts(&listed).any(|text| {
        own.contains(text)
            && ends.iter().all(|end| end.contains(text))
            && !rejected.iter().any(|host| host.contains(text))
    })
}

/// Whether the server allows an origin that has only a part of the listed host, so that this part is what it
/// searches for.
pub(super) fn searches_for_part(tried: &TriedRows<'_>, asked: &Asked) -> bool {
    let listed = asked.like.as_deref().and_then(host);
    let is_partial = |row: &&TriedRow<'_>| {
        let whole = |host: String| listed.as_ref().is_some_and(|listed| host.contains(listed));
        row.did.is_some()
            && !row.asked.allowed
            && row.asked.like == asked.like
            && host(&row.asked.page).is_some_and(|host| !whole(host))
    };
    let mut partial = tried.of_request(asked).filter(is_partial);
    partial.any(|row| is_found_by_search(tried, row.asked))
}

/// All parts of a host, the longest first.
fn texts(host: &str) -> impl Iterator<Item = &str> {
    let lengths = (SHORTEST..=host.len()).rev();
    lengths.flat_map(move |length| {
        (0..=host.len() - length).filter_map(move |start| host.get(start..start + length))
    })
}

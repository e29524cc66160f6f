//! Compares two origins as a server with a certain rule does: would it allow the second origin, given
//! that it allowed the first?

use crate::case::{Asked, OriginKind};

pub(super) fn is_not_null(_: &Asked, other: &Asked) -> bool {
    other.kind != OriginKind::Null
}

pub(super) fn is_https(_: &Asked, other: &Asked) -> bool {
    other.page.starts_with("https:")
}

/// Every host of the site to which `other.` was prepended, on the same scheme and port.
pub(super) fn is_host_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_on_same_port(allowed, other) && label_of_site(allowed, other).is_some()
}

pub(super) fn is_subdomain_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_host_of_site(allowed, other)
        && label_of_site(allowed, other).is_some_and(|label| !label.is_empty())
}

pub(super) fn is_label_of_site(allowed: &Asked, other: &Asked) -> bool {
    is_subdomain_of_site(allowed, other)
        && label_of_site(allowed, other).is_some_and(|label| !label.contains('.'))
}

/// The labels before the site in the host of an origin; empty for the site itself.
fn label_of_site(allowed: &Asked, other: &Asked) -> Option<String> {
    let (allowed, other) = (host(&allowed.page)?, host(&other.page)?);
    let site = allowed.strip_prefix("other.").unwrap_or(&allowed);
    let before = other.strip_suffix(site)?;
    match before.strip_suffix('.') {
        Some(label) => Some(label.to_owned()),
        None => before.is_empty().then(String::new),
    }
}

pub(super) fn begins_like_origin(allowed: &Asked, other: &Asked) -> bool {
    allowed.like.as_deref().is_some_and(|like| other.page.starts_with(like) && other.page != like)
}

/// Hosts that begin with the listed host, on the same scheme and port as the allowed origin.
pub(super) fn begins_like_host(allowed: &Asked, other: &Asked) -> bool {
    let like = allowed.like.as_deref().and_then(host);
    like.is_some_and(|like| {
        let begins = |host: String| host.starts_with(&like) && host != like;
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(begins)
    })
}

/// Hosts that end with what follows `evil` in the allowed host, on the same scheme and port.
pub(super) fn ends_like(allowed: &Asked, other: &Asked) -> bool {
    let allowed_host = host(&allowed.page);
    let end = allowed_host.as_deref().and_then(|host| host.strip_prefix("evil"));
    end.is_some_and(|end| {
        let ends = |host: String| host.ends_with(end);
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(ends)
    })
}

/// Hosts that contain the listed host, on the same scheme and port.
pub(super) fn contains_like(allowed: &Asked, other: &Asked) -> bool {
    let like = allowed.like.as_deref().and_then(host);
    like.is_some_and(|like| {
        let contains = |host: String| host.contains(&like);
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(contains)
    })
}

/// Hosts that contain the site of the listed host, on the same scheme and port.
pub(super) fn contains_site(allowed: &Asked, other: &Asked) -> bool {
    let like = allowed.like.as_deref().and_then(host);
    let site = like.as_deref().map(|host| psl::domain_str(host).unwrap_or(host).to_owned());
    site.is_some_and(|site| {
        let contains = |host: String| host.contains(&site);
        is_on_same_port(allowed, other) && host(&other.page).is_some_and(contains)
    })
}

/// Whether both look like one listed origin. Origins that end like the site of several listed origins are
/// made for the first of them.
pub(super) fn is_alike(one: &Asked, other: &Asked) -> bool {
    let site = |asked: &Asked| {
        let host = asked.like.as_deref().and_then(host)?;
        Some(psl::domain_str(&host).unwrap_or(&host).to_owned())
    };
    let is_of_site = |asked: &Asked| {
        let site = site(asked).map(|site| format!("evil{site}"));
        asked.kind == OriginKind::Suffix && site.is_some() && host(&asked.page) == site
    };
    one.like == other.like || ((is_of_site(one) || is_of_site(other)) && site(one) == site(other))
}

/// The listed host on any port.
pub(super) fn is_same_host(allowed: &Asked, other: &Asked) -> bool {
    let place =
        |origin: &str| parts(origin).map(|(scheme, host, _)| (scheme.to_owned(), host.to_owned()));
    let like = allowed.like.as_deref().and_then(place);
    like.is_some_and(|like| place(&other.page) == Some(like))
}

pub(super) fn is_part_of_listed(_: &Asked, other: &Asked) -> bool {
    let is_part = |like: &String| like.len() > other.page.len() && like.starts_with(&other.page);
    other.kind == OriginKind::Part && other.like.as_ref().is_some_and(is_part)
}

pub(super) fn is_part_of_joined(_: &Asked, other: &Asked) -> bool {
    other.kind == OriginKind::Joined || is_part_of_listed(other, other)
}

/// The listed name below another top-level domain, of which one is a prefix of the listed one.
pub(super) fn has_other_top_level(allowed: &Asked, other: &Asked) -> bool {
    let is_beginning = other.kind == OriginKind::Part && !is_same_host(allowed, other);
    allowed.like == other.like && (other.kind == OriginKind::TopLevel || is_beginning)
}

pub(super) fn has_other_for_dot(allowed: &Asked, other: &Asked) -> bool {
    allowed.like == other.like && other.kind == OriginKind::Dot
}

pub(super) fn is_own_machine(_: &Asked, other: &Asked) -> bool {
    other.kind == OriginKind::Localhost
}

pub(super) fn is_same_machine(allowed: &Asked, other: &Asked) -> bool {
    other.kind == OriginKind::Localhost && host(&allowed.page) == host(&other.page)
}

pub(super) fn begins_like_own_machine(allowed: &Asked, other: &Asked) -> bool {
    own_machine(allowed).is_some_and(|start| other.page.starts_with(start))
}

pub(super) fn is_on_same_port(one: &Asked, other: &Asked) -> bool {
    match (parts(&one.page), parts(&other.page)) {
        (Some((scheme, _, port)), Some((other_scheme, _, other_port))) => {
            (scheme, port) == (other_scheme, other_port)
        }
        _ => false,
    }
}

pub(super) fn host(origin: &str) -> Option<String> {
    parts(origin).map(|(_, host, _)| host.to_owned())
}

/// Scheme, host and explicit port of a serialized origin; `None` for `null`.
fn parts(origin: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, rest) = origin.split_once("://")?;
    let port = rest.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    Some(port.map_or((scheme, rest, None), |(host, port)| (scheme, host, Some(port))))
}

/// `http://localhost` of `http://localhost.evil.example`.
pub(super) fn own_machine(asked: &Asked) -> Option<&str> {
    asked.page.strip_suffix(".evil.example")
}

//! Compares two origins as a server with a certain rule does: would it allow the second origin, given
//! that it allowed the first?

use url::Url;

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

/// The listed host on any port.
pub(super) fn is_same_host(allowed: &Asked, other: &Asked) -> bool {
    let place = |origin: &str| {
        let url = Url::parse(origin).ok()?;
        Some((url.scheme().to_owned(), url.host_str()?.to_owned()))
    };
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
    let place = |page: &str| {
        let url = Url::parse(page).ok()?;
        Some((url.scheme().to_owned(), url.port_or_known_default()))
    };
    place(&one.page).is_some_and(|of_one| place(&other.page) == Some(of_one))
}

pub(super) fn host(origin: &str) -> Option<String> {
    Url::parse(origin).ok()?.host_str().map(str::to_owned)
}

/// `http://localhost` of `http://localhost.evil.example`.
pub(super) fn own_machine(asked: &Asked) -> Option<&str> {
    asked.page.strip_suffix(".evil.example")
}

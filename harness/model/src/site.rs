//! Origins and sites: <https://html.spec.whatwg.org/#origin>.

use url::{Host, Origin, Url};

/// <https://html.spec.whatwg.org/#same-origin>. An opaque origin is only the same as itself.
pub(super) fn same_origin(a: &Origin, b: &Origin) -> bool {
    a == b
}

/// <https://html.spec.whatwg.org/#same-site>, including schemes.
pub(super) fn same_site(a: &Origin, b: &Origin) -> bool {
    let schemes = match (a, b) {
        (Origin::Tuple(a, ..), Origin::Tuple(b, ..)) => a == b,
        _ => true,
    };
    schemes && schemelessly_same_site(a, b)
}

/// <https://html.spec.whatwg.org/#schemelessly-same-site>
pub(super) fn schemelessly_same_site(a: &Origin, b: &Origin) -> bool {
    match (a, b) {
        (Origin::Tuple(_, a, _), Origin::Tuple(_, b, _)) => same_site_hosts(a, b),
        _ => a == b,
    }
}

fn same_site_hosts(a: &Host<String>, b: &Host<String>) -> bool {
    match (registrable_domain(a), registrable_domain(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}

/// <https://url.spec.whatwg.org/#host-registrable-domain>, and whether the name ends with a dot:
/// the list of suffixes has no such names, and the standard treats them as different names.
fn registrable_domain(host: &Host<String>) -> Option<(&str, bool)> {
    match host {
        Host::Domain(domain) => {
            let bare = domain.strip_suffix('.').unwrap_or(domain);
            Some((psl::domain_str(bare)?, bare.len() != domain.len()))
        }
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

/// <https://url.spec.whatwg.org/#host-public-suffix>: whether a domain is one.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    let bare = domain.strip_suffix('.').unwrap_or(domain);
    psl::suffix_str(bare) == Some(bare)
}

/// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>
pub(super) fn is_potentially_trustworthy(origin: &Origin) -> bool {
    match origin {
        Origin::Opaque(_) => false,
        Origin::Tuple(scheme, host, _) => {
            matches!(scheme.as_str(), "https" | "wss") || is_loopback(host)
        }
    }
}

fn is_loopback(host: &Host<String>) -> bool {
    match host {
        Host::Domain(domain) => {
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            domain == "localhost" || domain.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// <https://fetch.spec.whatwg.org/#http-scheme>
pub(super) fn has_http_scheme(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// <https://url.spec.whatwg.org/#include-credentials>
pub(super) fn includes_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some_and(|password| !password.is_empty())
}

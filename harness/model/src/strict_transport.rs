//! Hosts that sent `Strict-Transport-Security`: RFC 6797.

use std::collections::BTreeMap;
use std::time::Duration;

use url::{Host, Url};

use super::clock::{Lifespan, Span};
use super::headers::{HeaderList, delta_seconds, is_http_whitespace, text, trim};
use super::mime::next_parameter;

/// The HSTS hosts that a browser knows.
#[derive(Debug, Default)]
pub(super) struct StrictTransport(Vec<KnownHost>);

#[derive(Debug)]
struct KnownHost {
    domain: String,
    includes_subdomains: bool,
    noted: Span,
    max_age: Duration,
}

impl StrictTransport {
    /// Section 8.1: for a response over TLS from a host with a name. The first line counts.
    pub(super) fn note(&mut self, url: &Url, headers: &HeaderList, now: Span) {
        let Some(domain) = domain(url, "https") else { return };
        let mut lines = headers.values("strict-transport-security");
        let Some((max_age, includes_subdomains)) = lines.next().and_then(policy) else { return };
        self.0.retain(|known| known.domain != domain);
        let domain = domain.to_owned();
        self.0.push(KnownHost { domain, includes_subdomains, noted: now, max_age });
    }

    /// Section 8.2: of the HSTS hosts that match the host of an `http` URL, or a parent domain with
    /// `includeSubDomains`, the one that most certainly applies, with its max-age and how much of
    /// it has passed. The standard excludes `localhost` and names below it.
    pub(super) fn binding(&self, url: &Url, now: Span) -> Option<(String, Duration, Span)> {
        let is_of_machine = |domain: &&str| matches!(domain.rsplit('.').next(), Some("localhost"));
        let domain = domain(url, "http").filter(|domain| !is_of_machine(domain))?;
        let covering = self.0.iter().filter(|known| known.covers(domain));
        let known = covering.min_by_key(|known| {
            match Lifespan::of(known.max_age, now.since(known.noted)) {
                Lifespan::Alive => 0,
                Lifespan::Uncertain => 1,
                Lifespan::Gone => 2,
            }
        })?;
        Some((known.domain.clone(), known.max_age, now.since(known.noted)))
    }
}

impl KnownHost {
    fn covers(&self, domain: &str) -> bool {
        let before = domain.strip_suffix(self.domain.as_str());
        before.is_some_and(|before| {
            before.is_empty() || (self.includes_subdomains && before.ends_with('.'))
        })
    }
}

/// The domain of a URL with this scheme.
fn domain<'u>(url: &'u Url, scheme: &str) -> Option<&'u str> {
    match url.host()? {
        Host::Domain(domain) if url.scheme() == scheme => Some(domain),
        _ => None,
    }
}

/// Section 6.1: `max-age`, and whether there is `includeSubDomains`.
fn policy(value: &[u8]) -> Option<(Duration, bool)> {
    let directives = directives(value)?;
    let max_age = delta_seconds(directives.get("max-age")?.as_deref()?)?;
    Some((Duration::from_secs(max_age), directives.contains_key("includesubdomains")))
}

/// Directives are written like parameters; `None` if one occurs twice.
fn directives(value: &[u8]) -> Option<BTreeMap<String, Option<Vec<u8>>>> {
    let input = [b";", value].concat();
    let (mut rest, mut directives) = (input.as_slice(), BTreeMap::new());
    while let Some((name, value, after)) = next_parameter(rest) {
        rest = after;
        let name = text(trim(name, is_http_whitespace)).to_ascii_lowercase();
        if !name.is_empty() && directives.insert(name, value).is_some() {
            return None;
        }
    }
    Some(directives)
}

//! The fetch directives of Content Security Policy: <https://w3c.github.io/webappsec-csp/>.

use url::{Origin, Url};

use super::request_modes::Destination;
use super::ruling::{Fetched, Reason, Stage, cannot_judge, network_error};

/// One policy: <https://w3c.github.io/webappsec-csp/#policy>.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ContentSecurityPolicy {
    /// Names in lower case, each with its tokens. Of a repeated directive the first one counts.
    directives: Vec<(String, Vec<String>)>,
}

/// What a policy checks of a request.
pub(super) struct CheckedRequest<'r> {
    pub(super) destination: Destination,
    /// The origin of the document or worker that has the policy.
    pub(super) origin: &'r Origin,
    pub(super) current_url: &'r Url,
    pub(super) is_redirected: bool,
}

impl ContentSecurityPolicy {
    /// The policies in a header value, which are separated by commas:
    /// <https://w3c.github.io/webappsec-csp/#parse-response-csp>.
    pub fn parse_all(value: &str) -> Vec<Self> {
        value.split(',').map(Self::parse).filter(|policy| !policy.directives.is_empty()).collect()
    }

    /// <https://w3c.github.io/webappsec-csp/#parse-serialized-policy>
    fn parse(serialized: &str) -> Self {
        let mut policy = Self::default();
        for directive in serialized.split(';') {
            let mut tokens = directive.split_ascii_whitespace().map(str::to_owned);
            let Some(name) = tokens.next().map(|name| name.to_ascii_lowercase()) else { continue };
            if policy.value(&name).is_none() {
                policy.directives.push((name, tokens.collect()));
            }
        }
        policy
    }

    fn value(&self, name: &str) -> Option<&[String]> {
        let directive = self.directives.iter().find(|(known, _)| known == name);
        directive.map(|(_, tokens)| tokens.as_slice())
    }

    /// The directive that decides for a destination, and its source list:
    /// <https://w3c.github.io/webappsec-csp/#directive-fallback-list>.
    fn directive(&self, destination: Destination) -> Option<(&'static str, &[String])> {
        let names = directives(destination);
        // What has no directive has no fallback either.
        let fallback = (!names.is_empty()).then_some(&"default-src");
        names.iter().chain(fallback).copied().find_map(|name| Some((name, self.value(name)?)))
    }

    /// Whether it allows a request: <https://w3c.github.io/webappsec-csp/#does-request-violate-policy>.
    pub(super) fn check(&self, checked: &CheckedRequest<'_>) -> Fetched<()> {
        let Some((name, sources)) = self.directive(checked.destination) else { return Ok(()) };
        let is_special = |source: &String| {
            let source = source.to_ascii_lowercase();
            source.starts_with("'nonce-")
                || source.starts_with("'sha")
                || source == "'strict-dynamic'"
        };
        if sources.iter().any(is_special) {
            return cannot_judge("nonces and hashes of a Content-Security-Policy are not modelled");
        }
        if sources.iter().any(|source| matches(source, checked)) {
            return Ok(());
        }
        let directive = format!("{name} {}", sources.join(" "));
        network_error(Stage::MainFetch, Reason::ContentSecurityPolicy, directive.trim_end())
    }
}

/// <https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request>, with what it falls back to.
fn directives(destination: Destination) -> &'static [&'static str] {
    match destination {
        Destination::Empty | Destination::Json | Destination::Text => &["connect-src"],
        Destination::Audio | Destination::Track | Destination::Video => &["media-src"],
        Destination::Font => &["font-src"],
        Destination::Document | Destination::Report => &[],
        Destination::Iframe => &["frame-src", "child-src"],
        Destination::Image => &["img-src"],
        Destination::Manifest => &["manifest-src"],
        Destination::Object => &["object-src"],
        Destination::AudioWorklet
        | Destination::PaintWorklet
        | Destination::Script
        | Destination::Xslt => &["script-src-elem", "script-src"],
        Destination::Style => &["style-src-elem", "style-src"],
        Destination::ServiceWorker | Destination::SharedWorker | Destination::Worker => {
            &["worker-src", "child-src", "script-src"]
        }
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-url-to-source-expression>
fn matches(source: &str, checked: &CheckedRequest<'_>) -> bool {
    let (url, own) = (checked.current_url, checked.origin);
    let source_lower = source.to_ascii_lowercase();
    if source == "*" {
        return matches!(url.scheme(), "http" | "https" | "ws" | "wss") || has_scheme_of(own, url);
    }
    if source_lower == "'self'" {
        return matches_self(own, url);
    }
    if source_lower.starts_with('\'') {
        return false;
    }
    match source_lower.strip_suffix(':') {
        Some(scheme) => scheme_part_matches(scheme, url.scheme()),
        None => matches_host_source(source, own, url, checked.is_redirected),
    }
}

fn has_scheme_of(origin: &Origin, url: &Url) -> bool {
    matches!(origin, Origin::Tuple(scheme, ..) if scheme == url.scheme())
}

/// The own origin, or the same host over https on the default ports.
fn matches_self(own: &Origin, url: &Url) -> bool {
    let Origin::Tuple(scheme, host, port) = own else { return false };
    let is_host = url.host_str().is_some_and(|name| name == host.to_string());
    let (asked, is_default) = (url.port_or_known_default(), url.port().is_none());
    let is_own_port = asked == Some(*port) || (is_default && matches!(*port, 80 | 443));
    is_host && is_own_port && scheme_part_matches(scheme, url.scheme())
}

/// <https://w3c.github.io/webappsec-csp/#match-schemes>: `http` covers `https` too.
fn scheme_part_matches(expected: &str, scheme: &str) -> bool {
    expected == scheme
        || matches!((expected, scheme), ("http", "https") | ("ws", "wss" | "http" | "https"))
        || (expected == "wss" && scheme == "https")
}

/// `https://*.example.com:443/path`: every part but the host can be missing.
fn matches_host_source(source: &str, own: &Origin, url: &Url, was_redirected: bool) -> bool {
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, source),
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_scheme = match (&scheme, own) {
        (Some(scheme), _) => scheme_part_matches(scheme, url.scheme()),
        (None, Origin::Tuple(scheme, ..)) => scheme_part_matches(scheme, url.scheme()),
        (None, Origin::Opaque(_)) => false,
    };
    is_scheme
        && url.host_str().is_some_and(|name| host_part_matches(&host.to_ascii_lowercase(), name))
        && port_part_matches(port, url)
        && (was_redirected || path_part_matches(path, url.path()))
}

/// <https://w3c.github.io/webappsec-csp/#match-hosts>
fn host_part_matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(rest) => host.ends_with(rest),
        None => pattern == host,
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-ports>
fn port_part_matches(port: Option<&str>, url: &Url) -> bool {
    match port {
        None => url.port().is_none(),
        Some("*") => true,
        Some(port) => {
            let asked = url.port_or_known_default();
            port.parse().ok() == asked || (port == "80" && asked == Some(443))
        }
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-paths>: a path that ends in a slash covers what is below it.
fn path_part_matches(pattern: &str, path: &str) -> bool {
    match pattern {
        "" | "/" => true,
        _ if pattern.ends_with('/') => path.starts_with(pattern),
        _ => path == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ruling::FetchError;

    /// Checks a request of `https://app.example.com` with every policy in a header value.
    fn check(url: &str, destination: Destination, policy: &str) -> Fetched<()> {
        let page = Url::parse("https://app.example.com/page").expect("a URL");
        let url = Url::parse(url).expect("a URL");
        let (origin, current_url) = (&page.origin(), &url);
        let checked = CheckedRequest { destination, origin, current_url, is_redirected: false };
        let policies = ContentSecurityPolicy::parse_all(policy);
        policies.iter().try_for_each(|policy| policy.check(&checked))
    }

    #[test]
    fn what_a_source_list_allows() {
        let table = [
            ("connect-src 'none'", "https://app.example.com/", false),
            ("connect-src 'self'", "https://app.example.com/a", true),
            ("connect-src 'self'", "https://api.example.com/", false),
            ("connect-src *", "http://api.example.com:8000/", true),
            ("connect-src https:", "https://api.example.com/", true),
            ("connect-src https:", "http://api.example.com/", false),
            ("connect-src http:", "https://api.example.com/", true),
            ("connect-src api.example.com", "https://api.example.com/", true),
            ("connect-src api.example.com", "http://api.example.com/", false),
            ("connect-src api.example.com", "https://api.example.com:8443/", false),
            ("connect-src api.example.com:*", "https://api.example.com:8443/", true),
            ("connect-src https://*.example.com", "https://a.b.example.com/", true),
            ("connect-src https://*.example.com", "https://example.com/", false),
            ("connect-src https://api.example.com/v1/", "https://api.example.com/v1/me", true),
            ("connect-src https://api.example.com/v1", "https://api.example.com/v1/me", false),
            ("default-src 'none'", "https://api.example.com/", false),
            ("default-src 'none'; connect-src *", "https://api.example.com/", true),
            ("img-src 'none'", "https://api.example.com/", true),
            ("connect-src *; connect-src 'none'", "https://api.example.com/", true),
            ("connect-src *, default-src 'none'", "https://api.example.com/", false),
            ("CONNECT-SRC 'NONE'", "https://api.example.com/", false),
            ("connect-src", "https://api.example.com/", false),
        ];
        for (policy, url, allowed) in table {
            let checked = check(url, Destination::Empty, policy);
            assert_eq!(checked.is_ok(), allowed, "{policy} {url}");
        }
    }

    #[test]
    fn which_directive_decides() {
        let table = [
            (Destination::Image, "img-src 'none'", false),
            (Destination::Image, "connect-src 'none'", true),
            (Destination::Script, "script-src 'none'", false),
            (Destination::Script, "script-src 'none'; script-src-elem *", true),
            (Destination::Worker, "script-src 'none'", false),
            (Destination::Worker, "script-src 'none'; child-src *", true),
            (Destination::Font, "default-src 'none'", false),
            (Destination::Style, "style-src 'none'", false),
            (Destination::Track, "media-src 'none'", false),
            (Destination::Iframe, "child-src 'none'", false),
            (Destination::Document, "default-src 'none'", true),
        ];
        for (destination, policy, allowed) in table {
            let checked = check("https://cdn.example/", destination, policy);
            assert_eq!(checked.is_ok(), allowed, "{destination:?} {policy}");
        }
    }

    #[test]
    fn a_nonce_is_not_judged() {
        let checked = check("https://cdn.example/", Destination::Script, "script-src 'nonce-a'");
        assert!(matches!(checked, Err(FetchError::CannotJudge(_))));
    }
}

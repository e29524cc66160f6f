//! Origins: scheme, host and port, and how a case writes them.

use std::fmt;
use std::str::FromStr;

use cors_model::is_bad_port;
use cors_servers::script::{Address, Scheme};
use url::Url;

use super::complaint::ValueError;
use super::suggest::brief;

/// A tuple origin: <https://html.spec.whatwg.org/#concept-origin-tuple>.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    /// Scheme.
    pub scheme: Scheme,
    /// Host as URLs serialize it: ASCII lower case, IPv6 in brackets.
    pub host: String,
    /// Port, the scheme's default included.
    pub port: u16,
}

impl Origin {
    /// The address of its server.
    pub fn address(&self) -> Address {
        let host = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Address { scheme: self.scheme, host, port: self.port }
    }
}

impl fmt::Display for Origin {
    /// The ASCII serialization of an origin, which leaves out the default port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port == self.scheme.default_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Reads `scheme://host[:port]`.
pub(super) fn parse(text: &str) -> Result<Origin, ValueError> {
    let not = |help: String| ValueError::new(format!("`{}` is not an origin", brief(text)), help);
    let Some((_, host)) = text.split_once("://") else {
        return Err(not(without_scheme(text)));
    };
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(not("an origin has no spaces: `https://api.example.com`".to_owned()));
    }
    let url = Url::parse(text)
        .map_err(|error| not(format!("{error}; write `https://api.example.com`")))?;
    let origin =
        of(&url).ok_or_else(|| not("an origin begins with `http://` or `https://`".to_owned()))?;
    check_host(&origin.host)?;
    match host.find(['/', '?', '#', '\\', '@']) {
        None => Ok(origin),
        Some(_) => {
            let what = match host.contains('@') {
                // The part before it may be a password.
                true => "an origin has no user name".to_owned(),
                false => format!("`{}` is more than an origin", brief(text)),
            };
            let help = format!("an origin is scheme, host and port: write `{origin}`");
            Err(ValueError::new(what, help))
        }
    }
}

/// Reads the origin of a page that a browser can open.
pub(super) fn page(text: &str) -> Result<Origin, ValueError> {
    match parse(text)? {
        origin if is_bad_port(origin.port) => Err(ValueError::new(
            format!("browsers do not open pages on port {}", origin.port),
            "use another port: https://fetch.spec.whatwg.org/#port-blocking lists the blocked ones",
        )),
        origin => Ok(origin),
    }
}

fn without_scheme(text: &str) -> String {
    match text {
        "null" => "the opaque origin has no URL; a page gets it with `context: sandboxed-iframe`"
            .to_owned(),
        "" | "*" => "write scheme and host: `https://api.example.com`".to_owned(),
        _ => format!("write scheme and host: `https://{}`", brief(text.trim_matches('/'))),
    }
}

/// The longest name: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>.
const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Reports a name that a browser cannot look up as a host. `host` is as URLs serialize it.
pub(super) fn check_host(host: &str) -> Result<(), ValueError> {
    match wrong_host(host) {
        None => Ok(()),
        Some(help) => {
            Err(ValueError::new(format!("`{}` cannot be the name of a host", brief(host)), help))
        }
    }
}

fn wrong_host(host: &str) -> Option<String> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let mut labels = name.split('.');
    let sign = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if host.starts_with('[') {
        // An IPv6 literal, which the URL parser has already checked.
        None
    } else if name.contains('*') {
        Some("a pattern is not allowed here: write a host name".to_owned())
    } else if name.len() > LONGEST_HOST {
        Some(format!("a name has at most {LONGEST_HOST} characters"))
    } else if labels.clone().any(str::is_empty) {
        Some("there is text before and after each dot".to_owned())
    } else if labels.any(|label| label.len() > LONGEST_LABEL) {
        Some(format!("there are at most {LONGEST_LABEL} characters between two dots"))
    } else if !name.chars().all(sign) {
        Some("a name has letters, digits, `-`, `_` and dots".to_owned())
    } else {
        None
    }
}

impl FromStr for Origin {
    type Err = String;

    /// `scheme://host[:port]`; the error says what is wrong and what to write instead.
    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).map_err(|ValueError { what, help }| format!("{what}: {help}"))
    }
}

/// The origin of an `http` or `https` URL.
pub(super) fn of(url: &Url) -> Option<Origin> {
    let scheme = match url.scheme() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
    Some(Origin { scheme, host, port: url.port_or_known_default()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_serialised_as_urls_are() {
        for (written, serialised) in [
            ("https://api.example.com", "https://api.example.com"),
            ("HTTPS://API.Example.COM:443", "https://api.example.com"),
            ("http://api.example.com:443", "http://api.example.com:443"),
            ("http://[::0:1]:80", "http://[::1]"),
            ("http://127.1", "http://127.0.0.1"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(parse(written).map(|origin| origin.to_string()), Ok(serialised.to_owned()));
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        for written in [
            "https://a.example/",
            "https://a.example/x",
            "https://a.example?x",
            "https://u@a.example",
        ] {
            assert!(
                parse(written)
                    .is_err_and(|wrong| wrong.help.ends_with("write `https://a.example`")),
                "{written}"
            );
        }
    }

    #[test]
    fn other_values_are_no_origins() {
        for written in [
            "",
            "*",
            "null",
            "a.example",
            "https:a.example",
            "https://",
            "https:///a",
            "ftp://a.example",
            "https://a b",
        ] {
            assert!(parse(written).is_err(), "{written}");
        }
    }

    #[test]
    fn names_of_hosts() {
        let longest = "a".repeat(63);
        for good in ["a.example", "a.example.", "[::1]", "127.0.0.1", "a_b-c", longest.as_str()] {
            assert_eq!(check_host(good), Ok(()), "{good}");
        }
        let (label, name) = ("a".repeat(64), "abc.".repeat(64));
        for bad in ["", ".", "a..b", ".a", "*.a", "a!b", label.as_str(), name.as_str()] {
            assert!(check_host(bad).is_err(), "{bad}");
        }
    }
}

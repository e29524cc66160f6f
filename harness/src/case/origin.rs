//! Origins: scheme, host and port, and how a case writes them.

use std::fmt;
use std::str::FromStr;

use cors_model::is_bad_port;
use cors_servers::script::{Address, Scheme};
use url::Url;

use super::complaint::ValueError;
use super::host;
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
    host::check(&origin.host)?;
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
}

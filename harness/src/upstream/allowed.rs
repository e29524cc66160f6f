//! Decides which servers may get requests: those on this machine, and others only by name.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::loopback::is_loopback;

/// Servers on other machines that the user of the run has named.
#[derive(Clone, Debug, Default)]
pub struct Allowed(BTreeSet<Remote>);

/// A server that is not on this machine.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Remote {
    host: String,
    port: u16,
}

impl Allowed {
    /// The servers, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Remote> {
        self.0.iter()
    }

    /// Rejects a server on another machine that was not named. A case file alone must not make a
    /// machine send anything to another.
    pub(super) fn check(&self, url: &Url) -> Result<(), String> {
        let remote = Remote {
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
        };
        if is_loopback(url) || self.0.contains(&remote) {
            return Ok(());
        }
        Err(format!(
            "`{remote}` is not on this machine: allow it with `--allow-upstream {remote}`, or in \
            CORS_HARNESS_ALLOW_UPSTREAM"
        ))
    }
}

/// A list separated by commas: the form of the variable, which may be empty.
impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// Allows what any of them allows.
impl FromIterator<Allowed> for Allowed {
    fn from_iter<I: IntoIterator<Item = Allowed>>(all: I) -> Self {
        Self(all.into_iter().flat_map(|one| one.0).collect())
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl FromStr for Remote {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not HOST:PORT, as in `staging.example.com:8000`");
        let url = Url::parse(&format!("http://{text}")).map_err(|_| wrong())?;
        let (_, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let bare = url.path() == "/" && url.query().is_none() && !text.contains(['/', '@', '#']);
        let host = url.host_str().filter(|_| bare).ok_or_else(wrong)?.to_owned();
        Ok(Self { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(named: &str, url: &str) -> Result<(), String> {
        named.parse::<Allowed>().unwrap().check(&url.parse().unwrap())
    }

    #[test]
    fn this_machine_can_be_requested() {
        assert_eq!(check("", "http://localhost:2"), Ok(()));
    }

    #[test]
    fn a_remote_server_is_allowed_if_named_with_its_port() {
        for url in [
            "http://10.0.0.1:80",
            "http://a.test:8000",
            "http://127.0.0.1.nip.io",
            "http://0.0.0.0",
        ] {
            assert!(check("a.test:80, b.test:8000", url).is_err(), "{url}");
        }
        assert_eq!(check("A.test:8000", "http://a.test:8000"), Ok(()));
        assert_eq!(check("[fd00::1]:80", "http://[fd00::1]"), Ok(()));
    }

    #[test]
    fn a_name_has_a_host_and_a_port() {
        for bad in ["", "a", "a:", "a:x", ":80", "http://a:80", "a:80/", "u@a:80", "a:70000"] {
            assert!(bad.parse::<Remote>().is_err(), "{bad}");
        }
    }
}

//! Decides which addresses belong to this machine.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use url::{Host, Url};

/// Whether a URL is on this machine, as far as the URL shows: the address of another name is up to
/// a resolver.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names_and_addresses() {
        for (url, local) in [
            ("http://127.0.0.1:4444/", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:4444/wd/hub", true),
            ("http://localhost:1", true),
            ("https://LOCALHOST", true),
            ("http://localhost.example", false),
            ("http://app.localhost", false),
            ("http://127.0.0.1.nip.io", false),
            ("http://0.0.0.0", false),
            ("http://10.0.0.1:4444", false),
            ("http://[fd00::1]", false),
            ("http://grid.example.com", false),
            ("data:text/plain,localhost", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), local, "{url}");
        }
    }
}

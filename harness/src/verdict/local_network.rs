//! Notes what Local Network Access would add to a row. No browser in this harness shows it.
//!
//! A browser decides by the address of the connection, and there is none through the harness's
//! proxy: <https://wicg.github.io/local-network-access/>.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::case::Row;
use crate::observation::RowObservation;

/// The address space of a host, the most private first.
/// <https://wicg.github.io/local-network-access/#ip-address-space-heading>
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum AddressSpace {
    Loopback,
    Local,
    Public,
}

/// The note for a row whose page sent requests to a host that is more private than its own; `None`
/// for any other row. Rows with the same server have the same note.
pub fn local_network_note(row: &Row, observation: &RowObservation) -> Option<String> {
    let of_page = address_space(&row.page.origin.to_string())?;
    let steps = observation.steps.iter();
    let mut urls = steps.flat_map(|step| {
        let preflights = step.preflights.iter().map(|one| one.url.as_str());
        preflights.chain(step.requests.iter().map(|one| one.url.as_str()))
    });
    let url = urls.find(|url| address_space(url).is_some_and(|space| space < of_page))?;
    let server = Url::parse(url).ok()?.origin().ascii_serialization();
    let place = match of_page {
        AddressSpace::Public => "a public host",
        AddressSpace::Local | AddressSpace::Loopback => "another host of the local network",
    };
    Some(format!(
        "outside of this harness, Chromium lets a page on {place} send requests to {server} only \
        if the page \
         is loaded over HTTPS and the user gives permission (Local Network Access); the harness does not show this, because its proxy hides the server's address from the browser"
    ))
}

/// The address space of a URL's host, as far as the URL shows it. The addresses of a name are
/// unknown, but names that end with `.localhost` and `.local` never leave the machine or the
/// network.
fn address_space(url: &str) -> Option<AddressSpace> {
    let url = Url::parse(url).ok()?;
    Some(match url.host()? {
        Host::Domain(name) => of_name(name.strip_suffix('.').unwrap_or(name)),
        Host::Ipv4(address) => of_ipv4(address),
        Host::Ipv6(address) => of_ipv6(address),
    })
}

/// RFC 6761, section 6.3, and RFC 6762, section 3.
fn of_name(name: &str) -> AddressSpace {
    match name.rsplit('.').next() {
        Some("localhost") => AddressSpace::Loopback,
        Some("local") => AddressSpace::Local,
        _ => AddressSpace::Public,
    }
}

fn of_ipv4(address: Ipv4Addr) -> AddressSpace {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    if address.is_loopback() || first == 0 {
        AddressSpace::Loopback
    } else if address.is_private() || address.is_link_local() || is_shared {
        AddressSpace::Local
    } else {
        AddressSpace::Public
    }
}

fn of_ipv6(address: Ipv6Addr) -> AddressSpace {
    match address.to_canonical() {
        IpAddr::V4(address) => of_ipv4(address),
        IpAddr::V6(address) if address.is_loopback() || address.is_unspecified() => {
            AddressSpace::Loopback
        }
        IpAddr::V6(address) if address.is_unique_local() || address.is_unicast_link_local() => {
            AddressSpace::Local
        }
        IpAddr::V6(_) => AddressSpace::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_loopback_local_or_public() {
        for (url, space) in [
            ("http://localhost:3000/", AddressSpace::Loopback),
            ("http://app.localhost", AddressSpace::Loopback),
            ("http://LOCALHOST.", AddressSpace::Loopback),
            ("http://127.9.9.9", AddressSpace::Loopback),
            ("http://0.0.0.0:8000", AddressSpace::Loopback),
            ("http://[::1]:3000", AddressSpace::Loopback),
            ("http://[::]", AddressSpace::Loopback),
            ("http://[::ffff:127.0.0.1]", AddressSpace::Loopback),
            ("http://printer.local", AddressSpace::Local),
            ("http://10.1.2.3", AddressSpace::Local),
            ("http://172.16.0.1", AddressSpace::Local),
            ("http://172.31.255.255", AddressSpace::Local),
            ("https://192.168.1.1", AddressSpace::Local),
            ("http://169.254.169.254", AddressSpace::Local),
            ("http://100.64.0.1", AddressSpace::Local),
            ("http://[fd00::1]", AddressSpace::Local),
            ("http://[fe80::1]", AddressSpace::Local),
            ("http://[::ffff:10.0.0.1]", AddressSpace::Local),
            ("http://172.32.0.1", AddressSpace::Public),
            ("http://100.128.0.1", AddressSpace::Public),
            ("http://8.8.8.8", AddressSpace::Public),
            ("http://[2001:4860:4860::8888]", AddressSpace::Public),
            ("https://api.my-company.com", AddressSpace::Public),
            ("http://localhost.evil.example", AddressSpace::Public),
            ("http://mylocalhost", AddressSpace::Public),
            ("http://x.local.example", AddressSpace::Public),
        ] {
            assert_eq!(address_space(url), Some(space), "{url}");
        }
    }
}

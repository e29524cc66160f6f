//! Host names for each row that keep every relation of the written names.
//!
//! A row's names differ from the written ones only by an inserted label. A name can therefore be
//! mapped and mapped back without a table, keeping its letter case, wherever it occurs in a text:
//!
//! * its own site: `api.bank.example` → `api.bank-r7.example`;
//! * a host next to a page that several rows share: `api.example.com` → `api.r7.example.com`, while
//!   the page keeps the name `app.example.com`. The host stays same-site and cross-origin;
//! * its own port, if the meaning is in the name: `localhost:3000` → `localhost:20056`.

use std::net::Ipv4Addr;

/// Maps the written host names of a row to its own names, and back.
#[derive(Clone, Debug, Default)]
pub struct Names {
    label: String,
    sites: Vec<(String, Insertion)>,
    kept: Vec<String>,
    ports: Vec<OwnPort>,
}

/// A host that keeps its name and gets another port.
#[derive(Clone, Debug, Eq, PartialEq)]
struct OwnPort {
    host: String,
    written: u16,
    own: u16,
}

/// Where the row's label is inserted in the names of a site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Insertion {
    /// `bank.example` → `bank-r7.example`.
    IntoSite,
    /// `api.example.com` → `api.r7.example.com`.
    BeforeSite,
}

impl Names {
    /// Every name as written.
    pub fn verbatim() -> Self {
        Self::default()
    }

    /// Names for the row with this label, in which all `hosts` are mapped.
    ///
    /// Precondition: every host is mappable, see [`is_mappable`].
    pub fn own<'a>(label: &str, hosts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = Self { label: label.to_owned(), ..Self::default() };
        names.add_sites(hosts, Insertion::IntoSite);
        names
    }

    /// Names for the row with this label on a page that other rows share: the page's hosts keep
    /// their names, hosts of their sites stay on these sites, and all others get sites of the row.
    ///
    /// Precondition: every host is mappable, see [`is_mappable`], except those of the page.
    pub fn beside_page<'a>(
        label: &str,
        page_hosts: &[&str],
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut names = Self {
            label: label.to_owned(),
            kept: page_hosts.iter().map(|host| (*host).to_owned()).collect(),
            ..Self::default()
        };
        names.add_sites(page_hosts.iter().copied(), Insertion::BeforeSite);
        names.add_sites(hosts, Insertion::IntoSite);
        names
    }

    /// Names for the row with this label, which has its own page on the site of `page_hosts`. No
    /// host keeps its name. The page's site stays the same, so that a browser that was just there
    /// need not start another process.
    ///
    /// Precondition: every host is mappable, see [`is_mappable`], and no cookie covers a whole
    /// site.
    pub fn on_own_page<'a>(
        label: &str,
        page_hosts: &[&str],
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self { kept: Vec::new(), ..Self::beside_page(label, page_hosts, hosts) }
    }

    /// The same names. Each of `addresses`, whose hosts keep their names, also gets its own port,
    /// counted from `first_port`.
    pub fn with_ports<'a>(
        mut self,
        addresses: impl IntoIterator<Item = (&'a str, u16)>,
        first_port: u16,
    ) -> Self {
        for (host, written) in addresses {
            if !self.ports.iter().any(|port| port.host == host && port.written == written) {
                let own = self.ports.last().map_or(first_port, |last| last.own + 1);
                self.ports.push(OwnPort { host: host.to_owned(), written, own });
            }
        }
        self
    }

    /// The port of the row for a written port of a host, whose name is given as written.
    pub fn physical_port(&self, host: &str, port: u16) -> u16 {
        let own = self.ports.iter().find(|own| own.host == host && own.written == port);
        own.map_or(port, |own| own.own)
    }

    fn add_sites<'a>(&mut self, hosts: impl IntoIterator<Item = &'a str>, insertion: Insertion) {
        for site in hosts.into_iter().filter_map(registrable_domain) {
            if !self.sites.iter().any(|(known, _)| known == site) {
                self.sites.push((site.to_owned(), insertion));
            }
        }
    }

    /// A text of the case with the row's names, as its servers and page receive it.
    pub fn physical(&self, text: &str) -> String {
        let port = |host: &str, port| Some(self.physical_port(host, port));
        map_hosts(text, |host| self.physical_host(host), port)
    }

    /// A text that servers or page saw, with the names of the case.
    pub fn logical(&self, text: &str) -> String {
        let port = |host: &str, port| {
            let own = self.ports.iter().find(|own| own.host == host && own.own == port);
            own.map(|own| own.written)
        };
        map_hosts(text, |host| self.logical_host(host), port)
    }

    fn physical_host(&self, host: &str) -> Option<String> {
        if self.kept.iter().any(|kept| kept.eq_ignore_ascii_case(host)) {
            return None;
        }
        self.sites.iter().find_map(|(site, insertion)| {
            let start = site_offset(host, site)?;
            let (at, inserted) = match insertion {
                Insertion::BeforeSite => (start, format!("{}.", self.label)),
                Insertion::IntoSite => (start + first_label(site), format!("-{}", self.label)),
            };
            Some(format!("{}{inserted}{}", &host[..at], &host[at..]))
        })
    }

    fn logical_host(&self, host: &str) -> Option<String> {
        self.sites.iter().find_map(|(site, insertion)| {
            let (own_site, at, inserted) = match insertion {
                Insertion::BeforeSite => {
                    (format!("{}.{site}", self.label), 0, self.label.len() + 1)
                }
                Insertion::IntoSite => {
                    let (head, tail) = site.split_at(first_label(site));
                    let own = format!("{head}-{}{tail}", self.label);
                    (own, head.len(), self.label.len() + 1)
                }
            };
            let at = site_offset(host, &own_site)? + at;
            Some(format!("{}{}", &host[..at], &host[at + inserted..]))
        })
    }
}

/// Whether a host can get a name of the row: a domain name below a public suffix.
///
/// Not IP addresses and `localhost`, whose meaning is in the name; not public suffixes, punycode
/// and names with a trailing dot, where an inserted label would change the kind of name; and not
/// names that would become too long.
pub fn is_mappable(host: &str) -> bool {
    let special = host.starts_with('[')
        || host.parse::<Ipv4Addr>().is_ok()
        || host.ends_with('.')
        || host == "localhost"
        || host.contains("xn--")
        || !host.is_ascii();
    let fits = |site: &str| {
        first_label(site) + LABEL <= LONGEST_LABEL && host.len() + LABEL <= LONGEST_NAME
    };
    !special && registrable_domain(host).is_some_and(fits)
}

/// The length of a row's label and the sign next to it, for up to ten million rows: `-r0000000`.
const LABEL: usize = 9;

/// RFC 1035, section 2.3.4.
const LONGEST_LABEL: usize = 63;

/// The same as text, without the length byte at the front and the root at the end.
const LONGEST_NAME: usize = 253;

/// The registrable domain of a host: <https://url.spec.whatwg.org/#host-registrable-domain>. An IP address has none.
pub fn registrable_domain(host: &str) -> Option<&str> {
    let is_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    if is_address { None } else { psl::domain_str(host) }
}

/// Where `site` begins in `host`, if `host` is `site` or a host below it.
fn site_offset(host: &str, site: &str) -> Option<usize> {
    let start = host.len().checked_sub(site.len())?;
    let at_label = start == 0 || host.as_bytes()[start - 1] == b'.';
    (at_label && host.as_bytes()[start..].eq_ignore_ascii_case(site.as_bytes())).then_some(start)
}

fn first_label(site: &str) -> usize {
    site.find('.').unwrap_or(site.len())
}

/// Replaces each maximal run of host-name characters for which `map` has an answer, and likewise
/// the port after it. A look-alike such as `app.example.com.evil.net` is one run, so no part of it
/// is mistaken for a name.
fn map_hosts(
    text: &str,
    map: impl Fn(&str) -> Option<String>,
    port: impl Fn(&str, u16) -> Option<u16>,
) -> String {
    let is_host_byte = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut mapped = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_host_byte) {
        let (before, tail) = rest.split_at(start);
        let (run, after) = tail.split_at(tail.find(|c| !is_host_byte(c)).unwrap_or(tail.len()));
        mapped.push_str(before);
        mapped.push_str(map(run).as_deref().unwrap_or(run));
        rest = after;
        if let Some((written, after)) = leading_port(after) {
            let own = port(run, written).unwrap_or(written);
            mapped.push_str(&format!(":{own}"));
            rest = after;
        }
    }
    mapped + rest
}

/// The port at the beginning of a text, as URLs write it, and the rest.
fn leading_port(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix(':')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let port = digits[..end].parse().ok()?;
    let canonical = !digits.starts_with('0');
    canonical.then_some((port, &digits[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside() -> Names {
        Names::beside_page("r7", &["app.example.com"], ["api.example.com", "evil.test"])
    }

    #[test]
    fn a_same_site_host_stays_on_the_site_of_the_page() {
        let told = beside().physical("https://api.example.com/me");
        assert_eq!(told, "https://api.r7.example.com/me");
        assert_eq!(beside().logical(&told), "https://api.example.com/me");
    }

    #[test]
    fn the_page_keeps_its_name() {
        assert_eq!(beside().physical("https://app.example.com"), "https://app.example.com");
    }

    #[test]
    fn the_registrable_domain_is_a_same_site_host() {
        assert_eq!(beside().physical("example.com"), "r7.example.com");
        assert_eq!(beside().logical("r7.example.com"), "example.com");
    }

    #[test]
    fn another_site_becomes_a_site_of_the_row() {
        assert_eq!(beside().physical("a.evil.test:8080"), "a.evil-r7.test:8080");
        assert_eq!(beside().logical("https://a.evil-r7.test"), "https://a.evil.test");
    }

    #[test]
    fn a_look_alike_origin_does_not_count_as_listed() {
        let look_alike = "https://evil.test.attacker.net https://notevil.test";
        assert_eq!(beside().physical(look_alike), look_alike);
    }

    #[test]
    fn letter_case_survives_both_ways() {
        let told = beside().physical("https://API.Example.com");
        assert_eq!(told, "https://API.r7.Example.com");
        assert_eq!(beside().logical(&told), "https://API.Example.com");
    }

    #[test]
    fn a_row_on_a_separate_page_has_the_page_renamed() {
        let own = Names::own("r7", ["app.example.co.uk"]);
        assert_eq!(own.physical("https://app.example.co.uk"), "https://app.example-r7.co.uk");
        assert_eq!(own.physical("Domain=example.co.uk"), "Domain=example-r7.co.uk");
    }

    #[test]
    fn some_names_cannot_be_replaced() {
        for host in ["localhost", "127.0.0.1", "[::1]", "xn--bcher-kva.example", "co.uk", "a.b."] {
            assert!(!is_mappable(host), "{host}");
        }
        let of_length = |length: usize| format!("{}.example", "b".repeat(length));
        assert!(is_mappable(&of_length(54)) && !is_mappable(&of_length(55)));
        assert!(is_mappable(&format!("{}.bank.example", "b".repeat(63))));
        assert!(is_mappable("bank.example"));
        assert!(is_mappable("app.localhost"), "it stays below localhost");
    }

    #[test]
    fn a_host_that_keeps_its_name_gets_another_port() {
        let loopback = [("localhost", 3000), ("localhost", 8000), ("localhost", 3000)];
        let names = Names::own("r7", ["app.test"]).with_ports(loopback, 20056);
        let told = names.physical("http://localhost:3000/a http://localhost:8000 localhost:30001");
        assert_eq!(told, "http://localhost:20056/a http://localhost:20057 localhost:30001");
        assert_eq!(names.logical("http://localhost:20057/a"), "http://localhost:8000/a");
        assert_eq!(
            names.physical("app.test:3000 notlocalhost:3000"),
            "app-r7.test:3000 notlocalhost:3000"
        );
        assert_eq!(names.physical_port("localhost", 8000), 20057);
        assert_eq!(names.physical_port("localhost", 80), 80);
    }
}

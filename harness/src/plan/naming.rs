//! Chooses the names of the rows of a shared page, for the hosts that a row names.

use std::net::Ipv4Addr;

use cors_servers::script::Reply;

use super::names::{Names, is_mappable};
use crate::case::{Origin, Row, Server};

/// Which names a row has. This is decided with its place in the plan; the names are made when the
/// row is played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Naming {
    /// Its own hosts, next to a page that other rows use too.
    BesidePage,
    /// Its own hosts, including those of its page.
    OnOwnPage,
    /// Its own sites.
    OwnSites,
    /// Its own sites, and ports from this one on for hosts that keep their names.
    OwnPorts(u16),
    /// As written.
    Verbatim,
}

impl Naming {
    /// The names of the row at a position in the planned list.
    pub(super) fn names(self, index: usize, row: &Row) -> Names {
        // All labels have the same length, so that the responses of a row's servers have the same
        // length at any position of a run.
        let label = format!("r{index:06}");
        let pages = page_hosts(row);
        let hosts = hosts(row).chain(hosts_in_texts(row));
        match self {
            Self::BesidePage => Names::beside_page(&label, &pages, hosts),
            Self::OnOwnPage => Names::on_own_page(&label, &pages, hosts),
            Self::OwnSites => Names::own(&label, hosts),
            Self::OwnPorts(first_port) => {
                let hosts = hosts.filter(|host| is_mappable(host));
                let ports = own_ports(row).unwrap_or_default();
                Names::own(&label, hosts).with_ports(ports, first_port)
            }
            Self::Verbatim => Names::verbatim(),
        }
    }

    /// The names of the page on which the row plays.
    pub(super) fn of_page(self, index: usize, row: &Row) -> Names {
        match self {
            Self::BesidePage => Names::verbatim(),
            _ => self.names(index, row),
        }
    }
}

/// Names with the length that the row's names will have, before its position in the list is known.
pub(super) fn sample(row: &Row) -> Names {
    Naming::OwnPorts(FIRST_PORT).names(0, row)
}

/// Above all ports that browsers block.
const FIRST_PORT: u16 = 20_000;

/// The first port of a row; `None` if there are no more ports.
pub(super) fn first_port(index: usize) -> Option<u16> {
    const EACH: u16 = 16;
    let place = u16::try_from(index).ok()?;
    let first = FIRST_PORT.checked_add(place.checked_mul(EACH)?)?;
    first.checked_add(EACH).map(|_| first)
}

/// The origins that a row's documents are loaded from.
fn page_origins(row: &Row) -> impl Iterator<Item = &Origin> {
    row.pages().flat_map(|page| std::iter::once(&page.origin).chain(&page.inside))
}

/// The hosts that a row's documents are loaded from.
pub(super) fn page_hosts(row: &Row) -> Vec<&str> {
    page_origins(row).map(|origin| origin.host.as_str()).collect()
}

/// The hosts that must have a name of the row, because something may be stored for them. The host of a page to which the
/// row sends no request can stay as it is, whatever its name.
pub(super) fn renamed_hosts(row: &Row) -> impl Iterator<Item = &str> {
    let servers = row.servers.iter().map(|server| server.origin.host.as_str());
    servers.chain(row.cookies.iter().map(|cookie| cookie.origin.host.as_str()))
}

/// Every host that a row names in its structure, including those of its documents.
fn hosts(row: &Row) -> impl Iterator<Item = &str> {
    page_hosts(row).into_iter().chain(renamed_hosts(row))
}

/// The addresses of a row whose hosts keep their names, if other ports are enough to isolate it:
/// none of them is the default port, which a URL leaves out, and nothing is stored for a host on
/// all ports (cookies, HSTS and permissions).
pub(super) fn own_ports(row: &Row) -> Option<Vec<(&str, u16)>> {
    let servers = row.servers.iter().map(|server| &server.origin);
    let origins = page_origins(row).chain(servers).filter(|origin| !is_mappable(&origin.host));
    let origins: Vec<_> = origins.collect();
    let fits = |origin: &&Origin| {
        origin.port != origin.scheme.default_port()
            && (origin.host == "localhost" || origin.host.parse::<Ipv4Addr>().is_ok())
    };
    let has_unmappable_cookies = row.cookies.iter().any(|cookie| !is_mappable(&cookie.origin.host));
    let stores = row
        .servers
        .iter()
        .any(|server| !is_mappable(&server.origin.host) && stores_for_host(server));
    let stores = stores || has_unmappable_cookies || row.sets_permissions();
    let fits = origins.iter().all(fits) && !stores;
    fits.then(|| origins.iter().map(|origin| (origin.host.as_str(), origin.port)).collect())
}

/// Whether a server sends anything that a browser stores for its host on all ports.
fn stores_for_host(server: &Server) -> bool {
    const BY_HOST: [&str; 3] = ["set-cookie", "strict-transport-security", "clear-site-data"];
    let mut lines = server.header_lines();
    lines.any(|line| BY_HOST.iter().any(|kept| line.name.as_str().eq_ignore_ascii_case(kept)))
}

/// Every host in a URL in the replies and steps of a row: a redirect may lead to any host, and a
/// request to that host must be assigned to this row.
fn hosts_in_texts(row: &Row) -> Vec<&str> {
    let texts = row.servers.iter().flat_map(Server::replies).flat_map(Reply::texts);
    let texts = texts.filter_map(|text| std::str::from_utf8(text).ok());
    let steps =
        row.all_steps().flat_map(|step| step.headers.iter().map(|(_, value)| value.as_str()));
    texts.chain(steps).flat_map(hosts_in).filter(|host| is_mappable(host)).collect()
}

/// The text between `//` and the next character that no host name has.
fn hosts_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("//").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

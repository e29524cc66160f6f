//! Decides what a row may share with others without interference.

use super::names::{is_mappable, registrable_domain};
use super::naming::{own_ports, page_hosts, renamed_hosts, sample};
use super::rewrite_hazards::objection;
use crate::case::{Names as NamesWanted, Origin, Row, Server};
use cors_servers::script::{Piece, Template};

/// What a row needs for itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    /// Nothing: it plays on a page that other rows use at the same time.
    Page,
    /// Its own page, with its own host name.
    Site(&'static str),
    /// Its own page, with its own site.
    Browser(&'static str),
    /// Its own page, with its own ports: its hosts keep their names, and nothing is stored for a
    /// host alone.
    Host(&'static str),
    /// A page and a profile that other rows use before and after it.
    OneByOne(&'static str),
    /// Its own browser, or a fresh profile in one.
    Nothing(&'static str),
}

impl Sharing {
    /// What it needs for itself, and why, as texts.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Page => ("shares a page", "no other row uses its hosts"),
            Self::Site(why) => ("its own page", why),
            Self::Browser(why) => ("its own site", why),
            Self::Host(why) => ("its own ports", why),
            Self::OneByOne(why) => ("a page and a profile that rows use one after another", why),
            Self::Nothing(why) => ("a fresh profile", why),
        }
    }
}

/// Decides by the hosts of the row: cookies, caches and connections belong to hosts and sites, so
/// rows with disjoint hosts cannot reach those of each other.
pub fn sharing(row: &Row) -> Sharing {
    let page_hosts = page_hosts(row);
    let on_page_host = |host: &str| page_hosts.contains(&host);
    let objection = || objection(row, &sample(row));
    if row.has_upstream() {
        match can_play_one_by_one(row) {
            true => Sharing::OneByOne("it uses a real server"),
            false => Sharing::Nothing("it uses a real server"),
        }
    } else if row.names == NamesWanted::Verbatim {
        Sharing::Nothing("the case keeps its host names as they are (`names: verbatim`)")
    } else if let Some(why) = objection() {
        Sharing::Nothing(why)
    } else if !renamed_hosts(row).all(is_mappable) {
        if own_ports(row).is_some() {
            Sharing::Host("one of its hosts cannot be renamed, but its ports can be changed")
        } else {
            Sharing::Nothing("one of its hosts cannot be renamed")
        }
    } else if let Some(why) = affects_site(row) {
        match page_hosts.iter().all(|host| is_mappable(host)) {
            true => Sharing::Browser(why),
            false => Sharing::Nothing("the host of its page cannot be renamed"),
        }
    } else if row.servers.iter().any(|server| on_page_host(&server.origin.host)) {
        Sharing::Site("the page's host is one of its servers")
    } else if row.opens_pages() {
        Sharing::Site("it opens several pages")
    } else if row.opens_windows() {
        Sharing::Site("it opens a window, and a page behind a window may not render")
    } else if row.page.header("content-security-policy").next().is_some() {
        Sharing::Site("the Content-Security-Policy of its page can name its hosts")
    } else if row.cookies.iter().any(|cookie| on_page_host(&cookie.origin.host)) {
        Sharing::Site("the page's host has cookies")
    } else {
        Sharing::Page
    }
}

/// Whether nothing but real servers answers a row, and no time passes in it. Servers with a script count their requests, the
/// clock of a browser moves for all of its rows, and permissions are not cleared between them.
fn can_play_one_by_one(row: &Row) -> bool {
    let shows_one_page = !row.opens_pages() && !row.opens_windows();
    let keeps_nothing_else = !row.waits() && !row.sets_permissions();
    keeps_nothing_else
        && shows_one_page
        && row.servers.iter().all(|server| server.upstream.is_some())
}

/// How many cookies a row may store: those that are set before, and those in its replies.
pub fn most_cookies(row: &Row) -> usize {
    let lines = row.servers.iter().flat_map(Server::header_lines);
    let set = lines.filter(|line| line.name.as_str().eq_ignore_ascii_case("set-cookie"));
    row.cookies.len() + set.count()
}

/// Why what a row stores applies to the whole site of its page, if it does.
fn affects_site(row: &Row) -> Option<&'static str> {
    if sets_domain_cookie(row) {
        Some("one of its cookies covers the whole site of the page")
    } else if clears_site(row) {
        Some("one of its servers sends `Clear-Site-Data` for the page's site")
    } else {
        None
    }
}

fn sets_domain_cookie(row: &Row) -> bool {
    let is_set_before = row.cookies.iter().any(|cookie| {
        is_on_page_site(row, &cookie.origin) && has_domain_attribute(cookie.set_cookie.as_bytes())
    });
    is_set_before || says_on_page_site(row, "set-cookie", mentions_domain)
}

/// <https://www.w3.org/TR/clear-site-data/#clear-cookies>: the cookies of the registrable domain
/// and of all hosts below it, whichever host sends it.
fn clears_site(row: &Row) -> bool {
    says_on_page_site(row, "clear-site-data", |_| true)
}

/// Whether a server on the site of one of the row's documents sends such a header line.
fn says_on_page_site(row: &Row, header: &str, such: impl Fn(&Template) -> bool) -> bool {
    let servers = row.servers.iter().filter(|server| is_on_page_site(row, &server.origin));
    let mut lines = servers.flat_map(Server::header_lines);
    lines.any(|line| line.name.as_str().eq_ignore_ascii_case(header) && such(line.value.template()))
}

fn is_on_page_site(row: &Row, origin: &Origin) -> bool {
    let site = registrable_domain(&origin.host);
    site.is_some() && page_hosts(row).into_iter().any(|host| registrable_domain(host) == site)
}

fn mentions_domain(value: &Template) -> bool {
    value.0.iter().any(|piece| matches!(piece, Piece::Text(text) if has_domain_attribute(text)))
}

fn has_domain_attribute(set_cookie: &[u8]) -> bool {
    let lower = set_cookie.to_ascii_lowercase();
    lower.split(|byte| *byte == b';').any(|part| part.trim_ascii().starts_with(b"domain"))
}

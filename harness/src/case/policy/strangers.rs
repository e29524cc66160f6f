//! Origins that are not listed, and that a server with a careless rule takes for one that is.

use std::net::{Ipv4Addr, Ipv6Addr};

use cors_servers::script::Scheme;

use super::super::origin;
use super::super::row::Origin;
use super::{NotAsked, Standing};

/// A name that nobody of the policy owns.
const EVIL: &str = "evil.example";

/// Ports that no policy is likely to list; the first that is free is asked from.
const PORTS: [u16; 2] = [8443, 8444];

/// An origin that is not listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stranger {
    pub(super) origin: Origin,
    pub(super) standing: Standing,
    /// The listed origin that it looks like.
    pub(super) like: Origin,
}

/// An origin that has nothing to do with those listed.
pub(super) fn foreign(listed: &[Origin]) -> Origin {
    let named = |host: &str| Origin { scheme: Scheme::Https, host: host.to_owned(), port: 443 };
    let other = named(&format!("other-{EVIL}"));
    [named(EVIL)].into_iter().find(|origin| !listed.contains(origin)).unwrap_or(other)
}

/// Everything that looks like one of the listed origins, each once, in the order of the list.
pub(super) fn look_alikes(listed: &[Origin]) -> Vec<Stranger> {
    let of_each = listed.iter().enumerate().flat_map(|(place, like)| {
        let next = listed.get(place + 1).filter(|next| next.host != like.host);
        let joined = next.and_then(|next| with_host(like, format!("{}{}", like.host, next.host)));
        let joined = joined.map(|origin| (Standing::Joined, origin));
        let found = candidates(like, listed).into_iter().chain(joined);
        found.map(|(standing, origin)| Stranger { origin, standing, like: like.clone() })
    });
    let mut strangers: Vec<Stranger> = Vec::new();
    for stranger in of_each.filter(|stranger| !listed.contains(&stranger.origin)) {
        if !strangers.iter().any(|known| known.origin == stranger.origin) {
            strangers.push(stranger);
        }
    }
    strangers
}

/// Whether two origins belong to one site, whatever their schemes.
pub(super) fn same_site(one: &Origin, other: &Origin) -> bool {
    let site = |origin: &Origin| {
        let host = origin.host.strip_suffix('.').unwrap_or(&origin.host).to_owned();
        psl::domain_str(&host).map_or(host.clone(), str::to_owned)
    };
    site(one) == site(other)
}

fn candidates(like: &Origin, listed: &[Origin]) -> Vec<(Standing, Origin)> {
    let host = &like.host;
    let mut found = vec![
        (Standing::Http, over_http(like)),
        (Standing::Prefix, with_host(like, format!("{host}.{EVIL}"))),
    ];
    let name = is_name(host).then_some(host.as_str());
    if let Some(site) = name.and_then(psl::domain_str) {
        found.push((Standing::Suffix, with_host(like, format!("evil{site}"))));
        found.push((Standing::Suffix, with_host(like, format!("evil{host}"))));
        found.extend(dots(host, site).map(|host| (Standing::Dot, with_host(like, host))));
        found.push((Standing::Subdomain, with_host(like, format!("other.{site}"))));
        let homograph = homograph(site).map(|site_alike| host.replacen(site, &site_alike, 1));
        found.push((Standing::Punycode, homograph.and_then(|host| with_host(like, host))));
    }
    found.push((Standing::Port, on_another_port(like, listed)));
    found.push((Standing::TrailingDot, name.and_then(|host| with_host(like, format!("{host}.")))));
    found.into_iter().filter_map(|(standing, origin)| Some((standing, origin?))).collect()
}

fn over_http(like: &Origin) -> Option<Origin> {
    let port = if like.port == Scheme::Https.default_port() { 80 } else { like.port };
    let host = like.host.clone();
    (like.scheme == Scheme::Https).then_some(Origin { scheme: Scheme::Http, host, port })
}

fn on_another_port(like: &Origin, listed: &[Origin]) -> Option<Origin> {
    let mut others = PORTS.into_iter().map(|port| Origin { port, ..like.clone() });
    others.find(|origin| !listed.contains(origin))
}

/// The same with another host, if there is such a host.
fn with_host(like: &Origin, host: String) -> Option<Origin> {
    let written = Origin { host, ..like.clone() };
    origin::parse(&written.to_string()).ok().filter(|origin| origin.host.len() < 254)
}

/// The host with a letter for the dot before its site, and for the one before a public suffix of
/// several labels: the places where somebody else can own what comes out.
fn dots<'h>(host: &'h str, site: &'h str) -> impl Iterator<Item = String> + 'h {
    let before_site = host.len().checked_sub(site.len() + 1);
    let suffix = psl::suffix_str(site).filter(|suffix| suffix.contains('.'));
    let before_suffix = suffix.and_then(|suffix| host.len().checked_sub(suffix.len() + 1));
    let letter = |place: usize| format!("{}x{}", &host[..place], &host[place + 1..]);
    before_site.into_iter().chain(before_suffix).map(letter)
}

/// The site with one letter of its name replaced by the Cyrillic one that looks the same.
fn homograph(site: &str) -> Option<String> {
    const ALIKE: [(char, char); 7] =
        [('a', 'а'), ('e', 'е'), ('o', 'о'), ('p', 'р'), ('c', 'с'), ('x', 'х'), ('y', 'у')];
    let (name, rest) = site.split_once('.')?;
    let (latin, cyrillic) = ALIKE.iter().find(|(latin, _)| name.contains(*latin))?;
    Some(format!("{}.{rest}", name.replacen(*latin, &cyrillic.to_string(), 1)))
}

fn is_name(host: &str) -> bool {
    let literal = host.trim_matches(['[', ']']);
    literal.parse::<Ipv6Addr>().is_err() && literal.parse::<Ipv4Addr>().is_err()
}

/// Spellings that a careless server may let in, and that no page has for an origin.
pub(super) fn not_asked(listed: &[Origin]) -> Vec<NotAsked> {
    let Some(first) = listed.first() else { return Vec::new() };
    let origin = first.to_string();
    let upper = format!("{}://{}", first.scheme.as_str(), first.host.to_ascii_uppercase());
    let entry = |what: String, why| NotAsked { what, why };
    vec![
        entry(upper, "a browser writes the host of an origin in lower case"),
        entry(format!("{origin}/"), "a browser writes no path behind an origin"),
        entry(format!("{origin}, https://{EVIL}"), "a browser writes one origin, or `null`"),
        entry(
            format!("https://{EVIL}#{origin}"),
            "an origin has no fragment and no path in which a listed one could be hidden",
        ),
        entry(
            "file://".to_owned(),
            "a page from a file has the origin `null`, which is asked from",
        ),
    ]
}

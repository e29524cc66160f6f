//! Makes origins that the policy does not list, and that a server may allow because it compares
//! origins incorrectly.

use std::net::{Ipv4Addr, Ipv6Addr};

use cors_servers::script::Scheme;
use indexmap::IndexSet;

use super::super::origin::{self, Origin};
use super::super::row::Server;
use super::{NotAsked, OriginKind};

/// A name that an attacker owns.
const EVIL: &str = "evil.example";

/// Top-level domains in the HSTS preload list, for which browsers use HTTPS only. Those in which
/// anybody can register a name, from
/// <https://source.chromium.org/chromium/chromium/src/+/main:net/http/transport_security_state_static.json>,
/// which Firefox uses too.
const HTTPS_ONLY: [&str; 20] = [
    "app",
    "bank",
    "boo",
    "channel",
    "dad",
    "day",
    "dev",
    "esq",
    "foo",
    "ing",
    "insurance",
    "meme",
    "mov",
    "new",
    "nexus",
    "page",
    "phd",
    "prof",
    "rsvp",
    "zip",
];

/// Names of the user's own machine, each with the ports that development servers use: those of
/// Vite, Angular, Astro and most others. 80 is the default port.
const OWN_MACHINE: [(&str, &[u16]); 3] = [
    ("localhost", &[80, 3000, 3001, 4200, 4321, 5173, 8000, 8080]),
    ("127.0.0.1", &[80, 3000, 3001, 4200, 4321, 5173, 8000, 8080]),
    ("[::1]", &[80, 3000, 5173]),
];

/// The ports of `localhost`, and of its look-alikes, that send more than one request.
const TRIED_IN_FULL: [u16; 2] = [80, 3000];

/// Ports that a policy is unlikely to list; the first one that it does not list is tested.
const PORTS: [u16; 2] = [8443, 8444];

/// An origin that is not listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct UnlistedOrigin {
    pub(super) origin: Origin,
    pub(super) kind: OriginKind,
    /// The listed origin that it looks like.
    pub(super) like: Origin,
    /// Whether one request is enough: a server that lists one port of the user's own machine lists it for
    /// every request.
    pub(super) asks_once: bool,
}

/// An origin without any relation to the listed ones. Its page is loaded over plain HTTP if one of
/// the servers uses plain HTTP: browsers block requests from an HTTPS page to such a server.
/// <https://www.w3.org/TR/mixed-content/#should-block-fetch>
pub(super) fn foreign(listed: &IndexSet<Origin>, servers: impl Iterator<Item = Origin>) -> Origin {
    let mut schemes = servers.map(|server| server.scheme);
    let scheme = schemes.find(|scheme| *scheme == Scheme::Http).unwrap_or(Scheme::Https);
    let port = scheme.default_port();
    let named = |host: &str| Origin { scheme, host: host.to_owned(), port };
    let other = named(&format!("other-{EVIL}"));
    [named(EVIL)].into_iter().find(|origin| !listed.contains(origin)).unwrap_or(other)
}

/// All look-alikes of the listed origins, each once, in the order of the list; lazily.
pub(super) fn look_alikes(listed: &IndexSet<Origin>) -> impl Iterator<Item = UnlistedOrigin> {
    let of_each = listed.iter().enumerate().flat_map(|(place, like)| {
        let next = listed.get_index(place + 1).filter(|next| next.host != like.host);
        let joined = next.and_then(|next| with_host(like, format!("{}{}", like.host, next.host)));
        let joined = joined.map(|origin| (OriginKind::Joined, origin));
        let found = candidates(like, listed).into_iter().chain(joined);
        found.map(|(kind, origin)| {
            let asks_once = is_of_own_machine(kind) && !is_tried_in_full(&origin);
            UnlistedOrigin { origin, kind, like: like.clone(), asks_once }
        })
    });
    let mut seen = listed.clone();
    of_each.filter(move |unlisted| seen.insert(unlisted.origin.clone()))
}

/// What a server may mistake for a member of a pattern, in addition to look-alikes of the member:
/// the host of the pattern itself, and hosts that end like it.
pub(super) fn beside_pattern(member: &Origin, base: &Origin) -> Vec<UnlistedOrigin> {
    let host = &base.host;
    let dot = member.host.strip_suffix(host).and_then(|labels| labels.strip_suffix('.'));
    let dot = dot.map(|labels| format!("{labels}x{host}"));
    let found = [
        (OriginKind::Subdomain, Some(base.clone())),
        (OriginKind::Suffix, with_host(base, format!("evil{host}"))),
        (OriginKind::Dot, dot.and_then(|host| with_host(base, host))),
    ];
    let unlisted = |(kind, origin): (_, Option<_>)| {
        Some(UnlistedOrigin { origin: origin?, kind, like: member.clone(), asks_once: false })
    };
    found.into_iter().filter_map(unlisted).collect()
}

/// Whether two origins belong to one site, regardless of their schemes.
pub(super) fn same_site(one: &Origin, other: &Origin) -> bool {
    let site = |origin: &Origin| {
        let host = origin.host.strip_suffix('.').unwrap_or(&origin.host).to_owned();
        psl::domain_str(&host).map_or(host.clone(), str::to_owned)
    };
    site(one) == site(other)
}

fn candidates(like: &Origin, listed: &IndexSet<Origin>) -> Vec<(OriginKind, Origin)> {
    let host = &like.host;
    let mut found = vec![
        (OriginKind::Http, over_http(like).filter(|origin| !is_https_only(&origin.host))),
        (OriginKind::Prefix, with_host(like, format!("{host}.{EVIL}"))),
        (OriginKind::Prefix, longer_port(like)),
    ];
    let name = is_name(host).then_some(host.as_str());
    if let Some(site) = name.and_then(psl::domain_str) {
        found.push((OriginKind::Suffix, with_host(like, format!("evil{site}"))));
        found.push((OriginKind::Suffix, with_host(like, format!("evil{host}"))));
        found.extend(dots(host, site).map(|host| (OriginKind::Dot, with_host(like, host))));
        let shorter = shortened(host).and_then(|host| with_host(&without_port(like), host));
        found.push((OriginKind::Part, shorter));
        found.push((
            OriginKind::TopLevel,
            with_other_suffix(host, site).and_then(|it| with_host(like, it)),
        ));
        found.push((OriginKind::Subdomain, with_host(like, format!("other.{site}"))));
        found.push((OriginKind::Subdomain, with_host(like, site.to_owned())));
        found.push((OriginKind::Below, with_host(like, format!("other.{host}"))));
        found.push((OriginKind::Label, longer_label(host).and_then(|host| with_host(like, host))));
        let homograph = homograph(site).map(|site_alike| host.replacen(site, &site_alike, 1));
        found.push((OriginKind::Punycode, homograph.and_then(|host| with_host(like, host))));
    }
    found.push((OriginKind::Part, Some(without_port(like))));
    found.push((OriginKind::Port, on_another_port(like, listed)));
    found
        .push((OriginKind::TrailingDot, name.and_then(|host| with_host(like, format!("{host}.")))));
    let is_secure = like.scheme == Scheme::Https;
    let of_own_machine =
        of_own_machine().filter(|(kind, _)| is_secure || *kind != OriginKind::Localhost);
    found.extend(of_own_machine.map(|(kind, origin)| (kind, Some(origin))));
    found.into_iter().filter_map(|(kind, origin)| Some((kind, origin?))).collect()
}

/// Pages that any program on the user's machine can serve, and pages of an attacker whose origin begins like that of a
/// development server.
pub(super) fn of_own_machine() -> impl Iterator<Item = (OriginKind, Origin)> {
    let hosts = OWN_MACHINE.into_iter();
    let local =
        hosts.flat_map(|(host, ports)| ports.iter().map(move |port| over_plain_http(host, *port)));
    let local = local.map(|origin| (OriginKind::Localhost, origin));
    let after = ["localhost", "127.0.0.1"].into_iter().map(|host| {
        let origin = over_plain_http(&format!("{host}.{EVIL}"), Scheme::Http.default_port());
        (OriginKind::LocalhostPrefix, origin)
    });
    local.chain(after)
}

fn over_plain_http(host: &str, port: u16) -> Origin {
    Origin { scheme: Scheme::Http, host: host.to_owned(), port }
}

fn is_of_own_machine(kind: OriginKind) -> bool {
    matches!(kind, OriginKind::Localhost | OriginKind::LocalhostPrefix)
}

pub(super) fn is_tried_in_full(origin: &Origin) -> bool {
    origin.host.starts_with("localhost") && TRIED_IN_FULL.contains(&origin.port)
}

/// The host with a longer first label, which a pattern without an anchor there allows:
/// `app-evil.my-company.com`, and `my-app-evil.vercel.app`, which anybody can register.
fn longer_label(host: &str) -> Option<String> {
    host.split_once('.').map(|(label, rest)| format!("{label}-evil.{rest}"))
}

/// Whether browsers request a host over HTTPS only.
fn is_https_only(host: &str) -> bool {
    host.rsplit('.').next().is_some_and(|last| HTTPS_ONLY.contains(&last))
}

fn over_http(like: &Origin) -> Option<Origin> {
    let port = if like.port == Scheme::Https.default_port() { 80 } else { like.port };
    let host = like.host.clone();
    (like.scheme == Scheme::Https).then_some(Origin { scheme: Scheme::Http, host, port })
}

fn on_another_port(like: &Origin, listed: &IndexSet<Origin>) -> Option<Origin> {
    let mut others = PORTS.into_iter().map(|port| Origin { port, ..like.clone() });
    others.find(|origin| !listed.contains(origin))
}

/// The same origin with more digits at the end of an explicit port: an origin that begins like one
/// with a port can differ only there. It has as many digits as possible, because browsers block
/// some low ports. <https://fetch.spec.whatwg.org/#port-blocking>
fn longer_port(like: &Origin) -> Option<Origin> {
    let is_written = like.port != like.scheme.default_port();
    let longer = |port: &u16| port.checked_mul(10)?.checked_add(1);
    let port = std::iter::successors(longer(&like.port).filter(|_| is_written), longer).last()?;
    Some(Origin { port, ..like.clone() })
}

/// The same origin on the default port of its scheme.
fn without_port(like: &Origin) -> Origin {
    Origin { port: like.scheme.default_port(), ..like.clone() }
}

/// The same origin with another host, if such a host can exist.
fn with_host(like: &Origin, host: String) -> Option<Origin> {
    let written = Origin { host, ..like.clone() };
    origin::parse(&written.to_string()).ok().filter(|origin| origin.host.len() < 254)
}

/// The host with a letter instead of the dot before its site, and instead of the one before a
/// public suffix of several labels: the places where an attacker can register the result.
fn dots<'h>(host: &'h str, site: &'h str) -> impl Iterator<Item = String> + 'h {
    let before_site = host.len().checked_sub(site.len() + 1);
    let suffix = psl::suffix_str(site).filter(|suffix| suffix.contains('.'));
    let before_suffix = suffix.and_then(|suffix| host.len().checked_sub(suffix.len() + 1));
    let letter = |place: usize| format!("{}x{}", &host[..place], &host[place + 1..]);
    before_site.into_iter().chain(before_suffix).map(letter)
}

/// The longest prefix of the host that can be registered: `app.my-company.co` for
/// `app.my-company.com`, `api.ac` for `api.acme.io`.
fn shortened(host: &str) -> Option<String> {
    let beginnings = (1..host.len()).rev().filter_map(|end| host.get(..end));
    beginnings.filter(|shorter| is_registrable(shorter)).map(str::to_owned).next()
}

/// The host with another public suffix, below which anybody can register the same name.
fn with_other_suffix(host: &str, site: &str) -> Option<String> {
    let suffix = psl::suffix_str(site)?;
    let other = if suffix == "net" { "org" } else { "net" };
    Some(format!("{}{other}", host.strip_suffix(suffix)?))
}

/// Whether a host has a non-empty label before a public suffix of the list.
fn is_registrable(host: &str) -> bool {
    let suffix = psl::suffix(host.as_bytes()).filter(psl::Suffix::is_known);
    suffix.is_some_and(|suffix| suffix.as_bytes().len() + 1 < host.len()) && !host.ends_with('.')
}

/// The site with one letter of its name replaced by one of another script that looks the same, or
/// similar if there is no such letter. All of these letters can occur in domain names.
fn homograph(site: &str) -> Option<String> {
    const ALIKE: [(char, char); 25] = [
        ('a', '\u{430}'),
        ('e', '\u{435}'),
        ('o', '\u{43e}'),
        ('p', '\u{440}'),
        ('c', '\u{441}'),
        ('x', '\u{445}'),
        ('y', '\u{443}'),
        ('i', '\u{456}'),
        ('s', '\u{455}'),
        ('j', '\u{458}'),
        ('h', '\u{4bb}'),
        ('d', '\u{501}'),
        ('l', '\u{4cf}'),
        ('q', '\u{51b}'),
        ('w', '\u{51d}'),
        ('g', '\u{261}'),
        ('n', '\u{578}'),
        ('u', '\u{57d}'),
        ('v', '\u{3bd}'),
        ('k', '\u{43a}'),
        ('m', '\u{43c}'),
        ('t', '\u{442}'),
        ('b', '\u{185}'),
        ('r', '\u{433}'),
        ('f', '\u{192}'),
    ];
    let (name, rest) = site.split_once('.')?;
    let (latin, other) = ALIKE.iter().find(|(latin, _)| name.contains(*latin))?;
    Some(format!("{}.{rest}", name.replacen(*latin, &other.to_string(), 1)))
}

fn is_name(host: &str) -> bool {
    let literal = host.trim_matches(['[', ']']);
    literal.parse::<Ipv6Addr>().is_err() && literal.parse::<Ipv4Addr>().is_err()
}

/// Origins that a server may allow and no browser sends; and origins of the servers themselves.
pub(super) fn not_asked(listed: &IndexSet<Origin>, servers: &[Server]) -> Vec<NotAsked> {
    let spellings = spellings(listed.first()).into_iter();
    spellings.chain(of_https_only(listed)).chain(of_servers(listed, servers)).collect()
}

/// Listed origins over plain HTTP that no browser would load a page from.
fn of_https_only(listed: &IndexSet<Origin>) -> impl Iterator<Item = NotAsked> {
    let over_http = listed.iter().filter_map(over_http);
    over_http.filter(|origin| is_https_only(&origin.host)).map(|origin| {
        let why = "browsers use HTTPS instead, because its top-level domain is in the HSTS \
        preload list";
        entry(origin.to_string(), why)
    })
}

fn spellings(first: Option<&Origin>) -> Vec<NotAsked> {
    let Some(first) = first else { return Vec::new() };
    let origin = first.to_string();
    let upper = format!("{}://{}", first.scheme.as_str(), first.host.to_ascii_uppercase());
    vec![
        entry(upper, "browsers send the host of an origin in lower case"),
        entry(format!("{origin}/"), "browsers send no path after an origin"),
        entry(format!("{origin}, https://{EVIL}"), "browsers send one origin, or `null`"),
        entry(
            format!("https://{EVIL}#{origin}"),
            "an origin has no fragment and no path that could contain a listed one",
        ),
        entry(
            "file://".to_owned(),
            "a page loaded from a file has the origin `null`, which is tested",
        ),
    ]
}

/// Look-alikes that are origins of requested servers and are therefore not tested.
fn of_servers(listed: &IndexSet<Origin>, servers: &[Server]) -> Vec<NotAsked> {
    let is_server = |origin: &Origin| servers.iter().any(|server| server.origin == *origin);
    let look_alikes = look_alikes(listed).map(|unlisted| unlisted.origin);
    let same: IndexSet<_> = look_alikes.filter(is_server).collect();
    let why = "it is the origin of this server, so its pages send same-origin requests, to which \
    CORS does not apply";
    same.into_iter().map(|origin| entry(origin.to_string(), why)).collect()
}

fn entry(what: String, why: &'static str) -> NotAsked {
    NotAsked { what, why }
}

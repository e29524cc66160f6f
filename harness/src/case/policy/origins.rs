//! Lists of origins in a policy: exact origins, and patterns.

use std::fmt;

use cors_servers::script::Scheme;
use indexmap::IndexSet;

use super::super::origin::{self, Origin};
use super::super::reader::{Reader, Spanned, ValueError};
use super::super::suggest::brief;
use super::super::tree::Node;

/// The labels of hosts that are tested for a pattern.
const MEMBERS: [&str; 3] = ["member", "another-member", "third-member"];

/// The ports that are tested for a pattern with any port.
const PORTS: [u16; 4] = [3000, 8080, 5173, 4200];

/// The members of a list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Origins {
    written: IndexSet<Origin>,
    patterns: IndexSet<Pattern>,
}

impl Origins {
    /// Whether an origin is a member.
    pub(super) fn contains(&self, origin: &Origin) -> bool {
        self.specificity(origin).is_some()
    }

    /// How specifically the list names a member: an exact origin more specifically than any
    /// pattern, and a longer pattern more specifically than a shorter one.
    pub(super) fn specificity(&self, origin: &Origin) -> Option<usize> {
        if self.written.contains(origin) {
            return Some(usize::MAX);
        }
        let matching = self.patterns.iter().filter(|pattern| pattern.matches(origin));
        matching.map(Pattern::length).max()
    }

    /// The members that are tested: exact origins, and two or three members of each pattern.
    pub(super) fn tried(&self, is_member: impl Fn(&Origin) -> bool + Copy) -> IndexSet<Origin> {
        let of_patterns = self.patterns.iter().flat_map(|pattern| pattern.members(is_member));
        self.written.iter().cloned().chain(of_patterns).collect()
    }

    /// The members from which look-alikes are made: one of each pattern is enough.
    pub(super) fn imitated(&self, is_member: impl Fn(&Origin) -> bool + Copy) -> IndexSet<Origin> {
        let first = |pattern: &Pattern| pattern.members(is_member).into_iter().next();
        self.written.iter().cloned().chain(self.patterns.iter().filter_map(first)).collect()
    }

    /// The members that this list and another spell in the same way.
    pub(super) fn shared(&self, other: &Self) -> Vec<String> {
        let written = self.written.intersection(&other.written).map(ToString::to_string);
        let patterns = self.patterns.intersection(&other.patterns).map(ToString::to_string);
        written.chain(patterns).collect()
    }

    /// A member of each pattern of hosts, with the origin of the pattern without `*.`, which is not
    /// a member.
    pub(super) fn bases(
        &self,
        is_member: impl Fn(&Origin) -> bool + Copy,
    ) -> impl Iterator<Item = (Origin, Origin)> {
        self.patterns.iter().filter_map(move |pattern| {
            Some((pattern.members(is_member).into_iter().next()?, pattern.base()?))
        })
    }
}

/// Origins that have a scheme and part of a host in common.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Pattern {
    scheme: Scheme,
    host: HostPattern,
    /// `None` for any port.
    port: Option<u16>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum HostPattern {
    /// This host.
    Exactly(String),
    /// One or more labels before this host, and not the host itself.
    Below(String),
}

impl Pattern {
    fn matches(&self, origin: &Origin) -> bool {
        let host = match &self.host {
            HostPattern::Exactly(host) => *host == origin.host,
            HostPattern::Below(base) => {
                let labels = origin.host.strip_suffix(base).and_then(|it| it.strip_suffix('.'));
                labels.is_some_and(|labels| !labels.is_empty())
            }
        };
        host && self.scheme == origin.scheme && self.port.is_none_or(|port| port == origin.port)
    }

    /// The length of the fixed part.
    fn length(&self) -> usize {
        match &self.host {
            HostPattern::Exactly(host) => host.len() + 1,
            HostPattern::Below(base) => base.len(),
        }
    }

    /// With one label and with two if the pattern leaves labels open, and on another port if it leaves ports open.
    /// A pattern of one host has members on two ports.
    fn members(&self, is_member: impl Fn(&Origin) -> bool) -> Vec<Origin> {
        let at = |host: String, port: u16| Origin { scheme: self.scheme, host, port };
        match &self.host {
            HostPattern::Exactly(host) => {
                let on_ports = PORTS.iter().map(|port| at(host.clone(), *port));
                on_ports.filter(is_member).take(2).collect()
            }
            HostPattern::Below(base) => {
                let port = self.port.unwrap_or(self.scheme.default_port());
                let below = |labels: String| at(format!("{labels}.{base}"), port);
                let first = |open: &dyn Fn(&str) -> String| {
                    MEMBERS.iter().map(|label| below(open(label))).find(&is_member)
                };
                let one = first(&|label| label.to_owned());
                let two = first(&|label| format!("{label}.nested"));
                let on_port =
                    |one: &Origin| Origin { port: other_port(self.scheme), ..one.clone() };
                let three = one.as_ref().filter(|_| self.port.is_none()).map(on_port);
                one.into_iter().chain(two).chain(three.filter(&is_member)).collect()
            }
        }
    }

    fn base(&self) -> Option<Origin> {
        let HostPattern::Below(base) = &self.host else { return None };
        let port = self.port.unwrap_or(self.scheme.default_port());
        Some(Origin { scheme: self.scheme, host: base.clone(), port })
    }
}

/// A port that servers often use besides the default one.
fn other_port(scheme: Scheme) -> u16 {
    match scheme {
        Scheme::Http => 8080,
        Scheme::Https => 8443,
    }
}

/// As it is written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (any, host) = match &self.host {
            HostPattern::Exactly(host) => ("", host),
            HostPattern::Below(base) => ("*.", base),
        };
        write!(f, "{}://{any}{host}", self.scheme.as_str())?;
        match self.port {
            None => f.write_str(":*"),
            Some(port) if port == self.scheme.default_port() => Ok(()),
            Some(port) => write!(f, ":{port}"),
        }
    }
}

/// Reads the members of a list, each once.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Origins {
    let mut origins = Origins::default();
    for spanned in node.items().iter().filter_map(Spanned::of) {
        let Some(member) = reader.read(spanned, member) else { continue };
        let (name, is_new) = match member {
            Member::Origin(origin) => (origin.to_string(), origins.written.insert(origin)),
            Member::Pattern(pattern) => (pattern.to_string(), origins.patterns.insert(pattern)),
        };
        if !is_new {
            let what = format!("`{name}` is listed twice");
            reader.complain(spanned.at, ValueError::new(what, "keep one of the two"));
        }
    }
    origins
}

/// Reads a list of one member.
pub(super) fn read_one(reader: &mut Reader<'_>, one: Spanned<'_>) -> Option<Origins> {
    let mut origins = Origins::default();
    match reader.read(one, member)? {
        Member::Origin(origin) => origins.written.insert(origin),
        Member::Pattern(pattern) => origins.patterns.insert(pattern),
    };
    Some(origins)
}

enum Member {
    Origin(Origin),
    Pattern(Pattern),
}

fn member(text: &str) -> Result<Member, ValueError> {
    match text {
        "*" => Err(ValueError::new(
            "`*` cannot be in a list",
            "write `\"*\"` instead of the list, for every origin",
        )),
        "null" => Err(ValueError::new(
            "`null` is not the origin of a single site",
            "any site can have a frame with the origin `null`, so every origin can do what it may \
            do: write `origins: \"*\"`",
        )),
        _ if text.contains('*') => pattern(text).map(Member::Pattern),
        _ => origin::page(text).map(Member::Origin),
    }
}

/// Reads `scheme://[*.]host[:port]` or `scheme://[*.]host:*`.
fn pattern(text: &str) -> Result<Pattern, ValueError> {
    let help = "a pattern has `*.` before the host, for one or more labels, or `:*` after it, for \
    any port: `https://*.my-company.com`, `http://localhost:*`";
    let not = |help: &str| {
        ValueError::new(format!("`{}` is not a pattern of origins", brief(text)), help)
    };
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(not(&format!("write the scheme too: `https://{}`", brief(text))));
    };
    let (rest, any_port) = rest.strip_suffix(":*").map_or((rest, false), |rest| (rest, true));
    let (base, below) = rest.strip_prefix("*.").map_or((rest, false), |base| (base, true));
    if base.contains('*') || base.is_empty() || !(below || any_port) {
        return Err(not(help));
    }
    let Origin { scheme, host, port } = origin::page(&format!("{scheme}://{base}"))?;
    if below
        && host.starts_with(|first: char| first == '[' || first.is_ascii_digit())
        && is_ip(&host)
    {
        return Err(not("an IP address has no subdomains: write the address"));
    }
    let suffix = psl::suffix(host.as_bytes()).filter(psl::Suffix::is_known);
    if below && suffix.is_some_and(|suffix| suffix.as_bytes() == host.as_bytes()) {
        let what = format!("anyone can register a host below `{}`", brief(&host));
        return Err(ValueError::new(
            what,
            "list the origins that are yours, or a pattern below one of them",
        ));
    }
    let host = if below { HostPattern::Below(host) } else { HostPattern::Exactly(host) };
    Ok(Pattern { scheme, host, port: (!any_port).then_some(port) })
}

fn is_ip(host: &str) -> bool {
    host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, origin: &str) -> bool {
        self::pattern(pattern).expect(pattern).matches(&origin.parse().expect(origin))
    }

    #[test]
    fn a_pattern_has_members() {
        for (pattern, origin, is_member) in [
            ("https://*.my-company.com", "https://app.my-company.com", true),
            ("https://*.my-company.com", "https://a.b.my-company.com", true),
            ("https://*.my-company.com", "https://my-company.com", false),
            ("https://*.my-company.com", "https://evilmy-company.com", false),
            ("https://*.my-company.com", "https://app.my-company.com.evil.example", false),
            ("https://*.my-company.com", "http://app.my-company.com", false),
            ("https://*.my-company.com", "https://app.my-company.com:8443", false),
            ("https://*.my-company.com:8443", "https://app.my-company.com:8443", true),
            ("https://*.my-company.com:*", "https://app.my-company.com:8443", true),
            ("https://*.my-company.com:*", "https://app.my-company.com", true),
            ("http://localhost:*", "http://localhost:5173", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "http://localhost.evil.example", false),
            ("http://localhost:*", "https://localhost:5173", false),
            ("http://[::1]:*", "http://[::1]:5173", true),
            ("https://*.Bücher.example", "https://app.xn--bcher-kva.example", true),
        ] {
            assert_eq!(matches(pattern, origin), is_member, "{pattern} {origin}");
        }
    }

    #[test]
    fn a_pattern_is_printed_as_it_was_read() {
        for text in ["https://*.a.example", "https://*.a.example:8443", "http://localhost:*"] {
            assert_eq!(pattern(text).map(|it| it.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_uses_of_a_star_are_no_patterns() {
        for (text, words) in [
            ("*.my-company.com", "write the scheme too: `https://*.my-company.com`"),
            ("https://*", "`*.` before the host"),
            ("https://*.", "`*.` before the host"),
            ("https://app.*.com", "`*.` before the host"),
            ("https://app-*.my-company.com", "`*.` before the host"),
            ("https://*my-company.com", "`*.` before the host"),
            ("https://my-company.*", "`*.` before the host"),
            ("https://*.*.my-company.com", "`*.` before the host"),
            ("https://*.my-company.com/", "write `https://my-company.com`"),
            ("*://my-company.com", "a pattern has"),
            ("https://*.127.0.0.1", "an IP address has no subdomains"),
            ("https://*.com", "list the origins that are yours"),
            ("https://*.co.uk", "list the origins that are yours"),
            ("https://*.vercel.app", "list the origins that are yours"),
            ("https://my-company.com:80*", "`*.` before the host"),
        ] {
            let wrong = pattern(text).expect_err(text);
            assert!(wrong.help.contains(words), "{text}: {wrong:?}");
        }
    }

    #[test]
    fn each_open_part_of_a_pattern_is_tried() {
        let members = |text: &str| {
            let members = pattern(text).expect(text).members(|_| true);
            members.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            members("https://*.a.example"),
            ["https://member.a.example", "https://member.nested.a.example"]
        );
        assert_eq!(
            members("http://localhost:*"),
            ["http://localhost:3000", "http://localhost:8080"]
        );
        assert_eq!(
            members("https://*.a.example:*"),
            [
                "https://member.a.example",
                "https://member.nested.a.example",
                "https://member.a.example:8443"
            ]
        );
    }
}

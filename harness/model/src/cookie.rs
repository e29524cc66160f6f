//! One cookie:
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-cookie>.

use std::time::Duration;

use cookie::{Cookie as Attributes, SameSite};
use url::{Host, Origin, Url};

use super::clock::{Lifespan, Span};
use super::cookie_date::parse_a_date;
use super::headers::text;
use super::site::{is_public_suffix, same_site};

/// Prefixes of names that require certain attributes.
const PREFIXES: [&str; 4] = ["__secure-", "__host-", "__http-", "__host-http-"];

/// Which cookies a request may get.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::enum_variant_names, reason = "the names are those of the standard")]
pub(super) enum SameSiteMode {
    /// The request stays within the site.
    StrictOrLess,
    /// The request is a top-level navigation with `GET` that leaves the site.
    LaxOrLess,
    /// The request leaves the site.
    UnsetOrLess,
}

/// A request as the store sees it.
#[derive(Debug)]
pub(super) struct CookieContext<'u> {
    pub(super) host: Host<String>,
    pub(super) path: &'u str,
    pub(super) is_secure: bool,
    pub(super) same_site: SameSiteMode,
    /// The origin at the top of the page.
    pub(super) top_level_origin: Origin,
    pub(super) now: Span,
    /// The Unix time at which the clock was zero.
    pub(super) start: Duration,
}

impl<'u> CookieContext<'u> {
    /// `None` for a URL that has no host.
    pub(super) fn new(
        url: &'u Url,
        same_site: SameSiteMode,
        top_level_origin: Origin,
        (now, start): (Span, Duration),
    ) -> Option<Self> {
        let (host, is_secure) = (url.host()?.to_owned(), url.scheme() == "https");
        Some(Self { host, path: url.path(), is_secure, same_site, top_level_origin, now, start })
    }
}

/// A cookie.
#[derive(Clone, Debug)]
pub(super) struct Cookie {
    pub(super) name: String,
    value: String,
    pub(super) host: Host<String>,
    pub(super) is_host_only: bool,
    pub(super) path: String,
    has_path_attribute: bool,
    pub(super) is_secure: bool,
    is_http_only: bool,
    pub(super) same_site: Option<SameSite>,
    /// The origin at the top of the page in which it was set, if it is partitioned.
    pub(super) partition: Option<Origin>,
    pub(super) expiry: Option<Expiry>,
}

/// When a cookie ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expiry {
    /// The beginning of its lifetime.
    pub(super) from: Span,
    pub(super) lifetime: Duration,
    /// It ends at a date.
    pub(super) is_date: bool,
}

impl Cookie {
    /// "Parse a Cookie", and the parts of "Store a Cookie" that use the host. `None`: it is not a
    /// cookie, or the host may not set it.
    pub(super) fn parse(input: &[u8], context: &CookieContext<'_>) -> Option<Self> {
        if input.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return None;
        }
        let input = text(input);
        let (pair, attributes) = input.split_at(input.find(';').unwrap_or(input.len()));
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let [name, value] = [name, value].map(|part| part.trim_matches([' ', '\t']).to_owned());
        if !(1..=4096).contains(&(name.len() + value.len())) {
            return None;
        }
        Self::with_attributes(name, value, attributes, context)
    }

    /// The library does not support a cookie without a name, so it gets one.
    fn with_attributes(
        name: String,
        value: String,
        attributes: &str,
        context: &CookieContext<'_>,
    ) -> Option<Self> {
        let parsed = Attributes::parse(format!("name={attributes}")).ok()?;
        let domain = domain(&parsed, &context.host)?;
        let path = parsed.path().filter(|path| path.starts_with('/'));
        let is_partitioned = parsed.partitioned() == Some(true);
        Some(Self {
            name,
            value,
            is_host_only: domain.is_none(),
            host: domain.unwrap_or_else(|| context.host.clone()),
            path: path.unwrap_or_else(|| default_path(context.path)).to_owned(),
            has_path_attribute: path.is_some(),
            is_secure: parsed.secure() == Some(true),
            is_http_only: parsed.http_only() == Some(true),
            same_site: parsed.same_site(),
            partition: is_partitioned.then(|| context.top_level_origin.clone()),
            expiry: expiry(&parsed, attributes, context),
        })
    }

    /// The cookie in a `Cookie` header.
    pub(super) fn serialize(&self) -> String {
        match self.name.as_str() {
            "" => self.value.clone(),
            name => format!("{name}={}", self.value),
        }
    }

    /// Whether it exists at a moment.
    pub(super) fn life(&self, now: Span) -> Lifespan {
        self.expiry
            .map_or(Lifespan::Alive, |expiry| Lifespan::of(expiry.lifetime, now.since(expiry.from)))
    }

    /// Whether it would replace the other one.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let is_same_partition = match (&self.partition, &other.partition) {
            (Some(own), Some(others)) => same_site(own, others),
            (own, others) => own.is_none() && others.is_none(),
        };
        self.name == other.name
            && self.host == other.host
            && self.is_host_only == other.is_host_only
            && self.path == other.path
            && is_same_partition
    }

    /// Whether it has the attributes that the prefix of its name requires. A value without a name
    /// must not look like one.
    pub(super) fn keeps_its_prefix(&self) -> bool {
        if self.name.is_empty() {
            let value = self.value.to_ascii_lowercase();
            return !PREFIXES.iter().any(|prefix| value.starts_with(prefix));
        }
        let name = self.name.to_ascii_lowercase();
        let has = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        let is_rooted = self.is_host_only && self.has_path_attribute && self.path == "/";
        (self.is_secure || !has(&PREFIXES))
            && (is_rooted || !has(&["__host-"]))
            && (self.is_http_only || !has(&["__http-", "__host-http-"]))
    }
}

/// `None`: the host may not set it. `Some(None)`: it is sent to the host only.
fn domain(parsed: &Attributes<'_>, host: &Host<String>) -> Option<Option<Host<String>>> {
    let Some(domain) = parsed.domain() else { return Some(None) };
    let domain = Host::parse(domain).ok()?;
    if matches!(&domain, Host::Domain(domain) if is_public_suffix(domain)) {
        return (domain == *host).then_some(None);
    }
    domain_matches(host, &domain).then_some(Some(domain))
}

/// `Max-Age` has precedence over `Expires`.
fn expiry(
    parsed: &Attributes<'_>,
    attributes: &str,
    context: &CookieContext<'_>,
) -> Option<Expiry> {
    let seconds = |seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    if let Some(age) = parsed.max_age() {
        let lifetime = seconds(age.whole_seconds());
        return Some(Expiry { from: context.now, lifetime, is_date: false });
    }
    let lifetime = seconds(expires(attributes)?).saturating_sub(context.start);
    Some(Expiry { from: Span::default(), lifetime, is_date: true })
}

/// The last `Expires` that is a date. The parser of the library accepts fewer dates than browsers
/// do.
fn expires(attributes: &str) -> Option<i64> {
    let pairs = attributes.split(';').filter_map(|attribute| attribute.split_once('='));
    let dates = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("expires"));
    dates.rev().find_map(|(_, date)| parse_a_date(date.as_bytes()))
}

/// "Domain-Matches".
pub(super) fn domain_matches(host: &Host<String>, domain: &Host<String>) -> bool {
    match (host, domain) {
        (Host::Domain(host), Host::Domain(domain)) => {
            let before = host.strip_suffix(domain.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        }
        _ => host == domain,
    }
}

/// "Cookie Default Path".
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

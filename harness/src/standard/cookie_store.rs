//! The cookie store of a browser:
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html>.

use std::cmp::Reverse;
use std::time::Duration;

use cookie::{Cookie as SetCookie, ParseError, SameSite};
use url::{Host, Url};

use super::cookie_date::parse_a_date;
use super::headers::text;
use super::site::is_public_suffix;

/// Seconds of the Unix clock that a row starts at: 2026-07-02, the day of the revision. It only tells
/// an `Expires` of the past from one of the future.
const START: i64 = 1_782_950_400;

/// How much of the store a request may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum SameSiteMode {
    /// The request stays within the site.
    StrictOrLess,
    /// It does not.
    UnsetOrLess,
}

/// A request as the store looks at it.
#[derive(Debug)]
pub(super) struct CookieContext<'u> {
    host: Host<String>,
    path: &'u str,
    is_secure: bool,
    same_site: SameSiteMode,
    now: Duration,
}

impl<'u> CookieContext<'u> {
    /// `None` for a URL that has no host.
    pub(super) fn new(url: &'u Url, same_site: SameSiteMode, now: Duration) -> Option<Self> {
        let host = url.host()?.to_owned();
        Some(Self { host, path: url.path(), is_secure: url.scheme() == "https", same_site, now })
    }
}

/// <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-cookie-store-and-limits>
#[derive(Debug, Default)]
pub(super) struct CookieStore {
    /// In the order of their creation.
    cookies: Vec<Cookie>,
}

/// A cookie.
#[derive(Clone, Debug)]
pub(super) struct Cookie {
    pub(super) name: String,
    value: String,
    host: Host<String>,
    is_host_only: bool,
    path: String,
    has_path_attribute: bool,
    is_secure: bool,
    same_site: Option<SameSite>,
    expiry: Option<Duration>,
}

impl Cookie {
    /// The cookie as it stands in a `Cookie` header.
    pub(super) fn serialize(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    fn is_alive(&self, now: Duration) -> bool {
        self.expiry.is_none_or(|expiry| now < expiry)
    }

    fn matches(&self, context: &CookieContext<'_>) -> bool {
        let is_of_host = context.host == self.host
            || (!self.is_host_only && domain_matches(&context.host, &self.host));
        let is_of_site = context.same_site == SameSiteMode::StrictOrLess
            || self.same_site == Some(SameSite::None);
        is_of_host
            && path_matches(context.path, &self.path)
            && (context.is_secure || !self.is_secure)
            && is_of_site
            && self.is_alive(context.now)
    }

    /// Whether it would take the place of the other one.
    fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.host == other.host
            && self.is_host_only == other.is_host_only
            && self.path == other.path
    }

    /// What a name that starts like a promise promises.
    fn keeps_its_prefix(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        if name.starts_with("__host-") {
            let is_rooted = self.has_path_attribute && self.path == "/";
            return self.is_secure && self.is_host_only && is_rooted;
        }
        !name.starts_with("__secure-") || self.is_secure
    }
}

impl CookieStore {
    /// "Retrieve Cookies": longer paths first, then older cookies.
    pub(super) fn retrieve(&self, context: &CookieContext<'_>) -> Vec<&Cookie> {
        let mut cookies: Vec<_> =
            self.cookies.iter().filter(|cookie| cookie.matches(context)).collect();
        cookies.sort_by_key(|cookie| Reverse(cookie.path.len()));
        cookies
    }

    /// "Parse and Store a Cookie". An error only where the parser knows less than the standard.
    pub(super) fn parse_and_store(
        &mut self,
        input: &[u8],
        context: &CookieContext<'_>,
    ) -> Result<(), ParseError> {
        if input.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return Ok(());
        }
        let input = text(input);
        let parsed = match SetCookie::parse(input.as_str()) {
            Ok(parsed) => parsed,
            Err(_) if is_empty(&input) => return Ok(()),
            Err(error) => return Err(error),
        };
        if parsed.name().len() + parsed.value().len() > 4096 {
            return Ok(());
        }
        if let Some(cookie) = cookie(&parsed, &input, context) {
            self.store(cookie, context);
        }
        Ok(())
    }

    /// "Store a Cookie", after the parts that look at its host.
    fn store(&mut self, cookie: Cookie, context: &CookieContext<'_>) {
        let crosses_sites = context.same_site == SameSiteMode::UnsetOrLess;
        let is_refused = match cookie.same_site {
            Some(SameSite::None) => !cookie.is_secure,
            _ => crosses_sites,
        };
        if is_refused || !cookie.keeps_its_prefix() {
            return;
        }
        if !context.is_secure && (cookie.is_secure || self.would_overlay_a_secure_cookie(&cookie)) {
            return;
        }
        match self.cookies.iter_mut().find(|old| old.is_same_as(&cookie)) {
            Some(old) => *old = cookie,
            None => self.cookies.push(cookie),
        }
        self.cookies.retain(|cookie| cookie.is_alive(context.now));
    }

    fn would_overlay_a_secure_cookie(&self, cookie: &Cookie) -> bool {
        self.cookies.iter().any(|existing| {
            existing.name == cookie.name
                && existing.is_secure
                && (domain_matches(&existing.host, &cookie.host)
                    || domain_matches(&cookie.host, &existing.host))
                && path_matches(&cookie.path, &existing.path)
        })
    }
}

/// Neither a name nor a value.
fn is_empty(input: &str) -> bool {
    let pair = input.split(';').next().unwrap_or_default();
    pair.trim_matches([' ', '\t', '=']).is_empty()
}

/// The parsed cookie as it is kept, if its host may have it.
fn cookie(parsed: &SetCookie<'_>, input: &str, context: &CookieContext<'_>) -> Option<Cookie> {
    let domain = domain(parsed, &context.host)?;
    let path = parsed.path().filter(|path| path.starts_with('/'));
    Some(Cookie {
        name: parsed.name().to_owned(),
        value: parsed.value().to_owned(),
        is_host_only: domain.is_none(),
        host: domain.unwrap_or_else(|| context.host.clone()),
        path: path.unwrap_or_else(|| default_path(context.path)).to_owned(),
        has_path_attribute: path.is_some(),
        is_secure: parsed.secure() == Some(true),
        same_site: parsed.same_site(),
        expiry: expiry(parsed, input, context.now),
    })
}

/// `None`: the host may not set it. `Some(None)`: the host alone gets it back.
fn domain(parsed: &SetCookie<'_>, host: &Host<String>) -> Option<Option<Host<String>>> {
    let Some(domain) = parsed.domain() else { return Some(None) };
    let domain = Host::parse(domain).ok()?;
    if matches!(&domain, Host::Domain(domain) if is_public_suffix(domain)) {
        return (domain == *host).then_some(None);
    }
    domain_matches(host, &domain).then_some(Some(domain))
}

/// `Max-Age` counts before `Expires`.
fn expiry(parsed: &SetCookie<'_>, input: &str, now: Duration) -> Option<Duration> {
    if let Some(age) = parsed.max_age() {
        let seconds = u64::try_from(age.whole_seconds()).unwrap_or_default();
        return Some(now.saturating_add(Duration::from_secs(seconds)));
    }
    let seconds = expires(input)?.saturating_sub(START);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}

/// The last `Expires` that is a date. The parser of the library knows fewer dates than browsers do.
fn expires(input: &str) -> Option<i64> {
    let attributes = input.split(';').skip(1).filter_map(|attribute| attribute.split_once('='));
    let dates = attributes.filter(|(name, _)| name.trim().eq_ignore_ascii_case("expires"));
    dates.filter_map(|(_, date)| parse_a_date(date.as_bytes())).last()
}

/// "Domain-Matches".
fn domain_matches(host: &Host<String>, domain: &Host<String>) -> bool {
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

/// "Path-Matches": the same, or below.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    let Some(rest) = path.strip_prefix(cookie_path) else { return false };
    rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/')
}

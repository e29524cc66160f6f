//! The cookie store of a browser:
//! <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html>.

use std::cmp::Reverse;

use cookie::SameSite;

use super::clock::{Lifespan, Span};
use super::cookie::{Cookie, CookieContext, SameSiteMode, domain_matches};
use super::site::same_site;

impl CookieContext<'_> {
    /// Whether a cookie is sent with this request, if it exists.
    fn is_for(&self, cookie: &Cookie) -> bool {
        let is_of_host = self.host == cookie.host
            || (!cookie.is_host_only && domain_matches(&self.host, &cookie.host));
        let is_of_site = match self.same_site {
            SameSiteMode::StrictOrLess => true,
            SameSiteMode::LaxOrLess => cookie.same_site != Some(SameSite::Strict),
            SameSiteMode::UnsetOrLess => cookie.same_site == Some(SameSite::None),
        };
        let partition = cookie.partition.as_ref();
        is_of_host
            && path_matches(self.path, &cookie.path)
            && (self.is_secure || !cookie.is_secure)
            && is_of_site
            && partition.is_none_or(|origin| same_site(origin, &self.top_level_origin))
    }
}

/// <https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-cookie-store-and-limits>
#[derive(Debug, Default)]
pub(super) struct CookieStore {
    /// In the order of their creation.
    cookies: Vec<Cookie>,
}

impl CookieStore {
    /// "Retrieve Cookies", regardless of time: longer paths first, then older cookies.
    pub(super) fn retrieve(&self, context: &CookieContext<'_>) -> Vec<&Cookie> {
        let mut cookies: Vec<_> =
            self.cookies.iter().filter(|cookie| context.is_for(cookie)).collect();
        cookies.sort_by_key(|cookie| Reverse(cookie.path.len()));
        cookies
    }

    /// Whether a cookie exists at a moment.
    pub(super) fn has_any(&self, now: Span) -> bool {
        self.cookies.iter().any(|cookie| cookie.life(now) != Lifespan::Gone)
    }

    /// "Parse and Store a Cookie".
    pub(super) fn parse_and_store(&mut self, input: &[u8], context: &CookieContext<'_>) {
        if let Some(cookie) = Cookie::parse(input, context) {
            self.store(cookie, context);
        }
    }

    /// "Store a Cookie", after the parts that use the host.
    fn store(&mut self, cookie: Cookie, context: &CookieContext<'_>) {
        let crosses_sites = context.same_site == SameSiteMode::UnsetOrLess;
        let is_refused = match cookie.same_site {
            Some(SameSite::None) => !cookie.is_secure,
            _ => crosses_sites,
        };
        let is_unsafe = cookie.partition.is_some() && !cookie.is_secure;
        if is_refused || is_unsafe || !cookie.keeps_its_prefix() {
            return;
        }
        let now = context.now;
        let would_overlay = || self.would_overlay_a_secure_cookie(&cookie, now);
        if !context.is_secure && (cookie.is_secure || would_overlay()) {
            return;
        }
        self.cookies.retain(|old| !old.is_same_as(&cookie) || old.life(now) != Lifespan::Gone);
        match self.cookies.iter_mut().find(|old| old.is_same_as(&cookie)) {
            Some(old) => *old = cookie,
            None => self.cookies.push(cookie),
        }
    }

    fn would_overlay_a_secure_cookie(&self, cookie: &Cookie, now: Span) -> bool {
        let mut there = self.cookies.iter().filter(|existing| existing.life(now) != Lifespan::Gone);
        there.any(|existing| {
            existing.name == cookie.name
                && existing.is_secure
                && (domain_matches(&existing.host, &cookie.host)
                    || domain_matches(&cookie.host, &existing.host))
                && path_matches(&cookie.path, &existing.path)
        })
    }
}

/// "Path-Matches": the same, or below.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    let Some(rest) = path.strip_prefix(cookie_path) else { return false };
    rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/')
}

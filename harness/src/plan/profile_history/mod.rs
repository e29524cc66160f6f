//! What rows leave in a browser profile, as far as the log of their servers shows it. Rows that use real
//! servers keep their names as written, so a profile may serve several of them only if no row can find what
//! another has left.
//!
//! Caches are keyed by URL: the HTTP cache (with permanent redirects) also by the site of the top-level page,
//! and the preflight cache by origin. Cookies, HSTS and the like are kept for a whole host. Two rows of one
//! profile therefore never request the same URL from pages of the same site, or from opaque origins, unless the
//! caches and cookies are removed in between; and no row is played in a profile in which a host has stored anything
//! else that reaches it.
//!
//! Where nothing should be stored for a request, the log of the row has to show that nothing was used: its preflight, and
//! in a browser that is said to store no responses its request. Otherwise the row is played again in a fresh profile.

mod cached_answers;

use std::collections::HashSet;

use cors_servers::exchange::Exchange;
use cors_servers::script::Scheme;
use url::Url;

use super::names::registrable_domain;
use crate::case::{Row, UserCookie};
use crate::initiators::Initiator;
pub(super) use cached_answers::{can_have_preflight, is_cacheable};
use cached_answers::{
    can_preflight, can_use_response, is_answered_by_server, is_preflight, is_preflighted,
    is_used_while_checked, may_store_preflight, shows_preflight, shows_response,
};

/// What has happened in a profile.
#[derive(Debug, Default)]
pub struct ProfileHistory {
    /// The user cookies that were set, once a row was played.
    cookies: Option<Vec<UserCookie>>,
    /// Requested URLs, each with a cache that may hold something of it.
    requested: HashSet<(String, Url)>,
    /// Requested URLs of which the result of a preflight may be stored, each with the page's origin.
    preflighted: HashSet<(String, Url)>,
    /// The same of which no result should be stored: the preflight was denied, or the browser has removed its result.
    without_result: HashSet<(String, Url)>,
    /// Whether the browser stores no responses that script has fetched.
    stores_no_responses: bool,
    /// Requested URLs of which a document may still have the response, because an element has loaded it.
    loaded: HashSet<Url>,
    /// Whether a host has set cookies.
    has_cookies: bool,
    /// Whether the browser may request a host over https only.
    has_hsts: bool,
    /// Whether a host has stored something else, or it is not known what was done in the profile.
    has_state: bool,
}

/// Response headers that make a browser store something for a host, beside cookies and HSTS.
const STORED: [&str; 7] = [
    "clear-site-data",
    "alt-svc",
    "accept-ch",
    "critical-ch",
    "nel",
    "report-to",
    "reporting-endpoints",
];

const HSTS: &str = "strict-transport-security";

impl ProfileHistory {
    /// A profile in which anything may have been done.
    pub fn unknown() -> Self {
        Self { has_state: true, ..Self::default() }
    }

    /// A fresh profile of a browser that is known to store no responses that script has fetched.
    pub fn without_responses() -> Self {
        Self { stores_no_responses: true, ..Self::default() }
    }

    /// Whether a row, with its names as written, could find something in this profile.
    pub fn reaches(&self, row: &Row) -> bool {
        let has_other_cookies = self.cookies.as_ref().is_some_and(|set| *set != row.cookies);
        let may_be_stored = |url: Url| {
            let may_use_response = self.was_requested(row, &url) && !self.is_shown(row, &url);
            may_use_response || (self.has_preflight(row, &url) && can_preflight(row, &url))
        };
        has_other_cookies
            || self.has_cookies
            || !self.is_clearable_for(row)
            || urls(row).any(may_be_stored)
    }

    /// Whether the user cookies of a row are stored, and no others. Cookies that expire are set again for each page.
    pub fn has_cookies_of(&self, row: &Row) -> bool {
        let expires = |cookie: &UserCookie| {
            let text = cookie.set_cookie.to_ascii_lowercase();
            text.contains("max-age") || text.contains("expires")
        };
        let is_set = self.cookies.as_ref() == Some(&row.cookies);
        is_set && !self.has_cookies && !row.cookies.iter().any(expires)
    }

    /// Whether a row finds nothing of what has happened, once the caches and cookies of the profile are removed.
    pub fn is_clearable_for(&self, row: &Row) -> bool {
        let is_kept = |url: Url| {
            let was_preflighted =
                self.has_preflight(row, &url) || self.is_without_result(row, &url);
            self.loaded.contains(&url) || (was_preflighted && !shows_preflight(row, &url))
        };
        let is_upgraded = self.has_hsts && uses_http(row);
        !(self.has_state || is_upgraded || urls(row).any(is_kept))
    }

    /// The HTTP cache, the results of preflights and the cookies were removed. The log of later rows has to show that the
    /// results of preflights were.
    pub fn clear(&mut self) {
        let mut without_result = std::mem::take(&mut self.without_result);
        without_result.extend(self.preflighted.drain());
        *self = Self {
            without_result,
            loaded: std::mem::take(&mut self.loaded),
            has_hsts: self.has_hsts,
            has_state: self.has_state,
            stores_no_responses: self.stores_no_responses,
            ..Self::default()
        };
    }

    /// Whether a row has used something that is stored, although nothing should be, or may have: as far as the log shows it,
    /// after it was played.
    pub fn has_reached(&self, row: &Row, exchanges: &[Exchange]) -> bool {
        let uses_something = |url: Url| {
            let is_seen = self.was_requested(row, &url) && self.is_shown(row, &url);
            (is_seen && !is_answered_by_server(row, &url, exchanges))
                || (self.is_without_result(row, &url) && !is_preflighted(row, &url, exchanges))
        };
        let reaches = |target: &Url| {
            (self.has_hsts && target.scheme() == "http")
                || self.was_requested(row, target)
                || self.loaded.contains(target)
                || self.preflighted.iter().any(|(_, url)| url == target)
                || (self.without_result.iter().any(|(_, url)| url == target)
                    && !is_preflighted(row, target, exchanges))
        };
        let mut targets = exchanges.iter().filter_map(redirect_target);
        targets.any(|target| reaches(&target)) || urls(row).any(uses_something)
    }

    /// A row is going to be played. Its preflights may be allowed.
    pub fn add_planned(&mut self, row: &Row) {
        self.add_requested(row);
        let origin = row.page.serialised_origin();
        let preflighted = urls(row).filter(|url| can_preflight(row, url));
        self.preflighted.extend(preflighted.map(|url| (origin.clone(), url)));
    }

    fn add_requested(&mut self, row: &Row) {
        self.cookies.get_or_insert_with(|| row.cookies.clone());
        for cache in caches(row) {
            self.requested.extend(urls(row).map(|url| (cache.clone(), url)));
        }
    }

    /// A row was played, and its servers recorded these exchanges.
    pub fn add_played(&mut self, row: &Row, exchanges: &[Exchange]) {
        self.add_requested(row);
        let requested = exchanges.iter().filter_map(|exchange| url(&exchange.request.url()));
        let requested: Vec<_> =
            requested.chain(exchanges.iter().filter_map(redirect_target)).collect();
        for cache in caches(row) {
            self.requested.extend(requested.iter().map(|url| (cache.clone(), url.clone())));
        }
        if !is_fetched_by_script(row) {
            self.loaded.extend(urls(row).chain(requested));
        }
        let origin = row.page.serialised_origin();
        for exchange in exchanges {
            if is_preflight(exchange) {
                let url = url(&exchange.request.url()).map(|url| (origin.clone(), url));
                match may_store_preflight(exchange, &origin) {
                    true => self.preflighted.extend(url),
                    false => self.without_result.extend(url),
                }
            }
            // What an unanswered request has left is not known.
            self.has_state |= exchange.reply.is_none()
                || (self.stores_no_responses && is_used_while_checked(exchange))
                || STORED.iter().any(|name| sends(exchange, name))
                || is_authenticated(exchange);
            self.has_cookies |= sends(exchange, "set-cookie");
            self.has_hsts |= sends(exchange, HSTS);
        }
    }

    /// Whether the log shows that a row uses no stored response for a URL that was requested before.
    fn is_shown(&self, row: &Row, url: &Url) -> bool {
        (self.stores_no_responses || !can_use_response(row, url)) && shows_response(row, url)
    }

    fn has_preflight(&self, row: &Row, url: &Url) -> bool {
        self.preflighted.contains(&(row.page.serialised_origin(), url.clone()))
    }

    fn is_without_result(&self, row: &Row, url: &Url) -> bool {
        self.without_result.contains(&(row.page.serialised_origin(), url.clone()))
    }

    fn was_requested(&self, row: &Row, url: &Url) -> bool {
        caches(row).any(|cache| self.requested.contains(&(cache, url.clone())))
    }
}

/// The keys of the caches that the requests of a row use. The preflight cache of an opaque origin can be that of
/// all opaque origins.
fn caches(row: &Row) -> impl Iterator<Item = String> {
    let top = row.page.inside.as_ref().unwrap_or(&row.page.origin);
    let sites = [top, &row.page.origin]
        .into_iter()
        .map(|origin| registrable_domain(&origin.host).unwrap_or(&origin.host).to_owned());
    let opaque = (row.page.serialised_origin() == "null").then(|| "null".to_owned());
    sites.collect::<Vec<_>>().into_iter().chain(opaque)
}

/// Whether script makes all requests of a row. What an element has loaded can stay in its document, and in the memory of
/// the process.
pub(super) fn is_fetched_by_script(row: &Row) -> bool {
    row.all_steps().all(|step| matches!(step.initiator, Initiator::Fetch | Initiator::Xhr))
}

fn urls(row: &Row) -> impl Iterator<Item = Url> {
    row.all_steps().filter_map(|step| url(&step.url))
}

fn uses_http(row: &Row) -> bool {
    let pages = std::iter::once(&row.page.origin).chain(&row.page.inside);
    let mut schemes = pages.map(|origin| origin.scheme);
    schemes.any(|scheme| scheme == Scheme::Http) || urls(row).any(|url| url.scheme() == "http")
}

/// A URL without its fragment, which no cache knows.
pub(super) fn url(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    url.set_fragment(None);
    Some(url)
}

fn redirect_target(exchange: &Exchange) -> Option<Url> {
    let reply = exchange.reply.as_ref().filter(|reply| (300..400).contains(&reply.status))?;
    let (_, location) =
        reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
    let base = url(&exchange.request.url())?;
    let mut target = base.join(std::str::from_utf8(location).ok()?).ok()?;
    target.set_fragment(None);
    Some(target)
}

/// Whether a request has a user name and a password, which a browser then sends to the same folder by itself.
fn is_authenticated(exchange: &Exchange) -> bool {
    const SCHEMES: [&[u8]; 2] = [b"basic ", b"digest "];
    let has_scheme = |value: &[u8]| {
        let start = |scheme: &[u8]| value.get(..scheme.len()).map(<[u8]>::to_ascii_lowercase);
        SCHEMES.iter().any(|scheme| start(scheme).as_deref() == Some(*scheme))
    };
    exchange.request.header("authorization").any(has_scheme)
}

fn sends(exchange: &Exchange, name: &str) -> bool {
    let headers = exchange.reply.iter().flat_map(|reply| &reply.headers);
    headers.into_iter().any(|(sent, _)| sent.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;

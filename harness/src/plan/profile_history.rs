//! What rows leave in a browser profile, as far as the log of their servers shows it. Rows that use real
//! servers keep their names as written, so a profile may serve several of them only if no row can find what
//! another has left.
//!
//! Caches are keyed by URL: the HTTP cache (with permanent redirects) also by the site of the top-level page,
//! and the preflight cache by origin. Cookies, HSTS and the like are kept for a whole host. Two rows of one
//! profile therefore never request the same URL from pages of the same site, or from opaque origins, unless the
//! caches and cookies are removed in between; and no row is played in a profile in which a host has stored anything
//! else that reaches it.

use std::collections::HashSet;

use cors_servers::exchange::Exchange;
use cors_servers::script::Scheme;
use url::Url;

use super::names::registrable_domain;
use crate::case::{Row, UserCookie};
use crate::initiators::Initiator;

/// What has happened in a profile.
#[derive(Debug, Default)]
pub struct ProfileHistory {
    /// The user cookies that were set, once a row was played.
    cookies: Option<Vec<UserCookie>>,
    /// Requested URLs, each with a cache that may hold something of it.
    requested: HashSet<(String, Url)>,
    /// Requested URLs of which the result of a preflight may be stored, each with the page's origin.
    preflighted: HashSet<(String, Url)>,
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

    /// Whether a row, with its names as written, could find something in this profile.
    pub fn reaches(&self, row: &Row) -> bool {
        let has_other_cookies = self.cookies.as_ref().is_some_and(|set| *set != row.cookies);
        has_other_cookies
            || self.has_cookies
            || !self.is_clearable_for(row)
            || urls(row).any(|url| self.was_requested(row, &url))
    }

    /// Whether a row finds nothing of what has happened, once the caches and cookies of the profile are removed.
    pub fn is_clearable_for(&self, row: &Row) -> bool {
        let origin = row.page.serialised_origin();
        let has_preflight = |url| self.preflighted.contains(&(origin.clone(), url));
        let is_kept = |url: Url| self.loaded.contains(&url) || has_preflight(url);
        let is_upgraded = self.has_hsts && uses_http(row);
        !(self.has_state || is_upgraded || urls(row).any(is_kept))
    }

    /// The HTTP cache and cookies were removed. Whether that includes the results of preflights depends on the browser.
    pub fn clear(&mut self) {
        *self = Self {
            preflighted: std::mem::take(&mut self.preflighted),
            loaded: std::mem::take(&mut self.loaded),
            has_hsts: self.has_hsts,
            has_state: self.has_state,
            ..Self::default()
        };
    }

    /// The same for where the responses of a row have led to, after it was played.
    pub fn has_reached(&self, row: &Row, exchanges: &[Exchange]) -> bool {
        exchanges.iter().filter_map(redirect_target).any(|target| {
            (self.has_hsts && target.scheme() == "http")
                || self.was_requested(row, &target)
                || self.preflighted.iter().any(|(_, url)| *url == target)
                || self.loaded.contains(&target)
        })
    }

    /// A row is going to be played.
    pub fn add_planned(&mut self, row: &Row) {
        self.cookies.get_or_insert_with(|| row.cookies.clone());
        for cache in caches(row) {
            self.requested.extend(urls(row).map(|url| (cache.clone(), url)));
        }
    }

    /// A row was played, and its servers recorded these exchanges.
    pub fn add_played(&mut self, row: &Row, exchanges: &[Exchange]) {
        self.add_planned(row);
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
            if exchange.request.method == "OPTIONS" {
                let url = url(&exchange.request.url());
                self.preflighted.extend(url.map(|url| (origin.clone(), url)));
            }
            // What an unanswered request has left is not known.
            self.has_state |= exchange.reply.is_none()
                || STORED.iter().any(|name| sends(exchange, name))
                || is_authenticated(exchange);
            self.has_cookies |= sends(exchange, "set-cookie");
            self.has_hsts |= sends(exchange, HSTS);
        }
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
fn url(text: &str) -> Option<Url> {
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
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use cors_servers::exchange::{ConnectionId, ReceivedRequest, ReplySource, SentReply};

    use super::*;
    use crate::case::{self, CaseId};

    fn row(step: &str) -> Row {
        let text = format!(
            "name: n\nbecause: b\npage: https://app.example.com\nservers:\n  https://api.example.com: \
             {{ in-process: true }}\nsteps:\n  - {step}: https://api.example.com/x\n"
        );
        let id = CaseId("c".to_owned());
        case::read(id, Path::new("c"), text.as_bytes()).unwrap().rows[0].clone()
    }

    /// A request for the URL of the row, with an `Authorization` header.
    fn exchange(method: &str, authorization: &str) -> Exchange {
        Exchange {
            sequence: 1,
            arrived: Duration::ZERO,
            connection: ConnectionId(1),
            alpn: None,
            request: ReceivedRequest {
                scheme: Scheme::Https,
                host: "api.example.com".to_owned(),
                port: 443,
                method: method.to_owned(),
                target: "/x".to_owned(),
                headers: vec![("authorization".to_owned(), authorization.as_bytes().to_vec())],
                body_length: Some(0),
                body: None,
            },
            stop: None,
            reply: Some(SentReply {
                status: 200,
                headers: Vec::new(),
                body_length: 0,
                body: None,
                source: ReplySource::Service,
                after: Duration::ZERO,
                complete: true,
            }),
        }
    }

    /// Whether the request of a row can be repeated by script, once caches and cookies are removed.
    fn is_clearable_after(step: &str, exchange: &Exchange) -> bool {
        let mut history = ProfileHistory::default();
        history.add_played(&row(step), std::slice::from_ref(exchange));
        assert!(history.reaches(&row("fetch")), "the same URL was requested");
        history.clear();
        assert_eq!(history.reaches(&row("fetch")), !history.is_clearable_for(&row("fetch")));
        history.is_clearable_for(&row("fetch"))
    }

    #[test]
    fn a_user_name_and_a_password_stay_in_the_profile() {
        for (authorization, is_clearable) in
            [("Basic YTpi", false), ("digest username=a", false), ("Bearer a", true), ("", true)]
        {
            let exchange = exchange("GET", authorization);
            assert_eq!(is_clearable_after("fetch", &exchange), is_clearable, "{authorization}");
        }
    }

    #[test]
    fn what_an_element_has_loaded_and_the_result_of_a_preflight_stay_in_the_profile() {
        for (step, method, is_clearable) in [
            ("fetch", "GET", true),
            ("script", "GET", false),
            ("img", "GET", false),
            ("fetch", "OPTIONS", false),
        ] {
            let exchange = exchange(method, "");
            assert_eq!(is_clearable_after(step, &exchange), is_clearable, "{step} {method}");
        }
    }
}

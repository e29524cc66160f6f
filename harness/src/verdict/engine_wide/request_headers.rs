//! Engine-wide departures in the headers of requests and preflights. Where the engine sent exactly what the
//! departure makes it send, the header becomes what the standard says.

use url::{Host, Url};

use super::observable::{Observable, Taken};
use crate::case::{Context, Page};
use crate::observation::{RequestHeaders, StepObservation};
use crate::verdict::Field;

/// A request or preflight of a step.
struct Sent<'a> {
    is_preflight: bool,
    url: Url,
    /// The URL of the step.
    first: &'a Url,
    /// The requests of the step before it: each of them was redirected.
    before: &'a [Url],
    page: &'a Page,
}

/// Takes a departure out of all requests and preflights of a step.
pub(super) fn take_out_of_requests(
    observable: Observable,
    step: &mut StepObservation,
    standard: Option<&StepObservation>,
    page: &Page,
) -> Taken {
    let Some(standard) = standard else { return Taken::default() };
    let mut taken = Taken::default();
    let Some(asked) = without_fragment(&step.url) else { return taken };
    let urls: Vec<_> =
        step.requests.iter().filter_map(|request| Url::parse(&request.url).ok()).collect();
    if urls.len() < step.requests.len() {
        return taken;
    }
    let preflights: Vec<_> =
        standard.preflights.iter().map(|it| (it.url.as_str(), &it.request_headers)).collect();
    for preflight in &mut step.preflights {
        let Ok(url) = Url::parse(&preflight.url) else { continue };
        let first = urls.iter().position(|asked| *asked == url).unwrap_or(urls.len());
        let sent = Sent { is_preflight: true, url, first: &asked, before: &urls[..first], page };
        if let Some((_, expected)) = preflights.iter().find(|(url, _)| *url == preflight.url) {
            let headers = &mut preflight.request_headers;
            taken.add(Field::Preflights, sent.take_out(observable, headers, expected));
        }
    }
    let requests: Vec<_> =
        standard.requests.iter().map(|it| (it.url.as_str(), &it.headers)).collect();
    for (place, request) in step.requests.iter_mut().enumerate() {
        let sent = Sent {
            is_preflight: false,
            url: urls[place].clone(),
            first: &asked,
            before: &urls[..place],
            page,
        };
        let same_place = requests.get(place).filter(|(url, _)| *url == request.url);
        let expected = same_place.or_else(|| requests.iter().find(|(url, _)| *url == request.url));
        if let Some((_, expected)) = expected {
            let shown = sent.take_out(observable, &mut request.headers, expected);
            taken.add(Field::Requests, shown);
        }
    }
    taken
}

/// Whether a departure can show in a request, and whether it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shows {
    No,
    Possible,
    Shown,
}

impl Taken {
    fn add(&mut self, field: Field, shows: Shows) {
        self.possible |= shows != Shows::No;
        if shows == Shows::Shown && !self.shown.contains(&field) {
            self.shown.push(field);
        }
    }
}

impl Sent<'_> {
    fn take_out(
        &self,
        observable: Observable,
        headers: &mut RequestHeaders,
        standard: &RequestHeaders,
    ) -> Shows {
        let Some((name, values)) = self.departing(observable, standard) else { return Shows::No };
        let (expected, seen) = (standard.get(name), headers.get(name));
        let sent = |value: Option<&str>| values.iter().any(|sent| sent.as_deref() == value);
        match (sent(expected), sent(seen)) {
            // What the departure makes the engine send is right here.
            (true, _) => Shows::No,
            // With another policy the engine may be right.
            (false, false) if standard.notable().any(|notable| notable == name) => Shows::No,
            (false, false) => Shows::Possible,
            (false, true) => {
                headers.copy(name, standard);
                Shows::Shown
            }
        }
    }

    /// The header in which a departure shows here, and the values that it can make the engine send.
    fn departing(
        &self,
        observable: Observable,
        standard: &RequestHeaders,
    ) -> Option<(&'static str, Vec<Option<String>>)> {
        const SITE: &str = "sec-fetch-site";
        const REFERRER: &str = "referer";
        // A stored redirect makes no request.
        let is_after_redirect = !self.before.is_empty() || self.url != *self.first;
        let context = self.page.context.definition();
        let is_opaque = context.is_opaque;
        // A document or worker with a data: URL has no other URL that could be its referrer.
        let has_hidden_url = is_opaque && context.is_sandboxed;
        // The handshake of a WebSocket has no referrer in any document.
        let is_handshake = standard.get("sec-fetch-mode") == Some("websocket");
        match observable {
            Observable::ReferrerOfOpaqueOrigin if has_hidden_url && !is_handshake => {
                Some((REFERRER, vec![Some(self.page_url()?), Some(self.page_origin())]))
            }
            Observable::PreflightReferrerAfterRedirect
                if self.is_preflight && is_after_redirect && !is_opaque =>
            {
                Some((REFERRER, vec![Some(self.default_referrer()?)]))
            }
            Observable::NoReferrerToLoopback if self.is_downgraded() && !is_opaque => {
                Some((REFERRER, vec![None]))
            }
            Observable::PreflightSiteAfterRedirect if self.is_preflight && is_after_redirect => {
                Some((SITE, vec![Some(self.site_of_url().to_owned())]))
            }
            Observable::LoopbackIsCrossSite
                if is_http_on_loopback(&self.url)
                    && standard.get(SITE) == Some("same-site")
                    && (is_after_redirect || is_ipv6(&self.url)) =>
            {
                Some((SITE, vec![Some("cross-site".to_owned())]))
            }
            _ => None,
        }
    }

    /// The URL of the document, also where its origin is opaque.
    fn page_url(&self) -> Option<String> {
        let page = Page { context: Context::Document, ..self.page.clone() };
        page.referrer_url().map(String::from)
    }

    fn page_origin(&self) -> String {
        format!("{}/", self.page.origin)
    }

    /// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policy-strict-origin-when-cross-origin>
    fn default_referrer(&self) -> Option<String> {
        match self.is_same_origin() {
            true => self.page_url(),
            false => Some(self.page_origin()),
        }
    }

    fn is_same_origin(&self) -> bool {
        self.url.origin().ascii_serialization() == self.page.serialised_origin()
    }

    /// Whether a page over https requested a URL over http, in the request itself or before a redirect.
    fn is_downgraded(&self) -> bool {
        let mut asked = self.before.iter().chain([self.first, &self.url]);
        let is_https = self.page_origin().starts_with("https:");
        is_https && asked.any(is_http_on_loopback)
    }

    /// How the page's site and that of the URL alone relate.
    fn site_of_url(&self) -> &'static str {
        let page = Url::parse(&self.page.serialised_origin()).ok();
        match page {
            _ if self.is_same_origin() => "same-origin",
            Some(page) if page.scheme() == self.url.scheme() && site(&page) == site(&self.url) => {
                "same-site"
            }
            _ => "cross-site",
        }
    }
}

/// The URL of a request, which has no fragment.
pub(super) fn without_fragment(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    url.set_fragment(None);
    Some(url)
}

/// The registrable domain of a URL's host; the host if it has none.
fn site(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let domain = url.domain().and_then(psl::domain_str);
    Some(domain.unwrap_or(host).to_owned())
}

/// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>
pub(in crate::verdict) fn is_http_on_loopback(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

fn is_ipv6(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv6(_)))
}

//! The `Cookie` and `Set-Cookie` headers: <https://fetch.spec.whatwg.org/#cookies>.

use std::time::Duration;

use super::clock::{Lifespan, Span};
use super::cookie::Cookie;
use super::cookie::{CookieContext, SameSiteMode};
use super::headers::HeaderList;
use super::permitted_choices::PermittedChoice;
use super::request::{Request, without_fragment};
use super::request_headers::{RedirectTaint, redirect_taint};
use super::request_modes::Destination;
use super::ruling::{Fetched, cannot_judge};
use super::site::same_site;
use super::user_agent::UserAgent;

/// The precision of cookie lifetimes.
const SECOND: Duration = Duration::from_secs(1);

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#append-a-request-cookie-header>
    pub(super) fn append_a_request_cookie_header(
        &mut self,
        request: &Request,
        headers: &mut HeaderList,
    ) -> Fetched<()> {
        let url = without_fragment(request.current_url());
        let now = (self.clock.before(&request.method, url), self.clock.start());
        let context = cookie_context(request, now);
        let Some(context) = context else { return Ok(()) };
        let cookies = self.cookies.retrieve(&context).into_iter().cloned().collect::<Vec<_>>();
        let mut pairs = Vec::new();
        for cookie in cookies {
            if self.is_there(&cookie, now.0)? {
                pairs.push(cookie.serialize());
            }
        }
        if !pairs.is_empty() {
            headers.append("Cookie", pairs.join("; "));
        }
        Ok(())
    }

    /// Whether a cookie is still in the store. A browser may count its lifetime in whole seconds.
    fn is_there(&mut self, cookie: &Cookie, now: Span) -> Fetched<bool> {
        let Some(expiry) = cookie.expiry else { return Ok(true) };
        let passed = now.since(expiry.from);
        let what = format!("the cookie `{}`", cookie.name);
        let lifetime = match expiry.is_date {
            true => self.clock.note_date(what, expiry.lifetime, passed),
            false => self.clock.note(what, expiry.lifetime, passed),
        };
        let is_sent = match lifetime.life() {
            Lifespan::Alive => true,
            Lifespan::Gone => false,
            Lifespan::Uncertain => return cannot_judge(lifetime.uncertainty()),
        };
        let is_near = passed.latest.saturating_add(SECOND) > expiry.lifetime
            && passed.earliest < expiry.lifetime.saturating_add(SECOND);
        if !is_near || expiry.lifetime.is_zero() || !self.clock.is_measured() {
            return Ok(is_sent);
        }
        let other = PermittedChoice::CookieSeconds { name: cookie.name.clone(), is_sent: !is_sent };
        Ok(self.branches.choose(self.clock.step(), [other]).is_some() != is_sent)
    }

    /// <https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers>
    pub(super) fn parse_and_store_response_set_cookie_headers(
        &mut self,
        request: &Request,
        headers: &HeaderList,
    ) {
        if !headers.contains("set-cookie") {
            return;
        }
        let now = (self.clock.now(), self.clock.start());
        let context = cookie_context(request, now);
        let Some(context) = context else { return };
        for value in headers.values("set-cookie") {
            self.cookies.parse_and_store(value, &context);
        }
    }
}

fn cookie_context(request: &Request, now: (Span, Duration)) -> Option<CookieContext<'_>> {
    let mode = determine_the_same_site_mode(request);
    let url = request.current_url();
    let top_level_origin = match request.destination {
        Destination::Document => url.origin(),
        _ => request.client.top_level_origin.clone(),
    };
    CookieContext::new(url, mode, top_level_origin, now)
}

/// The same-site mode of a top-level navigation, whose cookies are those of the new top-level document: RFC 6265bis,
/// 5.2, "Strict" and "Lax" enforcement. See [`super::choices`].
fn same_site_mode_of_navigation(request: &Request) -> SameSiteMode {
    let is_cross_site = !same_site(&request.origin, &request.current_url().origin())
        || matches!(redirect_taint(request), RedirectTaint::CrossSite);
    match (is_cross_site, request.method.as_str()) {
        (false, _) => SameSiteMode::StrictOrLess,
        (true, "GET") => SameSiteMode::LaxOrLess,
        (true, _) => SameSiteMode::UnsetOrLess,
    }
}

/// <https://fetch.spec.whatwg.org/#determine-the-same-site-mode>. The page's own site is checked too: see
/// [`super::choices`].
pub(super) fn determine_the_same_site_mode(request: &Request) -> SameSiteMode {
    if request.destination == Destination::Document {
        return same_site_mode_of_navigation(request);
    }
    if request.client.has_cross_site_ancestor
        || !same_site(&request.origin, &request.current_url().origin())
        || redirect_taint(request) == RedirectTaint::CrossSite
    {
        return SameSiteMode::UnsetOrLess;
    }
    SameSiteMode::StrictOrLess
}

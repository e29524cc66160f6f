//! The `Cookie` and `Set-Cookie` headers: <https://fetch.spec.whatwg.org/#cookies>.

use super::cookie_store::{CookieContext, SameSiteMode};
use super::headers::HeaderList;
use super::origin::{RedirectTaint, redirect_taint};
use super::request::Request;
use super::site::same_site;
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#append-a-request-cookie-header>: the names of the cookies sent.
    pub(super) fn append_a_request_cookie_header(
        &mut self,
        request: &Request,
        headers: &mut HeaderList,
    ) -> Vec<String> {
        let Some(context) = self.cookie_context(request) else { return Vec::new() };
        let cookies = self.cookies.retrieve(&context);
        if cookies.is_empty() {
            return Vec::new();
        }
        let pairs: Vec<_> = cookies.iter().map(|cookie| cookie.serialize()).collect();
        headers.append("Cookie", pairs.join("; "));
        cookies.into_iter().map(|cookie| cookie.name.clone()).collect()
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
        let Some(context) = self.cookie_context(request) else { return };
        for value in headers.values("set-cookie") {
            if self.cookies.parse_and_store(value, &context).is_err() {
                self.unmodelled = Some("cookies without a name are not modelled");
            }
        }
    }

    fn cookie_context<'r>(&self, request: &'r Request) -> Option<CookieContext<'r>> {
        let mode = self.determine_the_same_site_mode(request);
        CookieContext::new(request.current_url(), mode, self.clock)
    }

    /// <https://fetch.spec.whatwg.org/#determine-the-same-site-mode>, of a request that is no navigation.
    /// The page's own site is asked as well: see [`super::choices`].
    fn determine_the_same_site_mode(&self, request: &Request) -> SameSiteMode {
        if self.client.has_cross_site_ancestor
            || !same_site(&request.origin, &request.current_url().origin())
            || redirect_taint(request) == RedirectTaint::CrossSite
        {
            return SameSiteMode::UnsetOrLess;
        }
        SameSiteMode::StrictOrLess
    }
}

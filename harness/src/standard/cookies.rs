//! The `Cookie` and `Set-Cookie` headers: <https://fetch.spec.whatwg.org/#cookies>.

use std::time::Duration;

use super::client::Client;
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
        let context = cookie_context(request, &self.client, self.clock);
        let Some(context) = context else { return Vec::new() };
        let cookies = self.cookies.retrieve(&context);
        if cookies.is_empty() {
            return Vec::new();
        }
        let pairs: Vec<_> = cookies.iter().map(|cookie| cookie.serialize()).collect();
        headers.append("Cookie", pairs.join("; "));
        pairs.iter().map(|pair| name(pair).to_owned()).collect()
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
        let context = cookie_context(request, &self.client, self.clock);
        let Some(context) = context else { return };
        for value in headers.values("set-cookie") {
            self.cookies.parse_and_store(value, &context);
        }
    }
}

fn cookie_context<'r>(
    request: &'r Request,
    client: &'r Client,
    now: Duration,
) -> Option<CookieContext<'r>> {
    let mode = determine_the_same_site_mode(request, client);
    CookieContext::new(request.current_url(), mode, &client.top_level_origin, now)
}

/// <https://fetch.spec.whatwg.org/#determine-the-same-site-mode>, of a request that is no navigation.
/// The page's own site is asked as well: see [`super::choices`].
fn determine_the_same_site_mode(request: &Request, client: &Client) -> SameSiteMode {
    if client.has_cross_site_ancestor
        || !same_site(&request.origin, &request.current_url().origin())
        || redirect_taint(request) == RedirectTaint::CrossSite
    {
        return SameSiteMode::UnsetOrLess;
    }
    SameSiteMode::StrictOrLess
}

/// The name of a cookie as a server reads it.
fn name(pair: &str) -> &str {
    pair.split_once('=').map_or("", |(name, _)| name)
}

//! <https://fetch.spec.whatwg.org/#main-fetch>

use super::clock::Lifespan;
use super::filter::{Filtered, filter};
use super::mixed_content::should_fetching_be_blocked_as_mixed_content;
use super::preflight_cache::Lookup;
use super::referrer::determine_requests_referrer;
use super::request::{
    Mode, RedirectMode, ReferrerPolicy, Request, Response, Tainting, without_fragment,
};
use super::ruling::{Fetched, Reason, Stage, Stop, cannot_judge, network_error};
use super::site::has_http_scheme;
use super::user_agent::UserAgent;
use crate::case::is_bad_port;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-fetch>
    pub(super) fn fetch(&mut self, request: &mut Request) -> Fetched<Filtered> {
        if !request.headers.contains("accept") {
            request.headers.append("Accept", "*/*");
        }
        let response = self.main_fetch(request)?;
        filter(request, response)
    }

    /// <https://fetch.spec.whatwg.org/#concept-main-fetch>, up to the point where a recursive call
    /// returns.
    pub(super) fn main_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        self.block(request)?;
        if request.referrer_policy == ReferrerPolicy::Empty {
            request.referrer_policy = ReferrerPolicy::StrictOriginWhenCrossOrigin;
        }
        request.referrer = determine_requests_referrer(request, &self.client);
        self.upgrade(request)?;
        let is_own = request.is_same_origin() && request.tainting == Tainting::Basic;
        if is_own || request.current_url().scheme() == "data" {
            request.tainting = Tainting::Basic;
            return self.scheme_fetch(request);
        }
        match request.mode {
            Mode::SameOrigin => {
                let origin = request.current_url().origin().ascii_serialization();
                network_error(Stage::MainFetch, Reason::SameOriginMode, origin)
            }
            Mode::NoCors => self.no_cors_fetch(request),
            Mode::Cors => self.cors_fetch(request),
        }
    }

    /// Bad ports and mixed content.
    fn block(&self, request: &Request) -> Fetched<()> {
        let url = request.current_url();
        if let Some(port) = url.port().filter(|port| has_http_scheme(url) && is_bad_port(*port)) {
            return network_error(Stage::MainFetch, Reason::BadPort, port.to_string());
        }
        if should_fetching_be_blocked_as_mixed_content(request, &self.client) {
            return network_error(Stage::MainFetch, Reason::MixedContent, url.as_str());
        }
        Ok(())
    }

    /// The upgrade of a URL by `Strict-Transport-Security` is not modelled.
    fn upgrade(&mut self, request: &Request) -> Fetched<()> {
        let url = request.current_url();
        let now = self.clock.before(&request.method, without_fragment(url));
        let Some((host, max_age, passed)) = self.strict_transport.binding(url, now) else {
            return Ok(());
        };
        let lifetime =
            self.clock.note(format!("the Strict-Transport-Security of {host}"), max_age, passed);
        match lifetime.life() {
            Lifespan::Alive => {
                cannot_judge("what Strict-Transport-Security upgrades is not modelled")
            }
            Lifespan::Uncertain => cannot_judge(lifetime.doubt()),
            Lifespan::Gone => Ok(()),
        }
    }

    fn no_cors_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        if request.redirect != RedirectMode::Follow {
            let mode = if request.redirect == RedirectMode::Error { "error" } else { "manual" };
            return network_error(Stage::MainFetch, Reason::NoCorsRedirectMode, mode);
        }
        request.tainting = Tainting::Opaque;
        self.scheme_fetch(request)
    }

    fn cors_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        if !has_http_scheme(request.current_url()) {
            return network_error(
                Stage::MainFetch,
                Reason::NotHttp,
                request.current_url().scheme(),
            );
        }
        request.tainting = Tainting::Cors;
        if !request.is_to_be_preflighted() {
            return self.http_fetch(request, false);
        }
        let response = self.http_fetch(request, true);
        if matches!(response, Err(Stop::NetworkError(_))) {
            self.preflight_cache.clear(&Lookup::new(request, self.clock.now()));
        }
        response
    }

    /// <https://fetch.spec.whatwg.org/#scheme-fetch>, for HTTP and HTTPS.
    fn scheme_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        if has_http_scheme(request.current_url()) {
            return self.http_fetch(request, false);
        }
        cannot_judge(format!("{}: URLs are not modelled", request.current_url().scheme()))
    }
}

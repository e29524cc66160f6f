//! <https://fetch.spec.whatwg.org/#main-fetch>, with what it blocks: bad ports and mixed content.

use super::clock::Lifespan;
use super::content_security_policy::CheckedRequest;
use super::cors_preflight_cache::Lookup;
use super::filtered_response::{Filtered, filter};
use super::integrity::check_integrity;
use super::request::{Request, without_fragment};
use super::request_headers::determine_requests_referrer;
use super::request_modes::{Destination, Mode, RedirectMode, ReferrerPolicy, ResponseTainting};
use super::response::Response;
use super::ruling::{FetchError, Fetched, Reason, Stage, cannot_judge, network_error};
use super::site::{has_http_scheme, is_potentially_trustworthy};
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-fetch>
    pub(super) fn fetch(&mut self, request: &mut Request) -> Fetched<Filtered> {
        let response = self.fetch_unfiltered(request)?;
        if let Some(reason) = response.ending.failure()
            && !request.integrity.is_empty()
        {
            let place = request.current_url().origin().ascii_serialization();
            return network_error(Stage::Network, reason, place);
        }
        check_integrity(request, &response)?;
        filter(request, response)
    }

    /// The same for what uses the response inside the browser, where it is not filtered.
    pub(super) fn fetch_unfiltered(&mut self, request: &mut Request) -> Fetched<Response> {
        if let Some(preloaded) = self.preloads.consume(request) {
            return preloaded;
        }
        if !request.headers.contains("accept") {
            request.headers.append("Accept", accept(request.destination));
        }
        self.main_fetch(request)
    }

    /// <https://fetch.spec.whatwg.org/#concept-main-fetch>, up to the point where a recursive call
    /// returns.
    pub(super) fn main_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        upgrade_mixed_content(request);
        self.block(request)?;
        if request.referrer_policy == ReferrerPolicy::Empty {
            request.referrer_policy = match request.client.referrer_policy {
                ReferrerPolicy::Empty => ReferrerPolicy::StrictOriginWhenCrossOrigin,
                policy => policy,
            };
        }
        request.referrer = determine_requests_referrer(request);
        self.upgrade(request)?;
        let is_own =
            request.is_same_origin() && request.response_tainting == ResponseTainting::Basic;
        let is_unchecked = matches!(request.mode, Mode::Navigate | Mode::WebSocket);
        if is_own || is_unchecked || request.current_url().scheme() == "data" {
            request.response_tainting = ResponseTainting::Basic;
            return self.scheme_fetch(request);
        }
        match request.mode {
            Mode::SameOrigin => {
                let origin = request.current_url().origin().ascii_serialization();
                network_error(Stage::MainFetch, Reason::SameOriginMode, origin)
            }
            Mode::NoCors => self.no_cors_fetch(request),
            Mode::Cors | Mode::Navigate | Mode::WebSocket => self.cors_fetch(request),
        }
    }

    /// Bad ports, mixed content, and what the policies of the client do not allow.
    fn block(&self, request: &Request) -> Fetched<()> {
        let url = request.current_url();
        if let Some(port) = url.port().filter(|port| has_http_scheme(url) && is_bad_port(*port)) {
            return network_error(Stage::MainFetch, Reason::BadPort, port.to_string());
        }
        if should_fetching_be_blocked_as_mixed_content(request) {
            if is_upgradeable(request) && request.url_list().len() > 1 {
                return cannot_judge(
                    "whether mixed content is upgraded after a redirect: the standard speaks of the request's URL, which \
                     is the first one",
                );
            }
            return network_error(Stage::MainFetch, Reason::MixedContent, url.as_str());
        }
        check_content_security_policy(request)
    }

    /// The step of main fetch on Known HSTS Hosts. The URL changes without a redirect, so the response is not
    /// redirected and the request's origin is not tainted.
    fn upgrade(&mut self, request: &mut Request) -> Fetched<()> {
        let url = request.current_url();
        let plain = without_fragment(url);
        let secure = plain.replacen("http:", "https:", 1);
        let now = self.clock.before_any(&request.method, &[plain, &secure]);
        let Some((host, max_age, passed)) = self.strict_transport.binding(url, now) else {
            return Ok(());
        };
        let lifetime =
            self.clock.note(format!("the Strict-Transport-Security of {host}"), max_age, passed);
        match lifetime.life() {
            Lifespan::Alive => {
                request.upgrade();
                Ok(())
            }
            Lifespan::Uncertain => cannot_judge(lifetime.uncertainty()),
            Lifespan::Gone => Ok(()),
        }
    }

    fn no_cors_fetch(&mut self, request: &mut Request) -> Fetched<Response> {
        if request.redirect_mode != RedirectMode::Follow {
            let mode = request.redirect_mode.as_str();
            return network_error(Stage::MainFetch, Reason::NoCorsRedirectMode, mode);
        }
        request.response_tainting = ResponseTainting::Opaque;
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
        request.response_tainting = ResponseTainting::Cors;
        if !request.needs_preflight() {
            return self.http_fetch(request, false);
        }
        let response = self.http_fetch(request, true);
        if matches!(response, Err(FetchError::NetworkError(_))) {
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

/// The default value of `Accept`: <https://fetch.spec.whatwg.org/#document-accept-header-value> and the steps of
/// <https://fetch.spec.whatwg.org/#concept-fetch> that use it.
fn accept(destination: Destination) -> &'static str {
    match destination {
        Destination::Document | Destination::Iframe => {
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        }
        Destination::Image => "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        Destination::Json => "application/json,*/*;q=0.5",
        Destination::Style => "text/css,*/*;q=0.1",
        Destination::Text => "text/plain,*/*;q=0.5",
        _ => "*/*",
    }
}

/// Whether the policies of the client allow the current URL of a request:
/// <https://w3c.github.io/webappsec-csp/#should-block-request>.
fn check_content_security_policy(request: &Request) -> Fetched<()> {
    let checked = CheckedRequest {
        destination: request.destination,
        origin: &request.client.origin,
        current_url: request.current_url(),
        is_redirected: request.url_list().len() > 1,
    };
    let policies = &request.client.content_security_policies;
    policies.iter().try_for_each(|policy| policy.check(&checked))
}

/// <https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm>, for the first URL of a request. No initiator here is
/// an `imageset`.
fn upgrade_mixed_content(request: &mut Request) {
    let is_upgraded = is_upgradeable(request)
        && request.url_list().len() == 1
        && request.current_url().scheme() == "http"
        && request.current_url().domain().is_some()
        && should_fetching_be_blocked_as_mixed_content(request);
    if is_upgraded {
        request.upgrade();
    }
}

/// Whether the destination is one whose mixed content is upgraded.
fn is_upgradeable(request: &Request) -> bool {
    matches!(request.destination, Destination::Audio | Destination::Image | Destination::Video)
}

/// <https://w3c.github.io/webappsec-mixed-content/#should-block-fetch>
pub(super) fn should_fetching_be_blocked_as_mixed_content(request: &Request) -> bool {
    let url = request.current_url();
    request.client.prohibits_mixed_content
        && url.scheme() != "data"
        && !is_potentially_trustworthy(&url.origin())
}

/// Whether browsers block this port: <https://fetch.spec.whatwg.org/#bad-port>.
pub fn is_bad_port(port: u16) -> bool {
    BAD_PORTS.binary_search(&port).is_ok()
}

/// The first column of the table, ascending.
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

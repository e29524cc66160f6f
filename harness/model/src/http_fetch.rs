//! <https://fetch.spec.whatwg.org/#http-fetch>, with redirects.

use url::Url;

use super::headers::{HeaderList, is_http_tab_or_space, text, trim};
use super::request::Request;
use super::request_modes::{Mode, RedirectMode, ReferrerPolicy, ResponseTainting};
use super::response::{InvalidLocation, Response, is_redirect_status, location_url};
use super::response_checks::cors_check;
use super::response_checks::{cross_origin_resource_policy_check, tao_check};
use super::ruling::{Failure, FetchError, Fetched, Reason, Stage, failure, network_error};
use super::safelist::{REQUEST_BODY_HEADER_NAMES, is_cors_non_wildcard_request_header_name};
use super::site::{has_http_scheme, includes_credentials, same_origin};
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-fetch>
    pub(super) fn http_fetch(
        &mut self,
        request: &mut Request,
        make_cors_preflight: bool,
    ) -> Fetched<Response> {
        if let Some(response) = self.handle_fetch(request)? {
            return Ok(response);
        }
        if make_cors_preflight && self.preflight_cache_lacks(request)? {
            self.cors_preflight_fetch(request)?;
        }
        if request.redirect_mode == RedirectMode::Follow {
            request.has_service_workers = false;
        }
        let response = self.http_network_or_cache_fetch(request)?;
        check(request, &response)?;
        request.timing_allow_failed |= !tao_check(request, &response.headers);
        if is_redirect_status(response.status) {
            return self.redirect(request, response);
        }
        Ok(response)
    }

    /// Branches on the redirect mode.
    fn redirect(&mut self, request: &mut Request, response: Response) -> Fetched<Response> {
        match request.redirect_mode {
            RedirectMode::Error => {
                let status = response.status.to_string();
                network_error(Stage::Redirect, Reason::RedirectModeError, status)
            }
            RedirectMode::Manual => Ok(Response { is_opaque_redirect: true, ..response }),
            RedirectMode::Follow => self.http_redirect_fetch(request, response),
        }
    }
}

/// The checks on a response, including a redirect.
fn check(request: &Request, response: &Response) -> Fetched<()> {
    let headers = &response.headers;
    let (stage, checked) = match request.response_tainting {
        ResponseTainting::Basic => return Ok(()),
        ResponseTainting::Cors => (Stage::CorsCheck, cors_check(request, headers)),
        ResponseTainting::Opaque => {
            (Stage::ResourcePolicy, cross_origin_resource_policy_check(request, headers))
        }
    };
    checked.map_err(|failure| FetchError::NetworkError(failure.at(stage)))
}

/// The largest number of redirects that are followed.
const LIMIT: u8 = 20;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-redirect-fetch>
    pub(super) fn http_redirect_fetch(
        &mut self,
        request: &mut Request,
        response: Response,
    ) -> Fetched<Response> {
        let location = location(request, &response);
        let refuse = |failure: Failure| FetchError::NetworkError(failure.at(Stage::Redirect));
        let Some(location) = location.map_err(refuse)? else { return Ok(response) };
        check_location(request, &response, &location).map_err(refuse)?;
        request.redirect_count += 1;
        rewrite_method(request, response.status);
        if !same_origin(&request.current_url().origin(), &location.origin()) {
            delete_non_wildcard_headers(&mut request.headers);
        }
        request.append_url(location);
        set_referrer_policy_on_redirect(request, &response.headers);
        self.main_fetch(request)
    }
}

/// Where the response redirects to, as a step of HTTP-redirect fetch.
fn location(request: &Request, response: &Response) -> Result<Option<Url>, Failure> {
    let Response { status, headers, .. } = response;
    location_url(*status, headers, request.current_url()).map_err(|InvalidLocation| {
        let value = headers.values("location").next().unwrap_or_default();
        failure(Reason::InvalidLocation, value)
    })
}

/// The conditions under which a redirect is a network error, in the standard's order.
fn check_location(request: &Request, response: &Response, location: &Url) -> Result<(), Failure> {
    let has_credentials = includes_credentials(location);
    let is_own = same_origin(&request.origin, &location.origin());
    let is_streamed = request.body.as_ref().is_some_and(|body| body.is_streamed);
    let refused = if !has_http_scheme(location) {
        Reason::LocationNotHttp
    } else if request.redirect_count == LIMIT {
        Reason::TooManyRedirects
    } else if request.mode == Mode::Cors && has_credentials && !is_own {
        Reason::LocationWithCredentials
    } else if request.response_tainting == ResponseTainting::Cors && has_credentials {
        Reason::LocationWithCredentialsAfterCors
    } else if response.status != 303 && is_streamed {
        Reason::StreamedBodyRedirected
    } else {
        return Ok(());
    };
    Err(failure(refused, location.as_str()))
}

fn rewrite_method(request: &mut Request, status: u16) {
    let becomes_get = match status {
        301 | 302 => request.method == "POST",
        303 => !matches!(request.method.as_str(), "GET" | "HEAD"),
        _ => false,
    };
    if becomes_get {
        request.method = "GET".to_owned();
        request.body = None;
        REQUEST_BODY_HEADER_NAMES.iter().for_each(|name| request.headers.delete(name));
    }
}

fn delete_non_wildcard_headers(headers: &mut HeaderList) {
    let names: Vec<_> = headers.iter().map(|(name, _)| name.to_owned()).collect();
    let names = names.iter().filter(|name| is_cors_non_wildcard_request_header_name(name));
    names.for_each(|name| headers.delete(name));
}

/// <https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect>
fn set_referrer_policy_on_redirect(request: &mut Request, headers: &HeaderList) {
    let tokens = headers.values("referrer-policy").flat_map(|value| value.split(|b| *b == b','));
    let policies = tokens.filter_map(|token| {
        ReferrerPolicy::parse(&text(trim(token, is_http_tab_or_space)).to_ascii_lowercase())
    });
    if let Some(policy) = policies.filter(|policy| *policy != ReferrerPolicy::Empty).last() {
        request.referrer_policy = policy;
    }
}

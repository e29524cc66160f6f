//! <https://fetch.spec.whatwg.org/#http-fetch>. There is no service worker.

use super::cors_check::cors_check;
use super::cross_origin_resource_policy::cross_origin_resource_policy_check;
use super::request::Request;
use super::request_modes::{RedirectMode, ResponseTainting};
use super::response::{Response, is_redirect_status};
use super::ruling::{FetchError, Fetched, Reason, Stage, network_error};
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// <https://fetch.spec.whatwg.org/#concept-http-fetch>
    pub(super) fn http_fetch(
        &mut self,
        request: &mut Request,
        make_cors_preflight: bool,
    ) -> Fetched<Response> {
        if make_cors_preflight && self.preflight_cache_lacks(request)? {
            self.cors_preflight_fetch(request)?;
        }
        let response = self.http_network_or_cache_fetch(request)?;
        check(request, &response)?;
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

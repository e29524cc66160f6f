//! <https://fetch.spec.whatwg.org/#http-fetch>. There is no service worker.

use super::corp::cross_origin_resource_policy_check;
use super::cors_check::cors_check;
use super::request::{RedirectMode, Request, Response, Tainting};
use super::ruling::{Fetched, Reason, Stage, Stop, network_error};
use super::user_agent::UserAgent;
use crate::observation::is_redirect_status;

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
        match request.redirect {
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
    let (stage, checked) = match request.tainting {
        Tainting::Basic => return Ok(()),
        Tainting::Cors => (Stage::CorsCheck, cors_check(request, headers)),
        Tainting::Opaque => {
            (Stage::ResourcePolicy, cross_origin_resource_policy_check(request, headers))
        }
    };
    checked.map_err(|failure| Stop::NetworkError(failure.at(stage)))
}

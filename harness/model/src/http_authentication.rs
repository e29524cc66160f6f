//! HTTP authentication, as far as <https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch> has it. The user
//! of the model cancels every prompt.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use url::{Origin, Url};

use super::headers::HeaderList;
use super::http_network_or_cache_fetch::include_credentials;
use super::permitted_choices::PermittedChoice;
use super::request::{Request, without_fragment};
use super::request_modes::ResponseTainting;
use super::response::Response;
use super::ruling::{Fetched, Reason, Stage, cannot_judge, network_error};
use super::site::includes_credentials;
use super::user_agent::UserAgent;

/// <https://fetch.spec.whatwg.org/#authentication-entry>
#[derive(Debug)]
pub(super) struct AuthenticationEntry {
    origin: Origin,
    /// Requests for paths that begin with this one are in the same protection space (RFC 7617, 2.2).
    folder: String,
    /// The value of `Authorization`.
    authorization: String,
}

/// Which credentials a request may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Attempt {
    /// Those of an authentication entry.
    First,
    /// None yet: the browser waits for the server to ask for them.
    WithoutEntry,
    /// Those of the URL, or of an entry: the server has asked for them.
    Authentication,
}

impl UserAgent<'_> {
    /// The attempt with which a request begins. A browser that has credentials for the URL may wait until it is asked
    /// for them.
    pub(super) fn first_attempt(&mut self, request: &Request) -> Attempt {
        if !include_credentials(request) || self.entry_of(request).is_none() {
            return Attempt::First;
        }
        let url = without_fragment(request.current_url()).to_owned();
        match self.branches.choose(self.clock.step(), [PermittedChoice::Unauthenticated { url }]) {
            Some(_) => Attempt::WithoutEntry,
            None => Attempt::First,
        }
    }

    /// The value of `Authorization` that the browser adds.
    pub(super) fn authorization(&self, request: &Request, attempt: Attempt) -> Option<String> {
        let is_asked = attempt == Attempt::Authentication;
        let entry = self.entry_of(request).filter(|_| attempt != Attempt::WithoutEntry);
        let of_url = || is_asked.then(|| authorization_of(request.current_url()));
        entry.map(|entry| entry.authorization.clone()).or_else(|| of_url().flatten())
    }

    /// The entry for a request, unless the URL has other credentials.
    fn entry_of(&self, request: &Request) -> Option<&AuthenticationEntry> {
        let url = request.current_url();
        let has_own = request.use_url_credentials && includes_credentials(url);
        let mut entries = self.authentication_entries.iter().filter(|_| !has_own);
        entries.find(|entry| entry.origin == url.origin() && url.path().starts_with(&entry.folder))
    }

    /// The steps for a response with the status 401: once more with credentials, if there are any. Otherwise the user
    /// is asked, and cancels.
    pub(super) fn authenticate(
        &mut self,
        request: &Request,
        (attempt, response): (Attempt, Response),
    ) -> Fetched<Response> {
        if response.status == 407 {
            return cannot_judge("authentication at a proxy is not modelled");
        }
        let may_ask =
            request.response_tainting != ResponseTainting::Cors && include_credentials(request);
        let is_asked = response.status == 401 && response.headers.contains("www-authenticate");
        if !is_asked || !may_ask || attempt == Attempt::Authentication {
            return Ok(response);
        }
        if request.body.as_ref().is_some_and(|body| body.is_streamed) {
            let url = without_fragment(request.current_url());
            return network_error(Stage::Network, Reason::StreamedBodyAuthenticated, url);
        }
        let has_own = request.use_url_credentials && includes_credentials(request.current_url());
        if !has_own && attempt != Attempt::WithoutEntry {
            return Ok(response);
        }
        if !asks_for_basic(&response.headers) {
            return cannot_judge("authentication schemes other than Basic are not modelled");
        }
        self.repeat_with_credentials(request)
    }

    fn repeat_with_credentials(&mut self, request: &Request) -> Fetched<Response> {
        let response = self.attempt(request, Attempt::Authentication)?;
        let url = request.current_url();
        if response.status != 401
            && let Some(authorization) = self.authorization(request, Attempt::Authentication)
        {
            let (folder, _) = url.path().rsplit_once('/').unwrap_or_default();
            let folder = format!("{folder}/");
            let entry = AuthenticationEntry { origin: url.origin(), folder, authorization };
            self.authentication_entries.insert(0, entry);
        }
        Ok(response)
    }
}

/// The credentials of a URL as the value of `Authorization` (RFC 7617, 2).
fn authorization_of(url: &Url) -> Option<String> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [decoded(url.username()), decoded(url.password().unwrap_or_default())].join(&b':');
    includes_credentials(url).then(|| format!("Basic {}", BASE64_STANDARD.encode(pair)))
}

/// Whether the first challenge of a response has the scheme `Basic` (RFC 9110, 11.6.1).
fn asks_for_basic(headers: &HeaderList) -> bool {
    let challenge = headers.values("www-authenticate").next().unwrap_or_default();
    let scheme = challenge.split(|byte| *byte == b' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"basic")
}

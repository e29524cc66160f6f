//! The credentials of HTTP authentication: <https://fetch.spec.whatwg.org/#authentication-entry>.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use url::{Origin, Url};

use super::headers::HeaderList;
use super::request::Request;
use super::site::includes_credentials;

/// The credentials that a browser keeps, the latest ones first.
#[derive(Debug, Default)]
pub(super) struct AuthenticationEntries(Vec<AuthenticationEntry>);

/// <https://fetch.spec.whatwg.org/#authentication-entry>
#[derive(Debug)]
struct AuthenticationEntry {
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

impl AuthenticationEntries {
    /// Whether there is an entry for a request.
    pub(super) fn has_entry(&self, request: &Request) -> bool {
        self.entry(request).is_some()
    }

    /// The value of `Authorization` that the browser adds.
    pub(super) fn authorization(&self, request: &Request, attempt: Attempt) -> Option<String> {
        let is_asked = attempt == Attempt::Authentication;
        let entry = self.entry(request).filter(|_| attempt != Attempt::WithoutEntry);
        let of_url = || is_asked.then(|| authorization_of(request.current_url()));
        entry.map(|entry| entry.authorization.clone()).or_else(|| of_url().flatten())
    }

    /// Keeps the value of `Authorization` that a server has accepted for a URL.
    pub(super) fn insert(&mut self, url: &Url, authorization: String) {
        let (folder, _) = url.path().rsplit_once('/').unwrap_or_default();
        let folder = format!("{folder}/");
        self.0.insert(0, AuthenticationEntry { origin: url.origin(), folder, authorization });
    }

    /// The entry for a request, unless the URL has other credentials.
    fn entry(&self, request: &Request) -> Option<&AuthenticationEntry> {
        let url = request.current_url();
        let mut entries = self.0.iter().filter(|_| !uses_url_credentials(request));
        entries.find(|entry| entry.origin == url.origin() && url.path().starts_with(&entry.folder))
    }
}

/// Whether a request has the credentials of its URL.
pub(super) fn uses_url_credentials(request: &Request) -> bool {
    request.use_url_credentials && includes_credentials(request.current_url())
}

/// The credentials of a URL as the value of `Authorization` (RFC 7617, 2).
fn authorization_of(url: &Url) -> Option<String> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let pair = [decoded(url.username()), decoded(url.password().unwrap_or_default())].join(&b':');
    includes_credentials(url).then(|| format!("Basic {}", BASE64_STANDARD.encode(pair)))
}

/// Whether the first challenge of a response has the scheme `Basic` (RFC 9110, 11.6.1).
pub(super) fn asks_for_basic(headers: &HeaderList) -> bool {
    let challenge = headers.values("www-authenticate").next().unwrap_or_default();
    let scheme = challenge.split(|byte| *byte == b' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"basic")
}

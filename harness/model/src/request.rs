//! Requests: <https://fetch.spec.whatwg.org/#concept-request>.

use std::sync::Arc;

use url::{Origin, Position, Url};

use super::body::Body;
use super::client::Client;
use super::headers::HeaderList;
use super::request_modes::{
    CacheMode, CredentialsMode, Destination, Mode, RedirectMode, Referrer, ReferrerPolicy,
    ResponseTainting,
};
use super::safelist::{cors_unsafe_request_header_names, is_cors_safelisted_method};
use super::site::same_origin;

/// A request, with the names and the defaults of the standard:
/// <https://fetch.spec.whatwg.org/#concept-request>.
///
/// `fetch()` and `XMLHttpRequest` make one by [`FetchCall`](crate::FetchCall) and [`XhrCall`](crate::XhrCall). What
/// an element or another API fetches is described by the fields alone. An `<img crossorigin>`:
///
/// ```
/// use cors_model::{Client, CredentialsMode, Destination, Mode, Request, url::Url};
///
/// let page = Client::document(Url::parse("https://app.example/")?);
/// let mut request = Request::new(Url::parse("https://cdn.example/logo.png")?, page);
/// request.destination = Destination::Image;
/// request.mode = Mode::Cors;
/// request.credentials_mode = CredentialsMode::SameOrigin;
/// # Ok::<(), cors_model::url::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    /// <https://fetch.spec.whatwg.org/#concept-request-method>, normalized.
    pub method: String,
    /// Never empty.
    url_list: Vec<Url>,
    /// <https://fetch.spec.whatwg.org/#concept-request-header-list>
    pub headers: HeaderList,
    /// <https://fetch.spec.whatwg.org/#unsafe-request-flag>: whether the method and the header list can make a
    /// preflight necessary. `fetch()` and `XMLHttpRequest` set it.
    pub unsafe_request: bool,
    /// <https://fetch.spec.whatwg.org/#concept-request-body>
    pub body: Option<Body>,
    /// <https://fetch.spec.whatwg.org/#concept-request-client>
    pub client: Arc<Client>,
    /// <https://fetch.spec.whatwg.org/#concept-request-origin>
    pub origin: Origin,
    /// <https://fetch.spec.whatwg.org/#concept-request-destination>
    pub destination: Destination,
    /// <https://fetch.spec.whatwg.org/#concept-request-mode>
    pub mode: Mode,
    /// <https://fetch.spec.whatwg.org/#use-cors-preflight-flag>
    pub use_cors_preflight: bool,
    /// <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
    pub credentials_mode: CredentialsMode,
    /// <https://fetch.spec.whatwg.org/#concept-request-use-url-credentials-flag>
    pub use_url_credentials: bool,
    /// <https://fetch.spec.whatwg.org/#concept-request-cache-mode>
    pub cache_mode: CacheMode,
    /// <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>
    pub redirect_mode: RedirectMode,
    /// <https://fetch.spec.whatwg.org/#concept-request-referrer>
    pub referrer: Referrer,
    /// <https://fetch.spec.whatwg.org/#concept-request-referrer-policy>
    pub referrer_policy: ReferrerPolicy,
    /// <https://fetch.spec.whatwg.org/#concept-request-integrity-metadata>
    pub integrity: String,
    /// Whether <https://fetch.spec.whatwg.org/#request-service-workers-mode> is `all`.
    pub(super) has_service_workers: bool,
    pub(super) response_tainting: ResponseTainting,
    pub(super) redirect_count: u8,
    /// <https://fetch.spec.whatwg.org/#timing-allow-failed>
    pub(super) timing_allow_failed: bool,
}

impl Request {
    /// A request for a URL with the defaults of the standard: a `GET` in the mode `no-cors`.
    pub fn new(url: Url, client: impl Into<Arc<Client>>) -> Self {
        let client = client.into();
        Self {
            method: "GET".to_owned(),
            url_list: vec![url],
            headers: HeaderList::default(),
            unsafe_request: false,
            body: None,
            origin: client.origin.clone(),
            client,
            destination: Destination::Empty,
            mode: Mode::NoCors,
            use_cors_preflight: false,
            credentials_mode: CredentialsMode::SameOrigin,
            use_url_credentials: false,
            cache_mode: CacheMode::Default,
            redirect_mode: RedirectMode::Follow,
            referrer: Referrer::Client,
            referrer_policy: ReferrerPolicy::Empty,
            integrity: String::new(),
            has_service_workers: true,
            response_tainting: ResponseTainting::Basic,
            redirect_count: 0,
            timing_allow_failed: false,
        }
    }

    /// A request as the APIs for script make it: in the mode `cors`, with the unsafe-request flag.
    pub(super) fn of_script(url: Url, client: &Arc<Client>) -> Self {
        let request = Self::new(url, Arc::clone(client));
        Self { mode: Mode::Cors, unsafe_request: true, ..request }
    }

    /// <https://fetch.spec.whatwg.org/#concept-request-url-list>: the URL, and those of its redirects.
    pub fn url_list(&self) -> &[Url] {
        &self.url_list
    }

    /// <https://fetch.spec.whatwg.org/#concept-request-current-url>
    pub fn current_url(&self) -> &Url {
        &self.url_list[self.url_list.len() - 1]
    }

    /// Appends a URL to the URL list.
    pub(super) fn append_url(&mut self, url: Url) {
        self.url_list.push(url);
    }

    /// Takes over where another request for the same URL led.
    pub(super) fn follow(&mut self, other: &Self) {
        self.url_list.clone_from(&other.url_list);
        self.response_tainting = other.response_tainting;
    }

    /// Sets the scheme of the current URL to `https`. A port of 443 becomes the default one, and others stay.
    pub(super) fn upgrade(&mut self) {
        let upgraded = self.url_list.last_mut().map(|url| url.set_scheme("https"));
        debug_assert!(upgraded.is_some_and(|done| done.is_ok()), "only http URLs are upgraded");
    }

    /// Whether the current URL is same origin with the request's origin.
    pub(super) fn is_same_origin(&self) -> bool {
        same_origin(&self.current_url().origin(), &self.origin)
    }

    /// Whether the credentials mode is `include`.
    pub(super) fn includes_credentials(&self) -> bool {
        self.credentials_mode == CredentialsMode::Include
    }

    /// The two conditions of <https://fetch.spec.whatwg.org/#concept-main-fetch> that lead to a preflight.
    pub(super) fn needs_preflight(&self) -> bool {
        let is_unsafe = || {
            !is_cors_safelisted_method(&self.method)
                || !cors_unsafe_request_header_names(&self.headers).is_empty()
        };
        self.use_cors_preflight || (self.unsafe_request && is_unsafe())
    }
}

/// A URL as far as a server and a cache see it.
pub(super) fn without_fragment(url: &Url) -> &str {
    &url[..Position::AfterQuery]
}

/// A request as it is sent: its header list has more than script's headers.
#[derive(Debug)]
pub(super) struct OutgoingRequest<'r> {
    pub(super) request: &'r Request,
    pub(super) headers: HeaderList,
    pub(super) cache: CacheMode,
    pub(super) include_credentials: bool,
}

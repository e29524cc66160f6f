//! Requests: <https://fetch.spec.whatwg.org/#concept-request>.

use url::{Origin, Position, Url};

use super::body::Body;
use super::headers::HeaderList;
use super::methods::is_cors_safelisted_method;
use super::safelist::cors_unsafe_request_header_names;
use super::site::same_origin;
use crate::case::Credentials;

/// <https://fetch.spec.whatwg.org/#concept-request>
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Never empty.
    url_list: Vec<Url>,
    pub(super) headers: HeaderList,
    pub(super) body: Option<Body>,
    pub(super) origin: Origin,
    pub(super) mode: Mode,
    pub(super) credentials: Credentials,
    pub(super) cache: CacheMode,
    pub(super) redirect: RedirectMode,
    pub(super) referrer: Referrer,
    pub(super) referrer_policy: ReferrerPolicy,
    pub(super) tainting: Tainting,
    pub(super) redirect_count: u8,
    /// <https://fetch.spec.whatwg.org/#use-cors-preflight-flag>
    pub(super) use_cors_preflight: bool,
}

impl Request {
    /// A request as the standard initializes it, except for the mode, which every API sets to
    /// `cors`.
    pub(super) fn new(url: Url, origin: Origin) -> Self {
        Self {
            method: "GET".to_owned(),
            url_list: vec![url],
            headers: HeaderList::default(),
            body: None,
            origin,
            mode: Mode::Cors,
            credentials: Credentials::SameOrigin,
            cache: CacheMode::Default,
            redirect: RedirectMode::Follow,
            referrer: Referrer::Client,
            referrer_policy: ReferrerPolicy::Empty,
            tainting: Tainting::Basic,
            redirect_count: 0,
            use_cors_preflight: false,
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-request-url-list>
    pub(super) fn url_list(&self) -> &[Url] {
        &self.url_list
    }

    /// <https://fetch.spec.whatwg.org/#concept-request-current-url>
    pub(super) fn current_url(&self) -> &Url {
        &self.url_list[self.url_list.len() - 1]
    }

    /// Appends to the URL list.
    pub(super) fn go_to(&mut self, url: Url) {
        self.url_list.push(url);
    }

    /// Whether the current URL is same origin with the request's origin.
    pub(super) fn is_same_origin(&self) -> bool {
        same_origin(&self.current_url().origin(), &self.origin)
    }

    /// Whether the credentials mode is `include`.
    pub(super) fn includes_credentials(&self) -> bool {
        self.credentials == Credentials::Include
    }

    /// Whether a preflight is needed: the two conditions of
    /// <https://fetch.spec.whatwg.org/#concept-main-fetch>. Every API modelled here sets the
    /// unsafe-request flag.
    pub(super) fn is_to_be_preflighted(&self) -> bool {
        self.use_cors_preflight
            || !is_cors_safelisted_method(&self.method)
            || !cors_unsafe_request_header_names(&self.headers).is_empty()
    }
}

/// A URL as a server and a cache see it.
pub(super) fn without_fragment(url: &Url) -> &str {
    &url[..Position::AfterQuery]
}

/// <https://fetch.spec.whatwg.org/#concept-request-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    SameOrigin,
    NoCors,
    Cors,
}

/// <https://fetch.spec.whatwg.org/#concept-request-cache-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum CacheMode {
    Default,
    NoStore,
    Reload,
    NoCache,
    ForceCache,
    OnlyIfCached,
}

/// <https://fetch.spec.whatwg.org/#concept-request-redirect-mode>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum RedirectMode {
    Follow,
    Error,
    Manual,
}

/// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

/// <https://fetch.spec.whatwg.org/#concept-request-referrer>
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Referrer {
    None,
    Client,
    Url(Url),
}

/// <https://w3c.github.io/webappsec-referrer-policy/#referrer-policies>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ReferrerPolicy {
    /// The empty string: the page's policy applies, which is the default one.
    Empty,
    NoReferrer,
    NoReferrerWhenDowngrade,
    SameOrigin,
    Origin,
    StrictOrigin,
    OriginWhenCrossOrigin,
    StrictOriginWhenCrossOrigin,
    UnsafeUrl,
}

impl ReferrerPolicy {
    /// The policy with this name.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"" => Self::Empty,
            b"no-referrer" => Self::NoReferrer,
            b"no-referrer-when-downgrade" => Self::NoReferrerWhenDowngrade,
            b"same-origin" => Self::SameOrigin,
            b"origin" => Self::Origin,
            b"strict-origin" => Self::StrictOrigin,
            b"origin-when-cross-origin" => Self::OriginWhenCrossOrigin,
            b"strict-origin-when-cross-origin" => Self::StrictOriginWhenCrossOrigin,
            b"unsafe-url" => Self::UnsafeUrl,
            _ => return None,
        })
    }
}

/// <https://fetch.spec.whatwg.org/#concept-response>
#[derive(Clone, Debug, Default)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: HeaderList,
    pub(super) body: Vec<u8>,
    /// It is an opaque-redirect filtered response:
    /// <https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect>.
    pub(super) is_opaque_redirect: bool,
}

/// <https://fetch.spec.whatwg.org/#ok-status>
pub(super) fn is_ok_status(status: u16) -> bool {
    (200..=299).contains(&status)
}

/// <https://fetch.spec.whatwg.org/#null-body-status>
pub(super) fn is_null_body_status(status: u16) -> bool {
    matches!(status, 101 | 103 | 204 | 205 | 304)
}

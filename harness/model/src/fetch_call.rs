//! `fetch()`: <https://fetch.spec.whatwg.org/#fetch-method>.

use std::sync::Arc;

use encoding_rs::UTF_8;
use url::Url;

use super::abort::Abort;
use super::body::{Body, BodyInit};
use super::client::Client;
use super::headers::HeaderList;
use super::headers_init::{HeadersInit, header_value};
use super::request::Request;
use super::request_modes::{CacheMode, CredentialsMode, Mode, RedirectMode, ReferrerPolicy};
use super::ruling::{Failure, Reason, Refusal, Stage, failure};
use super::safelist::{
    is_cors_safelisted_method, is_forbidden_method, is_forbidden_request_header, is_method,
    is_no_cors_safelisted_request_header, normalize_method,
};
use super::site::includes_credentials;

/// A call of `fetch(url, init)`, with the members of <https://fetch.spec.whatwg.org/#requestinit> as script gives
/// them. `None` leaves a member out.
///
/// ```
/// use cors_model::{Client, FetchCall, Reason, url::Url};
///
/// let page = Client::document(Url::parse("https://app.example/")?);
/// let call = FetchCall { method: "TRACE".to_owned(), ..FetchCall::new("https://api.example/") };
/// let refusal = call.request(page).unwrap_err();
/// assert_eq!(refusal.reason, Reason::ForbiddenMethod);
/// # Ok::<(), cors_model::url::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FetchCall {
    /// The URL, absolute.
    pub url: String,
    /// `method`
    pub method: String,
    /// `headers`
    pub headers: Vec<(String, String)>,
    /// The kind of object that `headers` is.
    pub headers_init: HeadersInit,
    /// `body`
    pub body: Option<BodyInit>,
    /// `mode`
    pub mode: Option<String>,
    /// `credentials`
    pub credentials: Option<CredentialsMode>,
    /// `cache`
    pub cache: Option<String>,
    /// `redirect`
    pub redirect: Option<String>,
    /// `referrerPolicy`
    pub referrer_policy: Option<String>,
    /// `integrity`
    pub integrity: String,
    /// When `signal` is aborted.
    pub abort: Option<Abort>,
}

impl FetchCall {
    /// A `GET` without any other member.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            headers_init: HeadersInit::Pairs,
            body: None,
            mode: None,
            credentials: None,
            cache: None,
            redirect: None,
            referrer_policy: None,
            integrity: String::new(),
            abort: None,
        }
    }

    /// The request that the call makes: <https://fetch.spec.whatwg.org/#dom-request>.
    ///
    /// # Errors
    /// Why the call throws a TypeError.
    pub fn request(&self, client: impl Into<Arc<Client>>) -> Result<Request, Refusal> {
        new_request(self, &client.into()).map_err(|failure| failure.at(Stage::Construction))
    }

    /// The name of the exception with which a denied call is rejected: <https://fetch.spec.whatwg.org/#fetch-method>.
    /// `None` where script ends the call itself, or the call is not settled.
    pub(super) fn error(&self, refusal: &Refusal) -> Option<&'static str> {
        match refusal.reason {
            Reason::Aborted | Reason::TimedOut | Reason::NoAnswer => None,
            _ => Some("TypeError"),
        }
    }
}

fn new_request(call: &FetchCall, client: &Arc<Client>) -> Result<Request, Failure> {
    let url = parse_url(&call.url)?;
    if includes_credentials(&url) {
        return Err(failure(Reason::UrlWithCredentials, &call.url));
    }
    let mut request = Request::of_script(url, client);
    set_members(&mut request, call)?;
    request.integrity.clone_from(&call.integrity);
    request.method = method(&call.method)?;
    if request.mode == Mode::NoCors && !is_cors_safelisted_method(&request.method) {
        return Err(failure(Reason::NoCorsMethod, &request.method));
    }
    for (name, value) in &call.headers_init.lines(&call.headers)? {
        append(&mut request.headers, request.mode, name, value)?;
    }
    set_body(&mut request, call)?;
    Ok(request)
}

pub(super) fn parse_url(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| failure(Reason::InvalidUrl, url))
}

/// The members of <https://fetch.spec.whatwg.org/#requestinit> with an enumerated value.
fn set_members(request: &mut Request, call: &FetchCall) -> Result<(), Failure> {
    if let Some(name) = &call.referrer_policy {
        request.referrer_policy =
            known(ReferrerPolicy::parse, name, Reason::UnknownReferrerPolicy)?;
    }
    if let Some(name) = &call.mode {
        request.mode = match name.as_str() {
            "navigate" => return Err(failure(Reason::NavigateMode, name)),
            // No word of https://fetch.spec.whatwg.org/#requestmode.
            "websocket" => return Err(failure(Reason::UnknownMode, name)),
            name => known(Mode::parse, name, Reason::UnknownMode)?,
        };
    }
    if let Some(credentials) = call.credentials {
        request.credentials_mode = credentials;
    }
    if let Some(name) = &call.cache {
        request.cache_mode = known(CacheMode::parse, name, Reason::UnknownCacheMode)?;
    }
    if request.cache_mode == CacheMode::OnlyIfCached && request.mode != Mode::SameOrigin {
        return Err(Failure { reason: Reason::OnlyIfCachedElsewhere, value: call.mode.clone() });
    }
    if let Some(name) = &call.redirect {
        request.redirect_mode = known(RedirectMode::parse, name, Reason::UnknownRedirectMode)?;
    }
    Ok(())
}

fn known<T>(parse: fn(&str) -> Option<T>, name: &str, reason: Reason) -> Result<T, Failure> {
    parse(name).ok_or_else(|| failure(reason, name))
}

/// A method that script may use, normalised.
pub(super) fn method(method: &str) -> Result<String, Failure> {
    if !is_method(method) {
        return Err(failure(Reason::InvalidMethod, method));
    }
    if is_forbidden_method(method.as_bytes()) {
        return Err(failure(Reason::ForbiddenMethod, method));
    }
    Ok(normalize_method(method))
}

/// <https://fetch.spec.whatwg.org/#concept-headers-append>, with the guard `request`, or
/// `request-no-cors` where the mode is `no-cors`.
fn append(list: &mut HeaderList, mode: Mode, name: &str, value: &str) -> Result<(), Failure> {
    let value = header_value(name, value)?;
    if mode == Mode::NoCors {
        append_in_no_cors(list, name, value);
    } else if !is_forbidden_request_header(name, &value) {
        list.append(name.to_owned(), value);
    }
    Ok(())
}

/// The only privileged name is `Range`, which script cannot bring in, so none is ever removed here.
fn append_in_no_cors(list: &mut HeaderList, name: &str, value: Vec<u8>) {
    let temporary_value = match list.get(name) {
        Some(there) => [&there, b", ".as_slice(), &value].concat(),
        None => value.clone(),
    };
    if is_no_cors_safelisted_request_header(name, &temporary_value) {
        list.append(name.to_owned(), value);
    }
}

/// The steps of <https://fetch.spec.whatwg.org/#dom-request> for a body.
fn set_body(request: &mut Request, call: &FetchCall) -> Result<(), Failure> {
    let Some(init) = &call.body else { return Ok(()) };
    if matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(failure(Reason::BodyWithoutPlace, &request.method));
    }
    if let Some(implied) = init.content_type()
        && !request.headers.contains("content-type")
    {
        append(&mut request.headers, request.mode, "Content-Type", &implied)?;
    }
    let body = Body::extract(init);
    if body.is_streamed && request.mode == Mode::NoCors {
        return Err(failure(Reason::StreamedBodyMode, "no-cors"));
    }
    request.use_cors_preflight |= body.is_streamed;
    request.body = Some(body);
    Ok(())
}

/// <https://fetch.spec.whatwg.org/#dom-body-text>
pub(super) fn text(body: &[u8]) -> String {
    UTF_8.decode_with_bom_removal(body).0.into_owned()
}

//! `fetch()`: <https://fetch.spec.whatwg.org/#fetch-method>.

use encoding_rs::UTF_8;
use url::Url;

use super::body::{Body, implied_type};
use super::client::Client;
use super::headers::{HeaderList, is_header_name, is_header_value, normalize};
use super::methods::{self, is_cors_safelisted_method, is_forbidden_method, is_method};
use super::request::{CacheMode, Mode, RedirectMode, ReferrerPolicy, Request};
use super::ruling::{Failure, Reason, failure};
use super::safelist::{is_forbidden_request_header, is_no_cors_safelisted_request_header};
use super::site::includes_credentials;
use crate::case::Step;
use crate::secrets::without_secret;

/// <https://fetch.spec.whatwg.org/#dom-request>. A failure is a TypeError.
pub(super) fn new_request(step: &Step, client: &Client) -> Result<Request, Failure> {
    let url = parse_url(&step.url)?;
    if includes_credentials(&url) {
        return Err(failure(Reason::UrlWithCredentials, &step.url));
    }
    let mut request = Request::new(url, client.origin.clone());
    set_members(&mut request, step)?;
    request.method = method(&step.method)?;
    if request.mode == Mode::NoCors && !is_cors_safelisted_method(&request.method) {
        return Err(failure(Reason::NoCorsMethod, &request.method));
    }
    for (name, value) in &step.headers {
        append(&mut request.headers, request.mode, name, value)?;
    }
    set_body(&mut request, step)?;
    Ok(request)
}

pub(super) fn parse_url(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| failure(Reason::InvalidUrl, url))
}

/// The members of <https://fetch.spec.whatwg.org/#requestinit> that hold a word.
fn set_members(request: &mut Request, step: &Step) -> Result<(), Failure> {
    if let Some(policy) = &step.referrer_policy {
        let policy = ReferrerPolicy::named(policy.as_bytes());
        request.referrer_policy =
            policy.ok_or_else(|| word(Reason::UnknownReferrerPolicy, &step.referrer_policy))?;
    }
    if let Some(mode) = &step.mode {
        request.mode = self::mode(mode)?;
    }
    if let Some(credentials) = step.credentials {
        request.credentials = credentials;
    }
    if let Some(cache) = &step.cache {
        request.cache = cache_mode(cache)?;
    }
    if request.cache == CacheMode::OnlyIfCached && request.mode != Mode::SameOrigin {
        return Err(word(Reason::OnlyIfCachedElsewhere, &step.mode));
    }
    if let Some(redirect) = &step.redirect {
        request.redirect = redirect_mode(redirect)?;
    }
    Ok(())
}

fn word(reason: Reason, value: &Option<String>) -> Failure {
    Failure { reason, value: value.clone() }
}

/// <https://fetch.spec.whatwg.org/#requestmode>
fn mode(name: &str) -> Result<Mode, Failure> {
    match name {
        "same-origin" => Ok(Mode::SameOrigin),
        "no-cors" => Ok(Mode::NoCors),
        "cors" => Ok(Mode::Cors),
        "navigate" => Err(failure(Reason::NavigateMode, name)),
        _ => Err(failure(Reason::UnknownMode, name)),
    }
}

/// <https://fetch.spec.whatwg.org/#requestcache>
fn cache_mode(name: &str) -> Result<CacheMode, Failure> {
    match name {
        "default" => Ok(CacheMode::Default),
        "no-store" => Ok(CacheMode::NoStore),
        "reload" => Ok(CacheMode::Reload),
        "no-cache" => Ok(CacheMode::NoCache),
        "force-cache" => Ok(CacheMode::ForceCache),
        "only-if-cached" => Ok(CacheMode::OnlyIfCached),
        _ => Err(failure(Reason::UnknownCacheMode, name)),
    }
}

/// <https://fetch.spec.whatwg.org/#requestredirect>
fn redirect_mode(name: &str) -> Result<RedirectMode, Failure> {
    match name {
        "follow" => Ok(RedirectMode::Follow),
        "error" => Ok(RedirectMode::Error),
        "manual" => Ok(RedirectMode::Manual),
        _ => Err(failure(Reason::UnknownRedirectMode, name)),
    }
}

/// A method that script may use, normalized.
pub(super) fn method(method: &str) -> Result<String, Failure> {
    if !is_method(method) {
        return Err(failure(Reason::InvalidMethod, method));
    }
    if is_forbidden_method(method.as_bytes()) {
        return Err(failure(Reason::ForbiddenMethod, method));
    }
    Ok(methods::normalize(method))
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

/// The only privileged name is `Range`, which script cannot set, so none is ever removed here.
fn append_in_no_cors(list: &mut HeaderList, name: &str, value: Vec<u8>) {
    let temporary_value = match list.get(name) {
        Some(there) => [&there, b", ".as_slice(), &value].concat(),
        None => value.clone(),
    };
    if is_no_cors_safelisted_request_header(name, &temporary_value) {
        list.append(name.to_owned(), value);
    }
}

/// A valid normalized value for a valid name: <https://fetch.spec.whatwg.org/#headers-validate>.
pub(super) fn header_value(name: &str, value: &str) -> Result<Vec<u8>, Failure> {
    if !is_header_name(name.as_bytes()) {
        return Err(failure(Reason::InvalidHeaderName, name));
    }
    let encoded = isomorphic_encode(value);
    let normalized = encoded.as_deref().map(normalize).filter(|value| is_header_value(value));
    let normalized = normalized.ok_or_else(|| invalid(name, value))?;
    Ok(normalized.to_vec())
}

/// The value appears in tables and snapshots, so a credential is removed.
fn invalid(name: &str, value: &str) -> Failure {
    let shown = without_secret(name, value);
    failure(Reason::InvalidHeaderValue, shown.as_deref().unwrap_or(value))
}

/// <https://webidl.spec.whatwg.org/#es-ByteString>
fn isomorphic_encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// The steps of <https://fetch.spec.whatwg.org/#dom-request> for a body.
fn set_body(request: &mut Request, step: &Step) -> Result<(), Failure> {
    let Some(body) = step.body.as_deref() else { return Ok(()) };
    if matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(failure(Reason::BodyWithoutPlace, &request.method));
    }
    if let Some(implied) = implied_type(step.body_as)
        && !request.headers.contains("content-type")
    {
        request.headers.append("Content-Type", implied);
    }
    let body = Body::of(body, step.body_as);
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

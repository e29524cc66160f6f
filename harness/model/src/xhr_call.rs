//! `XMLHttpRequest`: <https://xhr.spec.whatwg.org/#interface-xmlhttprequest>.

use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};
use url::Url;

use super::abort::Abort;
use super::body::{Body, BodyInit};
use super::client::Client;
use super::fetch_call::{method, parse_url};
use super::headers::HeaderList;
use super::headers_init::header_value;
use super::mime::MimeType;
use super::request::Request;
use super::request_modes::CredentialsMode;
use super::ruling::{Failure, Fetched, Reason, Refusal, Stage, cannot_judge};
use super::safelist::is_forbidden_request_header;
use super::site::includes_credentials;

/// A request by `XMLHttpRequest`: `open(method, url)`, `setRequestHeader()` for each header, and `send(body)`.
#[derive(Clone, Debug)]
pub struct XhrCall {
    /// The method that `open()` gets.
    pub method: String,
    /// The URL that `open()` gets, absolute.
    pub url: String,
    /// The user name that `open()` gets.
    pub username: Option<String>,
    /// The password that `open()` gets.
    pub password: Option<String>,
    /// What `setRequestHeader()` gets, in order.
    pub headers: Vec<(String, String)>,
    /// `withCredentials`
    pub with_credentials: bool,
    /// What `send()` gets.
    pub body: Option<BodyInit>,
    /// Whether listeners are registered on `upload`: they make a preflight necessary.
    pub upload_listeners: bool,
    /// Whether `send()` returns before there is a response.
    pub is_async: bool,
    /// When `abort()` is called, or `timeout` has passed.
    pub abort: Option<Abort>,
}

impl XhrCall {
    /// A request without headers and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            username: None,
            password: None,
            headers: Vec::new(),
            with_credentials: false,
            body: None,
            upload_listeners: false,
            is_async: true,
            abort: None,
        }
    }

    /// The request that the calls make: <https://xhr.spec.whatwg.org/#the-open()-method> to
    /// <https://xhr.spec.whatwg.org/#the-send()-method>.
    ///
    /// # Errors
    /// Why a call throws a SyntaxError or, for a forbidden method, a SecurityError.
    pub fn request(&self, client: impl Into<Arc<Client>>) -> Result<Request, Refusal> {
        send(self, &client.into()).map_err(|failure| failure.at(Stage::Construction))
    }

    /// What script gets where a call is denied: the name of the exception, or the event with what the object shows then.
    /// `None` where script ends the call itself, or the call is not settled. See
    /// <https://xhr.spec.whatwg.org/#request-error-steps>.
    pub(super) fn error(&self, refusal: &Refusal) -> Option<&'static str> {
        match (refusal.stage, refusal.reason) {
            (_, Reason::Aborted | Reason::TimedOut | Reason::NoAnswer) => None,
            (Stage::Construction, Reason::ForbiddenMethod) => Some("SecurityError"),
            (Stage::Construction, _) => Some("SyntaxError"),
            _ if !self.is_async => Some("NetworkError"),
            _ => Some("error event; status 0; no headers"),
        }
    }
}

fn send(call: &XhrCall, client: &Arc<Client>) -> Result<Request, Failure> {
    let method = method(&call.method)?;
    let url = opened_url(call)?;
    let use_url_credentials = includes_credentials(&url);
    let mut request = Request::of_script(url, client);
    request.use_url_credentials = use_url_credentials;
    request.method = method;
    for (name, value) in &call.headers {
        set_request_header(&mut request.headers, name, value)?;
    }
    if call.with_credentials {
        request.credentials_mode = CredentialsMode::Include;
    }
    let has_body = !matches!(request.method.as_str(), "GET" | "HEAD");
    if let Some(init) = call.body.as_ref().filter(|_| has_body) {
        set_content_type(&mut request.headers, init);
        request.body = Some(Body { is_streamed: false, ..Body::extract(init) });
    }
    request.use_cors_preflight = call.upload_listeners;
    Ok(request)
}

/// The URL with the user name and the password that `open()` gets.
fn opened_url(call: &XhrCall) -> Result<Url, Failure> {
    let mut url = parse_url(&call.url)?;
    // Both fail only for URLs that cannot have credentials.
    if let Some(username) = &call.username {
        let _ = url.set_username(username);
    }
    if let Some(password) = &call.password {
        let _ = url.set_password(Some(password));
    }
    Ok(url)
}

/// <https://xhr.spec.whatwg.org/#the-setrequestheader()-method>
fn set_request_header(list: &mut HeaderList, name: &str, value: &str) -> Result<(), Failure> {
    let value = header_value(name, value)?;
    if !is_forbidden_request_header(name, &value) {
        list.combine(name, &value);
    }
    Ok(())
}

/// The type that the body implies, where script has set none; a string body is UTF-8, and a type
/// that script has set is made to say so.
fn set_content_type(list: &mut HeaderList, body: &BodyInit) {
    let Some(written) = list.get("content-type") else {
        return body
            .content_type()
            .into_iter()
            .for_each(|implied| list.append("Content-Type", implied));
    };
    if !matches!(body, BodyInit::Text(_)) {
        return;
    }
    let Some(mut mime) = MimeType::parse(&written) else { return };
    match mime.charset_mut() {
        Some(charset) if !charset.eq_ignore_ascii_case(b"utf-8") => *charset = b"UTF-8".to_vec(),
        _ => return,
    }
    let value = mime.serialize();
    list.set("Content-Type", value);
}

/// <https://xhr.spec.whatwg.org/#text-response>, where script has set no response type.
pub(super) fn text_response(headers: &HeaderList, body: &[u8]) -> Fetched<String> {
    let mut mime = MimeType::extract(headers);
    let label = mime.as_mut().and_then(MimeType::charset_mut);
    let charset = label.and_then(|label| Encoding::for_label(label));
    if charset.is_none() && mime.is_none_or(|mime| mime.is_xml()) && declares_an_encoding(body) {
        return cannot_judge("an encoding that XML declares is not modelled");
    }
    Ok(charset.unwrap_or(UTF_8).decode(body).0.into_owned())
}

/// Whether it can matter what an XML declaration says.
fn declares_an_encoding(body: &[u8]) -> bool {
    body.starts_with(b"<?xml") && !body.is_ascii()
}

//! `XMLHttpRequest`: <https://xhr.spec.whatwg.org/#interface-xmlhttprequest>.

use encoding_rs::{Encoding, UTF_8};

use super::body::{Body, implied_type};
use super::client::Client;
use super::fetch_method::{header_value, method, parse_url};
use super::headers::HeaderList;
use super::mime::MimeType;
use super::request::Request;
use super::ruling::{Failure, Fetched, cannot_judge};
use super::safelist::is_forbidden_request_header;
use crate::case::{BodyType, Credentials, Step};

/// <https://xhr.spec.whatwg.org/#the-open()-method> to
/// <https://xhr.spec.whatwg.org/#the-send()-method>. A failure is a SyntaxError or, for a forbidden
/// method, a SecurityError.
pub(super) fn send(step: &Step, client: &Client) -> Result<Request, Failure> {
    let method = method(&step.method)?;
    let mut request = Request::new(parse_url(&step.url)?, client.origin.clone());
    request.method = method;
    for (name, value) in &step.headers {
        set_request_header(&mut request.headers, name, value)?;
    }
    if step.credentials == Some(Credentials::Include) {
        request.credentials = Credentials::Include;
    }
    let body = step.body.as_deref().filter(|_| !matches!(request.method.as_str(), "GET" | "HEAD"));
    if let Some(body) = body {
        set_content_type(&mut request.headers, step.body_as);
        request.body = Some(Body { is_streamed: false, ..Body::of(body, step.body_as) });
    }
    request.use_cors_preflight = step.upload_listeners;
    Ok(request)
}

/// <https://xhr.spec.whatwg.org/#the-setrequestheader()-method>
fn set_request_header(list: &mut HeaderList, name: &str, value: &str) -> Result<(), Failure> {
    let value = header_value(name, value)?;
    if !is_forbidden_request_header(name, &value) {
        list.combine(name, &value);
    }
    Ok(())
}

/// The type that the body implies, if script has set none; a string body is UTF-8, and a type that
/// script has set gets this charset.
fn set_content_type(list: &mut HeaderList, body: BodyType) {
    let Some(written) = list.get("content-type") else {
        return implied_type(body)
            .into_iter()
            .for_each(|implied| list.append("Content-Type", implied));
    };
    if body != BodyType::Text {
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

/// <https://xhr.spec.whatwg.org/#text-response>, without a response type.
pub(super) fn text_response(headers: &HeaderList, body: &[u8]) -> Fetched<String> {
    let mut mime = MimeType::extract(headers);
    let label = mime.as_mut().and_then(MimeType::charset_mut);
    let charset = label.and_then(|label| Encoding::for_label(label));
    if charset.is_none() && mime.is_none_or(|mime| mime.is_xml()) && declares_an_encoding(body) {
        return cannot_judge("an encoding that XML declares is not modelled");
    }
    Ok(charset.unwrap_or(UTF_8).decode(body).0.into_owned())
}

/// Whether an XML declaration may matter.
fn declares_an_encoding(body: &[u8]) -> bool {
    body.starts_with(b"<?xml") && !body.is_ascii()
}

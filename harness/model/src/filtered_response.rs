//! What script sees of a response: <https://fetch.spec.whatwg.org/#concept-filtered-response>.

use super::headers::{HeaderList, extract_tokens};
use super::network::Ending;
use super::request::Request;
use super::request_modes::ResponseTainting;
use super::response::{Response, is_null_body_status};
use super::ruling::{Fetched, cannot_judge};
use super::safelist::{
    is_cors_safelisted_response_header_name, is_forbidden_response_header_name,
    sorted_lowercase_set,
};

/// A filtered response, as far as script can see it.
#[derive(Debug)]
pub(super) enum Filtered {
    /// <https://fetch.spec.whatwg.org/#concept-filtered-response-opaque>, or an opaque-redirect one.
    Opaque,
    /// <https://fetch.spec.whatwg.org/#concept-filtered-response-basic>, or a CORS one.
    Readable(Readable),
}

/// A response that script can read.
#[derive(Debug)]
pub(super) struct Readable {
    pub(super) kind: &'static str,
    pub(super) status: u16,
    /// All headers, which decide what the browser makes of the body.
    pub(super) headers: HeaderList,
    /// The headers that script sees: lower case, sorted.
    pub(super) header_names: Vec<String>,
    pub(super) body: Vec<u8>,
    pub(super) ending: Ending,
}

/// The last steps of <https://fetch.spec.whatwg.org/#concept-main-fetch>.
pub(super) fn filter(request: &Request, response: Response) -> Fetched<Filtered> {
    if response.is_opaque_redirect {
        return Ok(Filtered::Opaque);
    }
    let (kind, header_names) = match request.response_tainting {
        ResponseTainting::Opaque => return Ok(Filtered::Opaque),
        ResponseTainting::Basic => ("basic", basic(&response.headers)),
        ResponseTainting::Cors => ("cors", cors(request, &response.headers)),
    };
    let Response { status, headers, body, ending, .. } = response;
    let body = body_of(request, status, &headers, body)?;
    Ok(Filtered::Readable(Readable { kind, status, headers, header_names, body, ending }))
}

/// <https://fetch.spec.whatwg.org/#concept-filtered-response-basic>
fn basic(headers: &HeaderList) -> Vec<String> {
    let names = headers.iter().map(|(name, _)| name);
    sorted_lowercase_set(names.filter(|name| !is_forbidden_response_header_name(name)))
}

/// <https://fetch.spec.whatwg.org/#concept-filtered-response-cors>
fn cors(request: &Request, headers: &HeaderList) -> Vec<String> {
    let exposed = extract_tokens(headers, "access-control-expose-headers");
    let exposed = exposed.ok().flatten().unwrap_or_default();
    if !request.includes_credentials() && exposed.contains(&b"*".as_slice()) {
        return basic(headers);
    }
    let names = headers.iter().map(|(name, _)| name);
    let seen = names.filter(|name| is_cors_safelisted_response_header_name(name, &exposed));
    sorted_lowercase_set(seen)
}

/// The body of a response whose content is not coded.
fn body_of(
    request: &Request,
    status: u16,
    headers: &HeaderList,
    body: Vec<u8>,
) -> Fetched<Vec<u8>> {
    if request.method == "HEAD" || is_null_body_status(status) || body.is_empty() {
        return Ok(Vec::new());
    }
    let coding = headers.get("content-encoding");
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        return cannot_judge("content codings are not modelled");
    }
    Ok(body)
}

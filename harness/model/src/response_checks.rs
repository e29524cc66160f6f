//! The checks on a response: <https://fetch.spec.whatwg.org/#cors-check>, <https://fetch.spec.whatwg.org/#tao-check> and
//! <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>.

use url::Origin;

use super::embedder_policy::EmbedderPolicy;
use super::headers::{HeaderList, get_decode_and_split};
use super::request::Request;
use super::request_headers::serialize_a_request_origin;
use super::request_modes::ResponseTainting;
use super::ruling::{Failure, Reason, failure};
use super::site::schemelessly_same_site;

/// <https://fetch.spec.whatwg.org/#concept-cors-check>
pub(super) fn cors_check(request: &Request, response: &HeaderList) -> Result<(), Failure> {
    let Some(origin) = response.get("access-control-allow-origin") else {
        return Err(Failure { reason: Reason::MissingAllowOrigin, value: None });
    };
    if !request.includes_credentials() && *origin == *b"*" {
        return Ok(());
    }
    if *origin != *serialize_a_request_origin(request).as_bytes() {
        return Err(failure(mismatch(response, &origin), origin));
    }
    if !request.includes_credentials() {
        return Ok(());
    }
    match response.get("access-control-allow-credentials") {
        Some(credentials) if *credentials == *b"true" => Ok(()),
        Some(credentials) => Err(failure(Reason::AllowCredentialsNotTrue, credentials)),
        None => Err(Failure { reason: Reason::MissingAllowCredentials, value: None }),
    }
}

/// In which way the value differs from the origin.
fn mismatch(response: &HeaderList, origin: &[u8]) -> Reason {
    if response.values("access-control-allow-origin").count() > 1 {
        return Reason::SeveralAllowOrigins;
    }
    if origin == b"*" { Reason::WildcardWithCredentials } else { Reason::AllowOriginMismatch }
}

/// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check>
pub(super) fn cross_origin_resource_policy_check(
    request: &Request,
    response: &HeaderList,
) -> Result<(), Failure> {
    let policy = response.get("cross-origin-resource-policy").unwrap_or_default();
    let is_policy = matches!(policy.as_ref(), b"same-origin" | b"same-site" | b"cross-origin");
    // Under `credentialless` the request had no credentials, and nothing else is needed.
    if !is_policy && request.client.embedder_policy == EmbedderPolicy::RequireCorp {
        return match request.is_same_origin() {
            true => Ok(()),
            false => Err(failure(Reason::EmbedderPolicy, policy)),
        };
    }
    let allowed = match policy.as_ref() {
        b"same-origin" => request.is_same_origin(),
        b"same-site" => is_same_site(&request.origin, &request.current_url().origin()),
        _ => true,
    };
    if allowed { Ok(()) } else { Err(failure(Reason::EmbeddingNotAllowed, policy)) }
}

/// <https://fetch.spec.whatwg.org/#concept-tao-check>, of one response.
pub(super) fn tao_check(request: &Request, response: &HeaderList) -> bool {
    let value = response.get("timing-allow-origin").unwrap_or_default();
    let values = get_decode_and_split(&value);
    let origin = serialize_a_request_origin(request);
    values.iter().any(|value| *value == b"*" || *value == origin.as_bytes())
        || request.response_tainting == ResponseTainting::Basic
}

/// A response over https is same-site only with an origin on https.
fn is_same_site(origin: &Origin, response: &Origin) -> bool {
    let is_https =
        |origin: &Origin| matches!(origin, Origin::Tuple(scheme, ..) if scheme == "https");
    schemelessly_same_site(origin, response) && (is_https(origin) || !is_https(response))
}

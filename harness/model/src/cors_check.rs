//! <https://fetch.spec.whatwg.org/#cors-check>

use super::headers::HeaderList;
use super::origin::serialize_a_request_origin;
use super::request::Request;
use super::ruling::{Failure, Reason, failure};

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

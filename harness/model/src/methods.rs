//! Methods: <https://fetch.spec.whatwg.org/#methods>.

use super::headers::is_header_name;

/// <https://fetch.spec.whatwg.org/#concept-method>: a token, like a header name.
pub(super) fn is_method(method: &str) -> bool {
    is_header_name(method.as_bytes())
}

/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
pub fn is_cors_safelisted_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// <https://fetch.spec.whatwg.org/#forbidden-method>
pub(super) fn is_forbidden_method(method: &[u8]) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|name| name.as_bytes().eq_ignore_ascii_case(method))
}

/// <https://fetch.spec.whatwg.org/#concept-method-normalize>
pub(super) fn normalize(method: &str) -> String {
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let found = known.into_iter().find(|name| name.eq_ignore_ascii_case(method));
    found.unwrap_or(method).to_owned()
}

/// RFC 9110, 9.2.1: whether the method is not safe.
pub(super) fn is_unsafe(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

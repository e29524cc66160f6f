//! The headers that script may send without a preflight, and see without an entry in
//! `Access-Control-Expose-Headers`.

use std::cmp::Ordering;

use super::headers::{HeaderList, get_decode_and_split, is_header_name};
use super::mime::MimeType;

/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
pub fn is_cors_safelisted_request_header(name: &str, value: &[u8]) -> bool {
    if value.len() > 128 {
        return false;
    }
    match name.to_ascii_lowercase().as_str() {
        "accept" => !value.iter().copied().any(is_cors_unsafe_request_header_byte),
        "accept-language" | "content-language" => value.iter().copied().all(is_language_byte),
        "content-type" => is_safe_content_type(value),
        "range" => matches!(parse_a_single_range_header_value(value), Some((Some(_), _))),
        _ => false,
    }
}

/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte>
fn is_cors_unsafe_request_header_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || b"\"():<>?@[\\]{}\x7F".contains(&byte)
}

fn is_language_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte)
}

fn is_safe_content_type(value: &[u8]) -> bool {
    let safe = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    let is_safe = |mime: MimeType| safe.contains(&mime.essence());
    !value.iter().copied().any(is_cors_unsafe_request_header_byte)
        && MimeType::parse(value).is_some_and(is_safe)
}

/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>
pub(super) fn cors_unsafe_request_header_names(headers: &HeaderList) -> Vec<String> {
    let (mut unsafe_names, mut potentially_unsafe_names) = (Vec::new(), Vec::new());
    let mut safelist_value_size = 0;
    for (name, value) in headers.iter() {
        if is_cors_safelisted_request_header(name, value) {
            potentially_unsafe_names.push(name);
            safelist_value_size += value.len();
        } else {
            unsafe_names.push(name);
        }
    }
    if safelist_value_size > 1024 {
        unsafe_names.append(&mut potentially_unsafe_names);
    }
    sorted_lowercase_set(unsafe_names)
}

/// <https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set>
pub(super) fn sorted_lowercase_set<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
pub(super) fn is_cors_non_wildcard_request_header_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// <https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header>
pub(super) fn is_no_cors_safelisted_request_header(name: &str, value: &[u8]) -> bool {
    let names = ["accept", "accept-language", "content-language", "content-type"];
    is_one_of(name, &names) && is_cors_safelisted_request_header(name, value)
}

/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>, given the names that the
/// server exposes.
pub fn is_cors_safelisted_response_header_name(name: &str, exposed: &[&[u8]]) -> bool {
    let names = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    let is_exposed = || exposed.iter().any(|other| other.eq_ignore_ascii_case(name.as_bytes()));
    is_one_of(name, &names) || (!is_forbidden_response_header_name(name) && is_exposed())
}

/// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
pub(super) fn is_forbidden_response_header_name(name: &str) -> bool {
    is_one_of(name, &["set-cookie", "set-cookie2"])
}

/// <https://fetch.spec.whatwg.org/#request-body-header-name>
pub(super) const REQUEST_BODY_HEADER_NAMES: [&str; 4] =
    ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type"];

/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub(super) fn is_forbidden_request_header(name: &str, value: &[u8]) -> bool {
    let overrides = ["x-http-method", "x-http-method-override", "x-method-override"];
    let names_a_method = || get_decode_and_split(value).into_iter().any(is_forbidden_method);
    is_forbidden_request_header_name(name) || (is_one_of(name, &overrides) && names_a_method())
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// <https://fetch.spec.whatwg.org/#forbidden-request-header>, as far as it does not depend on the value.
pub fn is_forbidden_request_header_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    FORBIDDEN.contains(&lower.as_str())
        || ["proxy-", "sec-"].iter().any(|start| lower.starts_with(start))
}

const FORBIDDEN: [&str; 21] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

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
pub(super) fn normalize_method(method: &str) -> String {
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let found = known.into_iter().find(|name| name.eq_ignore_ascii_case(method));
    found.unwrap_or(method).to_owned()
}

/// RFC 9110, 9.2.1: whether the method is not safe.
pub(super) fn is_unsafe(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// The two ends of a range, as digits of numbers of any size.
pub(super) type Range<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// <https://fetch.spec.whatwg.org/#simple-range-header-value>, whitespace not allowed.
pub(super) fn parse_a_single_range_header_value(value: &[u8]) -> Option<Range<'_>> {
    let rest = value.strip_prefix(b"bytes")?.strip_prefix(b"=")?;
    let (start, rest) = digits(rest);
    let (end, rest) = digits(rest.strip_prefix(b"-")?);
    if !rest.is_empty() {
        return None;
    }
    match (start, end) {
        (None, None) => None,
        (Some(start), Some(end)) if compare(start, end).is_gt() => None,
        range => Some(range),
    }
}

fn digits(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at(end);
    ((!digits.is_empty()).then_some(digits), rest)
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

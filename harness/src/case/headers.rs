//! Names of request headers that script cannot set.

/// Whether the browser writes a header with this name itself:
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>, as far as it does not depend on the
/// value.
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

use super::headers;
use crate::HeaderList;
use crate::safelist::*;

const SAFELISTED: [&str; 5] =
    ["Accept", "Accept-Language", "Content-Language", "Content-Type", "Range"];

/// Every byte that makes a safe value unsafe.
fn unsafe_bytes(name: &str, before: &str) -> Vec<u8> {
    let value = |byte: u8| [before.as_bytes(), &[byte]].concat();
    (0..=255).filter(|byte| !is_cors_safelisted_request_header(name, &value(*byte))).collect()
}

fn bytes(is_in: impl Fn(u8) -> bool) -> Vec<u8> {
    (0..=255).filter(|byte| is_in(*byte)).collect()
}

#[test]
fn accept_takes_every_byte_but_the_unsafe_ones() {
    let listed = b"\x22\x28\x29\x3A\x3C\x3E\x3F\x40\x5B\x5C\x5D\x7B\x7D\x7F";
    let expected = bytes(|byte| (byte < 0x20 && byte != 9) || listed.contains(&byte));
    assert_eq!(unsafe_bytes("Accept", "a"), expected);
    assert_eq!(unsafe_bytes("accept", ""), expected);
}

#[test]
fn a_parameter_of_content_type_takes_every_byte_but_the_unsafe_ones() {
    let expected = unsafe_bytes("Accept", "a");
    assert_eq!(unsafe_bytes("Content-Type", "text/plain;a=b"), expected);
}

#[test]
fn a_safelisted_content_type_has_no_other_byte_in_its_essence() {
    let spaces = bytes(|byte| b"\t ;".contains(&byte));
    let expected = bytes(|byte| !spaces.contains(&byte));
    assert_eq!(unsafe_bytes("Content-Type", "text/plain"), expected);
}

#[test]
fn languages_take_letters_digits_and_seven_more() {
    let safe = b" *,-.;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let expected = bytes(|byte| !safe.contains(&byte));
    for name in ["Accept-Language", "Content-Language"] {
        assert_eq!(unsafe_bytes(name, ""), expected, "{name}");
    }
}

#[test]
fn a_range_takes_digits_only() {
    assert_eq!(unsafe_bytes("Range", "bytes=0-"), bytes(|byte| !byte.is_ascii_digit()));
}

#[test]
fn values_are_safe_up_to_128_bytes() {
    let padded =
        |start: &str, length: usize| format!("{start}{}", "1".repeat(length - start.len()));
    let starts = ["a", "a", "a", "text/plain;a=", "bytes=0-"];
    for (name, start) in SAFELISTED.into_iter().zip(starts) {
        let safe = [127, 128, 129].map(|length| {
            is_cors_safelisted_request_header(name, padded(start, length).as_bytes())
        });
        assert_eq!(safe, [true, true, false], "{name}");
    }
}

#[test]
fn no_other_header_name_is_safelisted() {
    for name in
        ["X-Auth", "Authorization", "Cache-Control", "DPR", "Save-Data", "If-None-Match", ""]
    {
        assert!(!is_cors_safelisted_request_header(name, b"1"), "{name}");
    }
}

#[test]
fn empty_values_are_safe_unless_they_are_parsed() {
    let safe = SAFELISTED.map(|name| is_cors_safelisted_request_header(name, b""));
    assert_eq!(safe, [true, true, true, false, false]);
}

#[test]
fn content_types() {
    let safe = [
        "text/plain",
        "TEXT/Plain",
        "text/plain;charset=utf-8",
        "text/plain ; a",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ];
    let unsafe_ = [
        "application/json",
        "text/plain,x/x",
        "text/plain, text/plain",
        "text",
        "text/",
        "/plain",
        "text /plain",
        "text/pla in",
        "text/plain;a=\"b\"",
        "text/html",
        "application/csp-report",
    ];
    for (values, expected) in [(safe.as_slice(), true), (unsafe_.as_slice(), false)] {
        for value in values {
            let is_safe = is_cors_safelisted_request_header("content-type", value.as_bytes());
            assert_eq!(is_safe, expected, "{value}");
        }
    }
}

/// Safe Accept lines with this total length.
fn lines_of(mut length: usize) -> HeaderList {
    let mut list = HeaderList::default();
    while length > 0 {
        let size = length.min(128);
        list.append("Accept", vec![b'a'; size]);
        length -= size;
    }
    list
}

#[test]
fn safe_values_are_safe_up_to_1024_bytes_together() {
    assert_eq!(cors_unsafe_request_header_names(&lines_of(1023)), [""; 0]);
    assert_eq!(cors_unsafe_request_header_names(&lines_of(1024)), [""; 0]);
    assert_eq!(cors_unsafe_request_header_names(&lines_of(1025)), ["accept"]);
}

#[test]
fn unsafe_values_do_not_count_for_the_1024_bytes() {
    let mut list = lines_of(1024);
    list.append("X-Long", vec![b'a'; 2000]);
    assert_eq!(cors_unsafe_request_header_names(&list), ["x-long"]);
}

#[test]
fn unsafe_names_are_lower_case_sorted_and_unique() {
    let list =
        headers(&["X-B: 1", "x-a: 1", "X-b: 2", "Accept: x", "Content-Type: application/json"]);
    assert_eq!(cors_unsafe_request_header_names(&list), ["content-type", "x-a", "x-b"]);
}

#[test]
fn forbidden_request_headers() {
    let forbidden = [
        "Accept-Charset",
        "accept-encoding",
        "Access-Control-Request-Headers",
        "Access-Control-Request-Method",
        "Connection",
        "Content-Length",
        "Cookie",
        "Cookie2",
        "Date",
        "DNT",
        "Expect",
        "Host",
        "Keep-Alive",
        "Origin",
        "Referer",
        "Set-Cookie",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
        "Proxy-",
        "proxy-x",
        "Sec-",
        "SEC-Fetch-Mode",
    ];
    let free = [
        "Accept",
        "Authorization",
        "Set-Cookie2",
        "User-Agent",
        "X-Origin",
        "Proxy",
        "Sec",
        "Access-Control-Request-Private-Network",
        "Access-Control-Allow-Origin",
        "X-HTTP-Method",
    ];
    assert!(forbidden.iter().all(|name| is_forbidden_request_header(name, b"x")));
    assert!(!free.iter().any(|name| is_forbidden_request_header(name, b"x")));
}

#[test]
fn a_method_override_may_not_bring_a_forbidden_method() {
    for name in ["X-HTTP-Method", "x-http-method-override", "X-Method-Override"] {
        for value in ["TRACE", "track", " connect ", "GET, TRACE", "GET,,TRACK"] {
            assert!(is_forbidden_request_header(name, value.as_bytes()), "{name}: {value}");
        }
        for value in ["PUT", "TRACES", "\"TRACE\"", "\"a,TRACE,b\"", ""] {
            assert!(!is_forbidden_request_header(name, value.as_bytes()), "{name}: {value}");
        }
    }
}

#[test]
fn safelisted_response_headers() {
    let seven = [
        "Cache-Control",
        "Content-Language",
        "content-length",
        "Content-Type",
        "Expires",
        "Last-Modified",
        "PRAGMA",
    ];
    assert!(seven.iter().all(|name| is_cors_safelisted_response_header_name(name, &[])));
    let others = ["ETag", "Vary", "Content-Range", "Set-Cookie", "X"];
    assert!(!others.iter().any(|name| is_cors_safelisted_response_header_name(name, &[])));
    assert!(is_cors_safelisted_response_header_name("ETag", &[b"etag"]));
    assert!(!is_cors_safelisted_response_header_name("Set-Cookie", &[b"set-cookie"]));
    assert!(!is_cors_safelisted_response_header_name("Set-Cookie2", &[b"Set-Cookie2"]));
    assert!(!is_cors_safelisted_response_header_name("ETag", &[b"*"]));
}

#[test]
fn no_cors_allows_four_header_names() {
    let safe = ["Accept", "Accept-Language", "Content-Language"];
    assert!(safe.iter().all(|name| is_no_cors_safelisted_request_header(name, b"a")));
    assert!(is_no_cors_safelisted_request_header("Content-Type", b"text/plain"));
    assert!(!is_no_cors_safelisted_request_header("Content-Type", b"application/json"));
    assert!(!is_no_cors_safelisted_request_header("Range", b"bytes=0-"));
    assert!(!is_no_cors_safelisted_request_header("X-Auth", b"a"));
}

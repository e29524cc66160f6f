use super::headers;
use crate::headers::*;
use crate::main_fetch::is_bad_port;
use crate::mime::MimeType;
use crate::response::is_null_body_status;
use crate::safelist::{
    is_cors_safelisted_method, is_forbidden_method, normalize_method,
    parse_a_single_range_header_value,
};

#[test]
fn ranges() {
    let parsed = ["bytes=0-", "bytes=-500", "bytes=1-1", "bytes=9-10", "bytes=007-8", "bytes=0-0"];
    let failed = [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=2-1",
        "bytes=10-9",
        "bytes=008-7",
        "Bytes=0-1",
        "bytes =0-1",
        "bytes= 0-1",
        "bytes=0 -1",
        "bytes=0- 1",
        "bytes=0-1 ",
        " bytes=0-1",
        "bytes=0-1,2-3",
        "bytes:0-1",
        "bytes=a-",
        "bytes=0-b",
        "bytes=--1",
        "items=0-1",
        "bytes=+1-2",
    ];
    for value in parsed {
        assert!(parse_a_single_range_header_value(value.as_bytes()).is_some(), "{value}");
    }
    for value in failed {
        assert!(parse_a_single_range_header_value(value.as_bytes()).is_none(), "{value}");
    }
}

#[test]
fn ranges_of_any_size_compare() {
    let huge = "9".repeat(60);
    for (value, parses) in [
        (format!("bytes=1-{huge}"), true),
        (format!("bytes={huge}-{huge}"), true),
        (format!("bytes={huge}-1"), false),
        (format!("bytes={huge}0-{huge}"), false),
    ] {
        let parsed = parse_a_single_range_header_value(value.as_bytes());
        assert_eq!(parsed.is_some(), parses, "{value}");
    }
}

#[test]
fn a_range_has_its_written_bounds() {
    let ends = |value: &'static str| parse_a_single_range_header_value(value.as_bytes());
    assert_eq!(ends("bytes=0-"), Some((Some(b"0".as_slice()), None)));
    assert_eq!(ends("bytes=-5"), Some((None, Some(b"5".as_slice()))));
}

#[test]
fn lists_of_tokens() {
    let tokens = |lines: &[&str]| {
        let list = headers(lines);
        extract_tokens(&list, "l").map(|tokens| {
            tokens.map(|tokens| tokens.into_iter().map(text).collect::<Vec<_>>().join("|"))
        })
    };
    let some = |joined: &str| Ok(Some(joined.to_owned()));
    assert_eq!(tokens(&["X: a"]), Ok(None));
    assert_eq!(tokens(&["L:"]), some(""));
    assert_eq!(tokens(&["L: ,, ,"]), some(""));
    assert_eq!(tokens(&["L: a ,\tb,c"]), some("a|b|c"));
    assert_eq!(tokens(&["L: *"]), some("*"));
    assert_eq!(tokens(&["L: ~a~"]), some("~a~"));
    assert_eq!(tokens(&["L: a", "l: b"]), some("a|b"));
    assert_eq!(tokens(&["L:", "l: b"]), some("b"));
    for bad in ["a b", "\"a\"", "a;b", "a/b", "a\tb", "é", "a, (b)", "a:"] {
        assert_eq!(tokens(&["L: x", &format!("L: {bad}")]), Err(Unparsable), "{bad}");
    }
}

#[test]
fn seconds() {
    let seconds = |lines: &[&str]| extract_seconds(&headers(lines), "s");
    assert_eq!(seconds(&[]), Ok(None));
    assert_eq!(seconds(&["S: 0"]), Ok(Some(0)));
    assert_eq!(seconds(&["S: 0600"]), Ok(Some(600)));
    assert_eq!(seconds(&["S: 99999999999999999999999"]), Ok(Some(u64::MAX)));
    for bad in ["", "-1", "+5", "1.5", "abc", "5,6", "5 6", "0x5", "٣"] {
        assert_eq!(seconds(&[&format!("S: {bad}")]), Err(Unparsable), "{bad}");
    }
    assert_eq!(seconds(&["S: 5", "S: 5"]), Err(Unparsable));
}

#[test]
fn values_are_joined_with_comma_and_space() {
    let list = headers(&["a: 1", "B: 2", "A: 3", "a:"]);
    assert_eq!(list.get("A").as_deref(), Some(b"1, 3, ".as_slice()));
    assert_eq!(list.get("c"), None);
}

#[test]
fn setting_a_header_replaces_the_first_and_removes_the_others() {
    let mut list = headers(&["a: 1", "B: 2", "A: 3"]);
    list.set("A", b"4".to_vec());
    assert_eq!(list, headers(&["a: 4", "B: 2"]));
    list.set("c", b"5".to_vec());
    list.combine("b", b"6");
    assert_eq!(list, headers(&["a: 4", "B: 2, 6", "c: 5"]));
}

#[test]
fn values_are_split_at_commas_outside_of_quotes() {
    let split = |value: &'static str| {
        get_decode_and_split(value.as_bytes()).into_iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(split(""), [""]);
    assert_eq!(split("nosniff,"), ["nosniff", ""]);
    assert_eq!(split("text/html;\", x/x"), ["text/html;\", x/x"]);
    assert_eq!(split("x/x;test=\"hi\",y/y"), ["x/x;test=\"hi\"", "y/y"]);
    assert_eq!(split("x / x,,,1"), ["x / x", "", "", "1"]);
    assert_eq!(split("\"1,2\", 3"), ["\"1,2\"", "3"]);
    assert_eq!(split("\"a\\\",b\",c"), ["\"a\\\",b\"", "c"]);
    assert_eq!(split("\"\\\",a\",b"), ["\"\\\",a\"", "b"]);
    assert_eq!(split("\"\\\\\",b"), ["\"\\\\\"", "b"]);
    assert_eq!(split("\"a\\"), ["\"a\\"]);
}

#[test]
fn mime_types() {
    let serialized = |value: &'static str| {
        MimeType::parse(value.as_bytes()).map(|mime| text(&mime.serialize())).unwrap_or_default()
    };
    for (value, expected) in [
        (" Text/HTML ;Charset=UTF-8 ", "text/html;charset=UTF-8"),
        ("a/b;c=d;c=e", "a/b;c=d"),
        ("a/b;c=\"d e\"", "a/b;c=\"d e\""),
        ("a/b;c=d e", "a/b;c=\"d e\""),
        ("a/b;c~d=\"e ~\"", "a/b;c~d=\"e ~\""),
        ("a/b;c=\"\"", "a/b;c=\"\""),
        ("a/b;c=;d=1", "a/b;d=1"),
        ("a/b;c;d=1", "a/b;d=1"),
        ("a/b; c=\"d\\\"e\"x;f=g", "a/b;c=\"d\\\"e\";f=g"),
        ("a/b;c=\"d\\", "a/b;c=\"d\\\\\""),
        ("a/b;(=1;d=2", "a/b;d=2"),
        ("a/b;", "a/b"),
        ("", ""),
        ("a", ""),
        ("a/", ""),
        ("a/b c", ""),
        ("a/b,c/d", ""),
    ] {
        assert_eq!(serialized(value), expected, "{value}");
    }
}

#[test]
fn a_quoted_parameter_takes_every_byte_but_controls() {
    for byte in 0..=255 {
        let value = [b"a/b;charset=\"x".as_slice(), &[byte], b"\""].concat();
        let mut mime = MimeType::parse(&value).expect("a MIME type");
        let is_control = (byte < 0x20 && byte != b'\t') || byte == 0x7F;
        assert_eq!(mime.charset_mut().is_none(), is_control, "{byte:#x}");
    }
}

#[test]
fn six_methods_are_normalised() {
    let pairs = [
        ("delete", "DELETE"),
        ("Get", "GET"),
        ("heaD", "HEAD"),
        ("options", "OPTIONS"),
        ("post", "POST"),
        ("put", "PUT"),
        ("patch", "patch"),
        ("query", "query"),
        ("Foo", "Foo"),
    ];
    for (written, expected) in pairs {
        assert_eq!(normalize_method(written), expected);
    }
}

#[test]
fn three_methods_are_forbidden_in_any_case() {
    for method in ["CONNECT", "trace", "Track"] {
        assert!(is_forbidden_method(method.as_bytes()), "{method}");
    }
    assert!(!is_forbidden_method(b"GET"));
}

#[test]
fn three_methods_are_safelisted_in_one_case() {
    let safe =
        ["GET", "HEAD", "POST", "get", "PUT", "OPTIONS", "PATCH"].map(is_cors_safelisted_method);
    assert_eq!(safe, [true, true, true, false, false, false, false]);
}

#[test]
fn five_statuses_have_no_body() {
    let statuses: Vec<_> = (100..=599).filter(|status| is_null_body_status(*status)).collect();
    assert_eq!(statuses, [101, 103, 204, 205, 304]);
}

#[test]
fn bad_ports() {
    assert_eq!((0..=u16::MAX).filter(|port| is_bad_port(*port)).count(), 83);
    assert!([0, 1, 22, 25, 6000, 6667, 10080].into_iter().all(is_bad_port));
    assert!(![80, 443, 3000, 8080, 8443, 65535].into_iter().any(is_bad_port));
}

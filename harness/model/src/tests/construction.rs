use std::sync::Arc;

use super::url;
use crate::client::Client;
use crate::headers::text;
use crate::request::Request;
use crate::request_modes::{CacheMode, CredentialsMode, Mode};
use crate::ruling::Reason;
use crate::{BodyInit, FetchCall, XhrCall};

const URL: &str = "https://api.example/me";

fn page() -> Arc<Client> {
    Arc::new(Client::document(url("https://app.example/")))
}

fn fetch(change: impl FnOnce(&mut FetchCall)) -> Result<Request, Reason> {
    let mut call = FetchCall::new(URL);
    change(&mut call);
    call.request(page()).map_err(|refusal| refusal.reason)
}

fn xhr(change: impl FnOnce(&mut XhrCall)) -> Result<Request, Reason> {
    let mut call = XhrCall::new("GET", URL);
    change(&mut call);
    call.request(page()).map_err(|refusal| refusal.reason)
}

fn refused(change: impl FnOnce(&mut FetchCall)) -> Option<Reason> {
    fetch(change).err()
}

fn owned(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The header list of a request, as `Name: value|…`.
fn list(request: Result<Request, Reason>) -> String {
    let Ok(request) = request else { return "refused".to_owned() };
    let lines: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
    lines.join("|")
}

fn string(text: &str) -> Option<BodyInit> {
    Some(BodyInit::Text(text.to_owned()))
}

#[test]
fn words_that_fetch_does_not_know_are_refused() {
    let word = |text: &str| Some(text.to_owned());
    for (refusal, expected) in [
        (refused(|call| call.url = "https://".to_owned()), Reason::InvalidUrl),
        (refused(|call| call.url = "https://u@api.example".to_owned()), Reason::UrlWithCredentials),
        (
            refused(|call| call.url = "https://:p@api.example".to_owned()),
            Reason::UrlWithCredentials,
        ),
        (refused(|call| call.method = "A B".to_owned()), Reason::InvalidMethod),
        (refused(|call| call.method = String::new()), Reason::InvalidMethod),
        (refused(|call| call.method = "tRACE".to_owned()), Reason::ForbiddenMethod),
        (refused(|call| call.mode = word("navigate")), Reason::NavigateMode),
        (refused(|call| call.mode = word("CORS")), Reason::UnknownMode),
        (refused(|call| call.mode = word("websocket")), Reason::UnknownMode),
        (refused(|call| call.redirect = word("none")), Reason::UnknownRedirectMode),
        (refused(|call| call.cache = word("none")), Reason::UnknownCacheMode),
        (refused(|call| call.referrer_policy = word("never")), Reason::UnknownReferrerPolicy),
        (refused(|call| call.cache = word("only-if-cached")), Reason::OnlyIfCachedElsewhere),
        (refused(|call| call.body = string("x")), Reason::BodyWithoutPlace),
        (
            refused(|call| (call.method, call.body) = ("head".to_owned(), string(""))),
            Reason::BodyWithoutPlace,
        ),
        (
            refused(|call| (call.mode, call.method) = (word("no-cors"), "PUT".to_owned())),
            Reason::NoCorsMethod,
        ),
    ] {
        assert_eq!(refusal, Some(expected));
    }
}

#[test]
fn words_that_fetch_knows() {
    let word = |text: &str| Some(text.to_owned());
    let request = fetch(|call| {
        (call.mode, call.cache) = (word("same-origin"), word("only-if-cached"));
        call.referrer_policy = word("");
    });
    let request = request.expect("all are known");
    assert_eq!((request.mode, request.cache_mode), (Mode::SameOrigin, CacheMode::OnlyIfCached));
    for cache in ["default", "no-store", "reload", "no-cache", "force-cache"] {
        assert!(fetch(|call| call.cache = word(cache)).is_ok(), "{cache}");
    }
    for redirect in ["follow", "error", "manual"] {
        assert!(fetch(|call| call.redirect = word(redirect)).is_ok(), "{redirect}");
    }
}

#[test]
fn header_lines_of_fetch() {
    let cors = |lines: &[(&str, &str)]| list(fetch(|call| call.headers = owned(lines)));
    assert_eq!(cors(&[("X-A", " 1\t"), ("x-a", "2")]), "X-A: 1|x-a: 2");
    assert_eq!(cors(&[("Cookie", "a"), ("Origin", "b"), ("Sec-X", "c"), ("X", "d")]), "X: d");
    assert_eq!(cors(&[("X A", "1")]), "refused");
    assert_eq!(cors(&[("", "1")]), "refused");
    assert_eq!(cors(&[("X", "a\nb")]), "refused");
    assert_eq!(cors(&[("X", "a\0b")]), "refused");
    assert_eq!(cors(&[("X", "Ā")]), "refused");
    assert_eq!(cors(&[("X", "\u{1}~")]), "X: \u{1}~");
}

#[test]
fn header_values_are_bytes() {
    let request = fetch(|call| call.headers = vec![("X".to_owned(), "é".to_owned())]);
    let request = request.expect("a byte string");
    assert_eq!(request.headers.get("x").as_deref(), Some([0xE9].as_slice()));
}

#[test]
fn header_lines_of_no_cors() {
    let no_cors = |lines: &[(&str, &str)]| {
        list(fetch(|call| {
            (call.mode, call.headers) = (Some("no-cors".to_owned()), owned(lines));
        }))
    };
    assert_eq!(no_cors(&[("X-A", "1"), ("Range", "bytes=0-"), ("Authorization", "x")]), "");
    assert_eq!(no_cors(&[("Accept", "a"), ("accept", "b")]), "Accept: a|accept: b");
    let (fitting, long, more) = ("a".repeat(125), "a".repeat(126), "b");
    let joined = format!("Accept: {fitting}|Accept: {more}");
    assert_eq!(no_cors(&[("Accept", &fitting), ("Accept", more)]), joined);
    assert_eq!(no_cors(&[("Accept", &long), ("Accept", more)]), format!("Accept: {long}"));
    assert_eq!(
        no_cors(&[("Content-Type", "text/plain"), ("Content-Type", "x/x")]),
        "Content-Type: text/plain"
    );
    assert_eq!(no_cors(&[("Content-Type", "application/json")]), "");
    assert_eq!(no_cors(&[("X A", "1")]), "refused");
}

#[test]
fn header_lines_of_xml_http_request() {
    let xhr = |lines: &[(&str, &str)]| list(xhr(|call| call.headers = owned(lines)));
    assert_eq!(xhr(&[("X-A", "1"), ("x-a", " 2 ")]), "X-A: 1, 2");
    assert_eq!(xhr(&[("Host", "a"), ("Cookie2", "b"), ("X", "c")]), "X: c");
    assert_eq!(xhr(&[("X\u{7F}", "1")]), "refused");
}

/// The Content-Type of a POST by `fetch()` and by `XMLHttpRequest` with a string body.
fn content_types(written: Option<&str>) -> [String; 2] {
    let lines = || written.map(|value| ("Content-Type".to_owned(), value.to_owned()));
    let fetch = fetch(|call| {
        (call.method, call.body) = ("POST".to_owned(), string("x"));
        call.headers = lines().into_iter().collect();
    });
    let xhr = xhr(|call| {
        (call.method, call.body) = ("POST".to_owned(), string("x"));
        call.headers = lines().into_iter().collect();
    });
    [fetch, xhr].map(|request| {
        text(&request.expect("a request").headers.get("content-type").unwrap_or_default())
    })
}

#[test]
fn a_string_body_is_plain_text_unless_script_says_otherwise() {
    let default = "text/plain;charset=UTF-8";
    assert_eq!(content_types(None), [default, default]);
    assert_eq!(content_types(Some("application/json")), ["application/json", "application/json"]);
    assert_eq!(content_types(Some("")), ["", ""]);
}

#[test]
fn xml_http_request_sets_the_charset_of_a_string_body() {
    let written = "text/plain; charset=latin1";
    assert_eq!(content_types(Some(written)), [written, "text/plain;charset=UTF-8"]);
    let same = "Text/plain; charset=Utf-8";
    assert_eq!(content_types(Some(same)), [same, same]);
}

#[test]
fn xml_http_request_keeps_the_type_of_a_body_that_is_no_string() {
    let request = xhr(|call| {
        call.method = "POST".to_owned();
        call.body = Some(BodyInit::Blob { bytes: b"x".to_vec(), blob_type: String::new() });
        call.headers = owned(&[("Content-Type", "text/plain; charset=latin1")]);
    });
    assert_eq!(list(request), "Content-Type: text/plain; charset=latin1");
}

#[test]
fn xml_http_request_drops_the_body_of_get_and_head() {
    for method in ["GET", "head"] {
        let request = xhr(|call| (call.method, call.body) = (method.to_owned(), string("x")));
        let request = request.expect("a request");
        assert!(request.body.is_none() && !request.headers.contains("content-type"), "{method}");
    }
}

#[test]
fn xml_http_request_takes_a_url_with_credentials() {
    assert!(xhr(|call| call.url = "https://u:p@api.example/".to_owned()).is_ok());
    let refused = |change: fn(&mut XhrCall)| xhr(change).err();
    assert_eq!(refused(|call| call.url = "api".to_owned()), Some(Reason::InvalidUrl));
    assert_eq!(refused(|call| call.method = "TRACK".to_owned()), Some(Reason::ForbiddenMethod));
}

#[test]
fn credentials_modes() {
    use CredentialsMode::{Include, Omit, SameOrigin};
    for (written, expected) in [
        (None, SameOrigin),
        (Some(Omit), Omit),
        (Some(SameOrigin), SameOrigin),
        (Some(Include), Include),
    ] {
        let request = fetch(|call| call.credentials = written).expect("a request");
        assert_eq!(request.credentials_mode, expected);
    }
    for (with_credentials, expected) in [(false, SameOrigin), (true, Include)] {
        let request = xhr(|call| call.with_credentials = with_credentials).expect("a request");
        assert_eq!(request.credentials_mode, expected);
    }
}

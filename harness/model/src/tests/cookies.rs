use std::time::Duration;

use super::url;
use crate::client::Client;
use crate::clock::{Lifespan, Span};
use crate::cookie::{CookieContext, SameSiteMode};
use crate::cookie_store::CookieStore;
use crate::cookies::determine_the_same_site_mode;
use crate::request::Request;
use crate::request_modes::Destination;
use SameSiteMode::{LaxOrLess, StrictOrLess, UnsetOrLess};

const HOST: &str = "https://www.a.example/dir/page";

fn context(at: &str, mode: SameSiteMode, now: u64) -> CookieContext<'static> {
    let url: &'static url::Url = Box::leak(Box::new(url(at)));
    let top: &'static url::Origin = Box::leak(Box::new(url.origin()));
    let now = Span::at(Duration::from_secs(now));
    CookieContext::new(url, mode, top.clone(), (now, Duration::from_secs(1_782_950_400)))
        .expect("a host")
}

fn set(store: &mut CookieStore, at: &str, mode: SameSiteMode, cookie: &str) {
    store.parse_and_store(cookie.as_bytes(), &context(at, mode, 0));
}

fn sent_later(store: &CookieStore, to: &str, mode: SameSiteMode, now: u64) -> String {
    let context = context(to, mode, now);
    let cookies = store.retrieve(&context).into_iter();
    let cookies = cookies.filter(|cookie| cookie.life(context.now) == Lifespan::Alive);
    let cookies: Vec<_> = cookies.collect();
    cookies.iter().map(|cookie| cookie.serialize()).collect::<Vec<_>>().join("; ")
}

/// What is sent to `to` after `cookies` were set at `HOST`, all on the same site.
fn sent(cookies: &[&str], to: &str) -> String {
    let mut store = CookieStore::default();
    cookies.iter().for_each(|cookie| set(&mut store, HOST, StrictOrLess, cookie));
    sent_later(&store, to, StrictOrLess, 0)
}

#[test]
fn domains() {
    for (cookie, to, is_sent) in [
        ("a=1", "https://www.a.example/dir/", true),
        ("a=1", "https://a.example/dir/", false),
        ("a=1", "https://x.www.a.example/dir/", false),
        ("a=1", "https://www.a.example:8443/dir/", true),
        ("a=1", "http://www.a.example/dir/", true),
        ("a=1; Domain=a.example", "https://a.example/dir/", true),
        ("a=1; Domain=.A.example", "https://x.a.example/dir/", true),
        ("a=1; Domain=a.example", "https://ba.example/dir/", false),
        ("a=1; Domain=b.example", "https://www.a.example/dir/", false),
        ("a=1; Domain=x.www.a.example", "https://www.a.example/dir/", false),
        ("a=1; Domain=example", "https://www.a.example/dir/", false),
        ("a=1; Domain=a b", "https://www.a.example/dir/", false),
    ] {
        let expected = if is_sent { "a=1" } else { "" };
        assert_eq!(sent(&[cookie], to), expected, "{cookie} {to}");
    }
}

#[test]
fn cookies_of_a_public_suffix_and_of_an_address_are_host_only() {
    let mut store = CookieStore::default();
    set(&mut store, "https://github.io/", StrictOrLess, "a=1; Domain=github.io");
    assert_eq!(sent_later(&store, "https://github.io/", StrictOrLess, 0), "a=1");
    assert_eq!(sent_later(&store, "https://x.github.io/", StrictOrLess, 0), "");
    set(&mut store, "http://127.0.0.1/", StrictOrLess, "b=1; Domain=127.0.0.1");
    set(&mut store, "http://127.0.0.1/", StrictOrLess, "c=1; Domain=0.0.1");
    assert_eq!(sent_later(&store, "http://127.0.0.1:8/", StrictOrLess, 0), "b=1");
}

#[test]
fn paths() {
    let to = |path: &str| format!("https://www.a.example{path}");
    for (cookie, path, is_sent) in [
        ("a=1", "/dir", true),
        ("a=1", "/dir/x", true),
        ("a=1", "/dirx", false),
        ("a=1", "/", false),
        ("a=1; Path=/", "/other", true),
        ("a=1; Path=other", "/dir/", true),
        ("a=1; Path=/x/", "/x", false),
        ("a=1; Path=/x/", "/x/y", true),
    ] {
        let expected = if is_sent { "a=1" } else { "" };
        assert_eq!(sent(&[cookie], &to(path)), expected, "{cookie} {path}");
    }
}

#[test]
fn the_default_cookie_path_at_the_root_is_the_root() {
    let mut store = CookieStore::default();
    for cookie in ["a=1", "a=2; Path=/"] {
        set(&mut store, "https://www.a.example/page", StrictOrLess, cookie);
    }
    assert_eq!(sent_later(&store, HOST, StrictOrLess, 0), "a=2");
}

#[test]
fn longer_paths_come_first_then_older_cookies() {
    let cookies = ["a=1; Path=/", "b=1", "c=1; Path=/", "d=1", "a=2; Path=/"];
    assert_eq!(sent(&cookies, HOST), "b=1; d=1; a=2; c=1");
}

#[test]
fn secure_cookies_are_not_sent_over_http() {
    let plain = "http://www.a.example/dir/";
    assert_eq!(sent(&["a=1; Secure"], plain), "");
    let mut store = CookieStore::default();
    set(&mut store, plain, StrictOrLess, "a=1; Secure");
    assert_eq!(sent_later(&store, HOST, StrictOrLess, 0), "");
    set(&mut store, HOST, StrictOrLess, "a=1; Secure");
    set(&mut store, plain, StrictOrLess, "a=2");
    set(&mut store, plain, StrictOrLess, "a=3; Path=/");
    assert_eq!(sent_later(&store, HOST, StrictOrLess, 0), "a=1; a=3");
}

#[test]
fn a_plain_http_cookie_does_not_replace_a_secure_one() {
    let plain = "http://www.a.example/dir/";
    for (secure, later, is_kept) in [
        ("a=1; Secure", "a=2; Domain=a.example", false),
        ("a=1; Secure; Domain=a.example", "a=2", false),
        ("a=1; Secure; Domain=a.example", "a=2; Domain=a.example", false),
        ("a=1; Secure; Domain=a.example", "b=2", true),
        ("a=1; Domain=a.example", "a=2", true),
    ] {
        let mut store = CookieStore::default();
        set(&mut store, HOST, StrictOrLess, secure);
        set(&mut store, plain, StrictOrLess, later);
        let sent = sent_later(&store, HOST, StrictOrLess, 0);
        assert_eq!(sent.contains("=2"), is_kept, "{secure} {later}");
    }
}

#[test]
fn same_site() {
    let lax = "l=1; SameSite=Lax";
    let strict = "s=1; SameSite=Strict";
    let none = "n=1; SameSite=None; Secure";
    let unset = "u=1";
    let unknown = "x=1; SameSite=Maybe";
    let insecure_none = "i=1; SameSite=None";
    let cookies = [lax, strict, none, unset, unknown, insecure_none];
    let mut store = CookieStore::default();
    cookies.iter().for_each(|cookie| set(&mut store, HOST, StrictOrLess, cookie));
    assert_eq!(sent_later(&store, HOST, StrictOrLess, 0), "l=1; s=1; n=1; u=1; x=1");
    assert_eq!(sent_later(&store, HOST, UnsetOrLess, 0), "n=1");
    let mut store = CookieStore::default();
    cookies.iter().for_each(|cookie| set(&mut store, HOST, UnsetOrLess, cookie));
    assert_eq!(sent_later(&store, HOST, StrictOrLess, 0), "n=1");
}

#[test]
fn cookies_end() {
    let sent_after = |cookie: &str, now: u64| {
        let mut store = CookieStore::default();
        set(&mut store, HOST, StrictOrLess, cookie);
        sent_later(&store, HOST, StrictOrLess, now)
    };
    let past = "Thu, 01 Jan 1970 00:00:00 GMT";
    let future = "Fri, 01 Jan 2100 00:00:00 GMT";
    assert_eq!(sent_after("a=1; Max-Age=5", 4), "a=1");
    assert_eq!(sent_after("a=1; Max-Age=5", 5), "");
    assert_eq!(sent_after("a=1; Max-Age=0", 0), "");
    assert_eq!(sent_after("a=1; Max-Age=-1", 0), "");
    assert_eq!(sent_after("a=1; Max-Age=x", 1_000_000), "a=1");
    assert_eq!(sent_after(&format!("a=1; Expires={past}"), 0), "");
    assert_eq!(sent_after(&format!("a=1; Expires={future}"), 1_000_000), "a=1");
    assert_eq!(sent_after(&format!("a=1; Expires={past}; Max-Age=5"), 0), "a=1");
    assert_eq!(sent_after("a=1; Expires=soon", 0), "a=1");
}

#[test]
fn a_cookie_expires_at_a_date_in_any_format() {
    for (expires, is_kept) in [
        ("Thu, 01 Jan 1970 00:00:00 UTC", false),
        ("Thu, 01 Jan 1970 00:00:00", false),
        ("expires=; Expires=Thu, 1 Jan 1970 0:00:00 +0000", false),
        ("Thu, 01-Jan-70 00:00:01 GMT; Expires=soon", false),
        ("Thu, 01-Jan-70 00:00:01 GMT; Expires=Fri, 01 Jan 2100 00:00:00 GMT", true),
        ("1970-01-01T00:00:00Z", true),
        ("", true),
    ] {
        let cookie = format!("a=1; Expires={expires}");
        assert_eq!(!sent(&[&cookie], HOST).is_empty(), is_kept, "{expires}");
    }
}

#[test]
fn an_expired_cookie_deletes_the_stored_one() {
    assert_eq!(sent(&["a=1", "b=1", "a=; Max-Age=0"], HOST), "b=1");
    assert_eq!(sent(&["a=1; Path=/", "a=; Max-Age=0"], HOST), "a=1");
}

#[test]
fn cookie_name_prefixes_are_enforced() {
    for (cookie, is_kept) in [
        ("__Secure-a=1; Secure", true),
        ("__secure-a=1", false),
        ("__Host-a=1; Secure; Path=/", true),
        ("__Host-a=1; Secure", false),
        ("__Host-a=1; Path=/", false),
        ("__HOST-a=1; Secure; Path=/dir", false),
        ("__Host-a=1; Secure; Path=/; Domain=www.a.example", false),
        ("__Hosta=1", true),
        ("__Http-a=1; Secure; HttpOnly", true),
        ("__http-a=1; Secure", false),
        ("__Http-a=1; HttpOnly", false),
        ("__Host-Http-a=1; Secure; Path=/; HttpOnly", true),
        ("__Host-HTTP-a=1; Secure; Path=/", false),
        ("__Host-Http-a=1; Secure; HttpOnly", false),
    ] {
        assert_eq!(!sent(&[cookie], HOST).is_empty(), is_kept, "{cookie}");
    }
}

#[test]
fn name_and_value_have_4096_bytes_together() {
    for (length, is_kept) in [(4095, true), (4096, true), (4097, false)] {
        let cookie = format!("a={}", "x".repeat(length - 1));
        assert_eq!(!sent(&[&cookie], HOST).is_empty(), is_kept, "{length}");
    }
}

#[test]
fn an_invalid_cookie_is_not_stored() {
    let long = format!("a={}", "x".repeat(4096));
    assert_eq!(sent(&["", "=", ";Path=/", "a=\u{1}", &long, "a=1; Partitioned"], HOST), "");
}

#[test]
fn a_navigation_to_another_site_sends_lax_cookies_with_get_only() {
    for (page, method, expected) in [
        ("https://www.a.example/", "GET", StrictOrLess),
        ("https://shop.a.example/", "POST", StrictOrLess),
        ("https://b.example/", "GET", LaxOrLess),
        ("https://b.example/", "POST", UnsetOrLess),
    ] {
        let mut request = Request::new(url(HOST), Client::document(url(page)));
        (request.destination, request.method) = (Destination::Document, method.to_owned());
        assert_eq!(determine_the_same_site_mode(&request), expected, "{method} from {page}");
        // In a frame and in a popup the same holds: the new document is a top-level one.
        request.client = Client::frame(url(page), url("https://c.example/").origin()).into();
        assert_eq!(determine_the_same_site_mode(&request), expected, "{method} from {page}");
    }
}

#[test]
fn the_same_site_mode_chooses_the_cookies() {
    let mut store = CookieStore::default();
    for cookie in ["n=1; Secure; SameSite=None", "l=1; SameSite=Lax", "s=1; SameSite=Strict", "u=1"]
    {
        set(&mut store, HOST, StrictOrLess, cookie);
    }
    for (mode, expected) in
        [(StrictOrLess, "n=1 l=1 s=1 u=1"), (LaxOrLess, "n=1 l=1 u=1"), (UnsetOrLess, "n=1")]
    {
        let context = context(HOST, mode, 0);
        let sent: Vec<_> = store.retrieve(&context).iter().map(|it| it.serialize()).collect();
        assert_eq!(sent.join(" "), expected);
    }
}

//! What the browser itself writes into a request.

use crate::support::*;

/// A header of a same-origin request, which needs no preflight.
fn sent(step: Step, name: &str) -> Option<String> {
    let methods = ["GET", "POST", "PUT", "DELETE"].map(|method| format!("{method} /"));
    let replies = methods.iter().map(|place| (place.as_str(), reply(200, &[], ""))).collect();
    let row = row(PAGE, vec![server(PAGE, replies)], vec![step]);
    let exchanges = exchanged(&row);
    let (request, _) = exchanges.last().expect("a request");
    request.headers.get(name).map(|value| String::from_utf8_lossy(&value).into_owned())
}

fn to_page(method: &str) -> Step {
    fetch(method, &format!("{PAGE}/"))
}

#[test]
fn the_browser_accepts_everything_unless_script_says_what() {
    assert_eq!(sent(to_page("GET"), "accept").as_deref(), Some("*/*"));
    assert_eq!(sent(to_page("GET").line("Accept", "x/y"), "accept").as_deref(), Some("x/y"));
}

#[test]
fn a_request_has_a_content_length_with_and_without_a_body() {
    for (step, expected) in [
        (to_page("GET"), None),
        (to_page("DELETE"), None),
        (to_page("POST"), Some("0")),
        (to_page("PUT"), Some("0")),
        (to_page("POST").body(""), Some("0")),
        (to_page("DELETE").body("four"), Some("4")),
        (to_page("POST").body("é"), Some("2")),
    ] {
        let method = step.method.clone();
        assert_eq!(sent(step, "content-length").as_deref(), expected, "{method}");
    }
}

#[test]
fn a_cache_mode_adds_cache_headers() {
    for (mode, pragma, cache_control) in [
        ("default", None, None),
        ("force-cache", None, None),
        ("no-cache", None, Some("max-age=0")),
        ("no-store", Some("no-cache"), Some("no-cache")),
        ("reload", Some("no-cache"), Some("no-cache")),
    ] {
        let step = || to_page("GET").cache(mode);
        assert_eq!(sent(step(), "pragma").as_deref(), pragma, "{mode}");
        assert_eq!(sent(step(), "cache-control").as_deref(), cache_control, "{mode}");
        for name in ["Pragma", "Cache-Control"] {
            let own = sent(step().line(name, "own"), name);
            assert_eq!(own.as_deref(), Some("own"), "{mode} {name}");
        }
    }
}

#[test]
fn a_range_request_accepts_no_encoding() {
    assert_eq!(sent(to_page("GET"), "accept-encoding"), None);
    let range = to_page("GET").line("Range", "bytes=0-");
    assert_eq!(sent(range, "accept-encoding").as_deref(), Some("identity"));
}

#[test]
fn cookies_are_sent_in_one_line() {
    let row = row(PAGE, vec![server(PAGE, Vec::new())], vec![to_page("GET")]);
    let row = with_user_cookies(row, PAGE, &["a=1", "b=2"]);
    let exchanges = exchanged(&row);
    let cookie = exchanges[0].0.headers.get("cookie").map(|value| value.into_owned());
    assert_eq!(cookie.as_deref(), Some(b"a=1; b=2".as_slice()));
}

#[test]
fn preflight_with_patch_and_two_headers_on_the_wire() {
    let step = fetch("PATCH", &format!("{API}/")).line("X-B", "1").line("x-a", "2");
    let row = row(PAGE, vec![server(API, Vec::new())], vec![step]);
    let exchanges = exchanged(&row);
    let (request, _) = &exchanges[0];
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let lines: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect();
    let expected = [
        "Accept: */*",
        "Access-Control-Request-Method: PATCH",
        "Access-Control-Request-Headers: x-a,x-b",
        "Referer: https://app.example/",
        "Origin: https://app.example",
        "Sec-Fetch-Dest: empty",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Site: cross-site",
    ];
    assert_eq!((request.method.as_str(), lines), ("OPTIONS", expected.map(str::to_owned).into()));
}

#[test]
fn a_caret_is_encoded_in_a_path_and_nowhere_else() {
    let row = row(PAGE, Vec::new(), vec![fetch("GET", &format!("{PAGE}/a^b%5ec?d^e#f^g"))]);
    let exchanges = exchanged(&row);
    assert_eq!(exchanges[0].0.url.as_str(), format!("{PAGE}/a%5Eb%5ec?d^e"));
}

//! Cookies with special rules for storing them.

use crate::support::*;

const OWN: [&str; 2] =
    ["Access-Control-Allow-Origin: ${origin}", "Access-Control-Allow-Credentials: true"];

/// Two requests to a server that sets these cookies for other sites as well.
fn twice(page: &str, cookies: &[&str]) -> Row {
    let lines: Vec<_> =
        cookies.iter().map(|c| format!("Set-Cookie: {c}; Secure; SameSite=None")).collect();
    let lines: Vec<_> = OWN.into_iter().chain(lines.iter().map(String::as_str)).collect();
    let servers = vec![server(API, vec![("GET /", reply(200, &lines, ""))])];
    let step = || fetch("GET", &format!("{API}/")).include();
    row(page, servers, vec![step(), step()])
}

/// What the last request has in its `Cookie` header.
fn sent(row: &Row) -> String {
    let exchanges = exchanged(row);
    let (request, _) = exchanges.last().expect("a request");
    let header = request.headers.get("cookie").unwrap_or_default();
    String::from_utf8_lossy(&header).into_owned()
}

#[test]
fn a_cookie_can_have_no_name() {
    for (cookie, expected) in [
        ("text", "text"),
        ("=text", "text"),
        (" = text ", "text"),
        ("=a=b", "a=b"),
        ("__host-x", ""),
        ("=__SECURE-x=1", ""),
        ("__Http-x", ""),
        ("=", ""),
        (";text", ""),
    ] {
        assert_eq!(sent(&twice(PAGE, &[cookie])), expected, "{cookie}");
    }
    assert_eq!(sent(&twice(PAGE, &["a=1", "one", "two", "=; Max-Age=0"])), "a=1; two");
    let ruling = ruled(&twice(PAGE, &["text", "=a=b; Path=/x", "b=1"]));
    assert_eq!(ruling[1].requests()[0].request.cookie_names(), ["", "b"]);
    let ruling = ruled(&twice(PAGE, &["=a=b"]));
    assert_eq!(ruling[1].requests()[0].request.cookie_names(), ["a"], "as a server reads it");
}

#[test]
fn a_partitioned_cookie_is_a_separate_cookie() {
    let cookies = ["a=1", "a=2; Partitioned", "a=3; Partitioned"];
    assert_eq!(sent(&twice("https://app.test", &cookies)), "a=1; a=3");
}

#[test]
fn a_partitioned_cookie_stays_with_the_site_at_the_top() {
    let sent = |page: &str, top: Option<&str>| {
        let mut row =
            with_user_cookies(twice(page, &[]), API, &["a=1; Secure; SameSite=None; Partitioned"]);
        if let Some(top) = top {
            row.context = Context::Iframe { inside: top.to_owned() };
        }
        sent(&row)
    };
    assert_eq!(sent("https://app.test", None), "");
    assert_eq!(sent("https://www.api.example", None), "a=1");
    assert_eq!(sent("https://app.test", Some("https://www.api.example:8443")), "a=1");
    assert_eq!(sent("https://app.test", Some("http://www.api.example")), "");
}

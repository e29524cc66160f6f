//! Which requests over plain HTTP are upgraded after `Strict-Transport-Security`.

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";

/// The URL of a request over http to `plain`, after `host` sent these values over `scheme`.
fn later(scheme: &str, host: &str, values: &[&str], plain: &str) -> String {
    let lines: Vec<_> = values.iter().map(|v| format!("Strict-Transport-Security: {v}")).collect();
    let lines: Vec<_> = [ALL].into_iter().chain(lines.iter().map(String::as_str)).collect();
    let (host, secure) = (format!("{scheme}://{host}"), format!("https://{plain}"));
    let plain = format!("http://{plain}");
    let strict = ("GET /strict", reply(200, &lines, ""));
    let root = || ("GET /", reply(200, &[ALL], ""));
    let mut servers = vec![server(&host, vec![strict, root()]), server(&plain, vec![root()])];
    if secure != host {
        servers.push(server(&secure, vec![root()]));
    }
    let steps = vec![fetch("GET", &format!("{host}/strict")), fetch("GET", &format!("{plain}/"))];
    let row = row("http://app.test", servers, steps);
    assert_eq!(outcomes(&row)[1], "GET allowed");
    let outcome = ruled(&row).remove(1);
    assert!(!outcome.response.is_some_and(|response| response.redirected), "it is no redirect");
    outcome.exchanges[0].request.url.to_string()
}

#[test]
fn strict_transport_security_covers_its_host_and_subdomains_if_it_says_so() {
    const ALONE: &str = "max-age=600";
    const BELOW: &str = "includesubdomains ;MAX-AGE=\"600\"; x";
    for (value, plain, expected) in [
        (ALONE, "a.test", "https://a.test/"),
        (ALONE, "b.a.test", "http://b.a.test/"),
        (ALONE, "b.test", "http://b.test/"),
        (BELOW, "a.test", "https://a.test/"),
        (BELOW, "b.a.test:8080", "https://b.a.test:8080/"),
        (BELOW, "ba.test", "http://ba.test/"),
        (BELOW, "test", "http://test/"),
    ] {
        assert_eq!(later("https", "a.test", &[value], plain), expected, "{value} {plain}");
    }
}

#[test]
fn an_invalid_strict_transport_security_is_ignored() {
    const PLAIN: &str = "http://a.test/";
    for value in ["", "max-age=0", "max-age", "max-age=x", "includeSubDomains", "garbage"] {
        assert_eq!(later("https", "a.test", &[value], "a.test"), PLAIN, "{value}");
    }
    let twice = ["max-age=1; max-age=1"];
    assert_eq!(later("https", "a.test", &twice, "a.test"), PLAIN);
    assert_eq!(later("https", "a.test", &["max-age=0", "max-age=1"], "a.test"), PLAIN);
    assert_eq!(later("http", "a.test:8080", &["max-age=1"], "a.test"), PLAIN);
}

#[test]
fn addresses_and_names_of_the_own_machine_are_not_upgraded() {
    for host in ["127.0.0.1:8080", "localhost:8080", "api.localhost:8080"] {
        let expected = format!("http://{host}/");
        assert_eq!(later("https", host, &["max-age=600"], host), expected);
    }
}

#[test]
fn an_upgraded_request_has_the_origin_and_the_cookies_of_https() {
    let strict = reply(200, &[ALL, "Strict-Transport-Security: max-age=600"], "");
    let checked = reply(
        200,
        &["Access-Control-Allow-Origin: http://app.test", "Access-Control-Allow-Credentials: true"],
        "",
    );
    let servers = vec![
        server("https://a.test", vec![("GET /strict", strict), ("GET /", checked)]),
        server("http://a.test", vec![("GET /", reply(200, &[ALL], ""))]),
    ];
    let later = fetch("GET", "http://a.test/").include();
    let row = row("http://app.test", servers, vec![fetch("GET", "https://a.test/strict"), later]);
    let row = with_user_cookies(row, "https://a.test", &["sid=1; Secure; SameSite=None"]);
    assert_eq!(outcomes(&row)[1], "GET allowed");
    let outcome = ruled(&row).remove(1);
    let sent = &outcome.exchanges[0].request;
    assert_eq!(sent.cookie_names(), ["sid"]);
    assert_eq!(sent.headers.get("origin").as_deref(), Some(&b"http://app.test"[..]));
}

#[test]
fn a_preflight_and_a_redirect_are_upgraded_too() {
    let strict = reply(200, &[ALL, "Strict-Transport-Security: max-age=600"], "");
    let before = reply(200, &[ALL, "Access-Control-Allow-Methods: PUT"], "");
    let home = reply(302, &[ALL, "Location: http://a.test/"], "");
    let secure = vec![
        ("GET /strict", strict),
        ("OPTIONS /", before),
        ("PUT /", reply(200, &[ALL], "")),
        ("GET /", reply(200, &[ALL], "")),
    ];
    let servers = vec![
        server("https://a.test", secure),
        server("http://a.test", vec![("GET /", reply(200, &[ALL], ""))]),
        server("http://b.test", vec![("GET /", home)]),
    ];
    let steps = vec![
        fetch("GET", "https://a.test/strict"),
        fetch("PUT", "http://a.test/"),
        fetch("GET", "http://b.test/"),
    ];
    let row = row("http://app.test", servers, steps);
    assert_eq!(outcomes(&row)[1..], ["PUT? PUT allowed", "GET GET allowed"]);
    let outcomes = ruled(&row);
    let urls = |step: usize| {
        let exchanges = outcomes[step].exchanges.iter();
        exchanges.map(|exchange| exchange.request.url.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(urls(1), ["https://a.test/", "https://a.test/"]);
    assert_eq!(urls(2), ["http://b.test/", "https://a.test/"]);
}

#[test]
fn strict_transport_security_expires_and_can_be_revoked() {
    let home = "https://a.test";
    let strict = |seconds: u64| {
        reply(200, &[ALL, &format!("Strict-Transport-Security: max-age={seconds}")], "")
    };
    let servers = || {
        let secure = vec![
            ("GET /two", strict(2)),
            ("GET /none", strict(0)),
            ("GET /slow", after(reply(200, &[ALL], ""), 2)),
        ];
        vec![server(home, secure), server("http://a.test", vec![("GET /", reply(200, &[ALL], ""))])]
    };
    for path in ["none", "slow"] {
        let between = fetch("GET", &format!("{home}/{path}"));
        let steps =
            vec![fetch("GET", &format!("{home}/two")), between, fetch("GET", "http://a.test/")];
        let outcome = ruled(&row("http://app.test", servers(), steps)).remove(2);
        assert_eq!(outcome.exchanges[0].request.url.scheme(), "http", "{path}");
    }
}

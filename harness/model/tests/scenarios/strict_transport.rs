//! Which requests over plain HTTP cannot be judged after `Strict-Transport-Security`.

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";

/// The ruling on a request over http to `plain`, after `host` sent these values over `scheme`.
fn later(scheme: &str, host: &str, values: &[&str], plain: &str) -> String {
    let lines: Vec<_> = values.iter().map(|v| format!("Strict-Transport-Security: {v}")).collect();
    let lines: Vec<_> = [ALL].into_iter().chain(lines.iter().map(String::as_str)).collect();
    let (host, plain) = (format!("{scheme}://{host}"), format!("http://{plain}"));
    let servers = vec![
        server(&host, vec![("GET /strict", reply(200, &lines, ""))]),
        server(&plain, vec![("GET /", reply(200, &[ALL], ""))]),
    ];
    let steps = vec![fetch("GET", &format!("{host}/strict")), fetch("GET", &format!("{plain}/"))];
    told(&row("http://app.test", servers, steps)).remove(1)
}

#[test]
fn strict_transport_security_covers_its_host_and_subdomains_if_it_says_so() {
    const ALONE: &str = "max-age=600";
    const BELOW: &str = "includesubdomains ;MAX-AGE=\"600\"; x";
    for (value, plain, expected) in [
        (ALONE, "a.test", "cannot judge"),
        (ALONE, "b.a.test", "GET allowed"),
        (ALONE, "b.test", "GET allowed"),
        (BELOW, "a.test", "cannot judge"),
        (BELOW, "b.a.test:8080", "cannot judge"),
        (BELOW, "ba.test", "GET allowed"),
        (BELOW, "test", "GET allowed"),
    ] {
        assert_eq!(later("https", "a.test", &[value], plain), expected, "{value} {plain}");
    }
}

#[test]
fn an_invalid_strict_transport_security_is_ignored() {
    for value in ["", "max-age=0", "max-age", "max-age=x", "includeSubDomains", "garbage"] {
        assert_eq!(later("https", "a.test", &[value], "a.test"), "GET allowed", "{value}");
    }
    let twice = ["max-age=1; max-age=1"];
    assert_eq!(later("https", "a.test", &twice, "a.test"), "GET allowed");
    assert_eq!(later("https", "a.test", &["max-age=0", "max-age=1"], "a.test"), "GET allowed");
    assert_eq!(later("https", "127.0.0.1", &["max-age=1"], "127.0.0.1"), "GET allowed");
    assert_eq!(later("http", "a.test:8080", &["max-age=1"], "a.test"), "GET allowed");
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
        let told = told(&row("http://app.test", servers(), steps));
        assert_eq!(told[2], "GET allowed", "{path}");
    }
}

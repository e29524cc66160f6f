//! Time that passes between two calls: everything with a lifetime ends when it has passed, and not before.

use cors_model::Exchange;

use crate::support::*;

const OWN: [&str; 2] =
    ["Access-Control-Allow-Origin: ${origin}", "Access-Control-Allow-Credentials: true"];

/// The same call twice, with this many seconds in between, to a server whose GET and OPTIONS have these lines too.
fn twice(seconds: u64, call: Step, line: &str) -> Row {
    let lines: Vec<_> = OWN.into_iter().chain([line]).collect();
    let methods = ["Access-Control-Allow-Methods: PUT"];
    let preflight: Vec<_> = lines.iter().copied().chain(methods).collect();
    let routes = vec![
        ("OPTIONS /", reply(204, &preflight, "")),
        ("PUT /", reply(200, &OWN, "")),
        ("GET /", reply(200, &lines, "")),
    ];
    row(PAGE, vec![server(API, routes)], vec![call.clone(), call]).wait(1, seconds)
}

fn call(method: &str) -> Step {
    fetch(method, &format!("{API}/"))
}

/// Whether the last step sends a preflight.
fn sends_second_preflight(max_age: &str, seconds: u64) -> bool {
    let line = match max_age {
        "" => "X-Other: 1".to_owned(),
        max_age => format!("Access-Control-Max-Age: {max_age}"),
    };
    outcomes(&twice(seconds, call("PUT"), &line))[1].contains('?')
}

#[test]
fn a_preflight_result_is_kept_for_its_max_age() {
    for (max_age, seconds, again) in [
        ("", 4, false),
        ("", 5, true),
        ("abc", 5, true),
        ("0", 0, true),
        ("1", 0, false),
        ("1", 1, true),
        ("600", 599, false),
        ("600", 600, true),
        ("31536000", 31_535_999, false),
    ] {
        assert_eq!(sends_second_preflight(max_age, seconds), again, "{max_age} after {seconds} s");
    }
}

#[test]
fn a_cookie_is_kept_for_its_max_age() {
    let sent = |line: &str, seconds| {
        let row = twice(seconds, call("GET").include(), line);
        ruled(&row)[1].requests()[0].request.cookie_names().len()
    };
    for (max_age, seconds, expected) in
        [("Max-Age=60; ", 58, 1), ("Max-Age=60; ", 62, 0), ("", 31_536_000, 1)]
    {
        let line = format!("Set-Cookie: a=1; {max_age}Secure; SameSite=None");
        assert_eq!(sent(&line, seconds), expected, "{max_age}after {seconds} s");
    }
}

#[test]
fn a_response_is_fresh_for_its_max_age() {
    for (seconds, requests) in [(0, 0), (59, 0), (60, 1)] {
        let row = twice(seconds, call("GET"), "Cache-Control: max-age=60");
        assert_eq!(ruled(&row)[1].requests().len(), requests, "after {seconds} s");
    }
}

#[test]
fn a_response_without_a_lifetime_may_be_reused() {
    let modified = "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT";
    let conditions = |choices: &[usize]| {
        let outcomes = ruled_with(&twice(60, call("GET"), modified), choices);
        let requests = outcomes[1].requests();
        let conditional = |one: &&Exchange| one.request.headers.contains("if-modified-since");
        requests.iter().map(conditional).collect::<Vec<_>>()
    };
    assert_eq!(conditions(&[]), [true], "by default it is stale");
    assert_eq!(conditions(&[1]), [], "a browser may choose a lifetime");
    assert_eq!(conditions(&[2]), [false], "it need not keep the response");
}

#[test]
fn a_wait_before_the_first_call_ages_user_cookies() {
    for (seconds, expected) in [(58, 1), (62, 0)] {
        let row = twice(0, call("GET").include(), "X-Other: 1").wait(0, seconds);
        let row = with_user_cookies(row, API, &["a=1; Max-Age=60; Secure; SameSite=None"]);
        assert_eq!(ruled(&row)[0].requests()[0].request.cookie_names().len(), expected);
    }
}

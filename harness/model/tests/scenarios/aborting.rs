//! Calls that script aborts: what is sent before, and what is not sent any more.

use cors_model::{Abort, AbortBy, AbortMoment};

use crate::support::*;

const OWN: &str = "Access-Control-Allow-Origin: ${origin}";

fn servers() -> Vec<Server> {
    let lines = [OWN, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600"];
    let replies = vec![("PUT /", reply(200, &lines, "a")), ("OPTIONS /", reply(204, &lines, ""))];
    vec![server(API, replies)]
}

fn put() -> Step {
    fetch("PUT", &format!("{API}/"))
}

#[test]
fn a_call_ends_at_the_moment_of_its_abort() {
    for (at, expected) in [
        (AbortMoment::Before, "aborted"),
        (AbortMoment::Preflight, "PUT? aborted"),
        (AbortMoment::Request, "PUT? PUT aborted"),
    ] {
        for initiator in [Initiator::Fetch, Initiator::Xhr] {
            let step = Step { initiator, ..put() }.abort(at);
            assert_eq!(outcomes(&row(PAGE, servers(), vec![step])), [expected]);
        }
    }
}

#[test]
fn a_timeout_is_another_error_than_an_abort() {
    let abort = Some(Abort { at: AbortMoment::Request, by: AbortBy::Timeout });
    let found = outcomes(&row(PAGE, servers(), vec![Step { abort, ..put() }]));
    assert_eq!(found, ["PUT? PUT timed-out"]);
}

#[test]
fn an_aborted_preflight_allows_nothing_later() {
    let steps = vec![put().abort(AbortMoment::Preflight), put()];
    assert_eq!(outcomes(&row(PAGE, servers(), steps)), ["PUT? aborted", "PUT? PUT allowed"]);
}

#[test]
fn a_request_without_a_preflight_is_not_aborted_during_one() {
    let lines = [OWN];
    let servers = vec![server(API, vec![("GET /", reply(200, &lines, "a"))])];
    let step = fetch("GET", &format!("{API}/")).abort(AbortMoment::Preflight);
    assert_eq!(outcomes(&row(PAGE, servers, vec![step])), ["GET allowed"]);
}

#[test]
fn only_a_request_with_keepalive_outlives_its_document() {
    let lines = [OWN, "Access-Control-Allow-Methods: PUT"];
    let replies = |allow: &str| {
        let moved = ["Location: /", OWN];
        let preflight = [OWN, &format!("Access-Control-Allow-Methods: {allow}")];
        let routes = vec![
            ("PUT /", reply(200, &lines, "a")),
            ("OPTIONS /", reply(204, &preflight, "")),
            ("GET /", reply(200, &lines, "a")),
            ("GET /moved", reply(302, &moved, "")),
        ];
        vec![server(API, routes)]
    };
    let (preflight, request) = (AbortMoment::Preflight, AbortMoment::Request);
    for (method, path, at, allow, keepalive, expected) in [
        ("PUT", "/", preflight, "PUT", true, "PUT? PUT opaque"),
        ("PUT", "/", preflight, "PUT", false, "PUT? aborted"),
        ("PUT", "/", preflight, "PATCH", true, "PUT? aborted"),
        ("GET", "/moved", request, "", true, "GET GET opaque"),
        ("GET", "/moved", request, "", false, "GET aborted"),
        ("GET", "/", request, "", true, "GET aborted"),
    ] {
        let abort = Some(Abort { at, by: AbortBy::Leaving { keepalive } });
        let step = Step { abort, ..fetch(method, &format!("{API}{path}")) };
        let found = outcomes(&row(PAGE, replies(allow), vec![step]));
        assert_eq!(found, [expected], "{method} {path} {allow} {keepalive}");
    }
}

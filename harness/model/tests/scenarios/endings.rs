//! Responses that are not complete, and servers that do not answer.

use cors_model::{Ending, PermittedChoice};

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";
const METHODS: &str = "Access-Control-Allow-Methods: PUT";

/// The ruling on a call to a server with this response to `GET`, `POST` and `PUT`, and a sound preflight response.
fn ruling(step: Step, lines: &[&str], ending: Ending) -> Vec<String> {
    let response = |ending| ending_with(reply(200, lines, "the beginning"), ending);
    let servers = vec![server(
        API,
        vec![
            ("GET /", response(ending)),
            ("POST /", response(ending)),
            ("PUT /", response(ending)),
            ("OPTIONS /", reply(204, &[ALL, METHODS], "")),
        ],
    )];
    outcomes(&row(PAGE, servers, vec![step]))
}

fn api(initiator: Initiator) -> Step {
    step(initiator, "GET", &format!("{API}/"))
}

#[test]
fn fetch_resolves_with_a_response_whose_body_breaks_off() {
    let servers = vec![server(
        API,
        vec![("GET /", ending_with(reply(200, &[ALL], "x"), Ending::BrokenBody))],
    )];
    let response = ruled(&row(PAGE, servers, vec![api(Initiator::Fetch)])).remove(0).response;
    let response = response.expect("a response");
    assert_eq!((response.status, response.text), (200, None));
}

#[test]
fn xml_http_request_needs_the_whole_body() {
    let told = ruling(api(Initiator::Xhr), &[ALL], Ending::BrokenBody);
    assert_eq!(told, ["GET connection-closed"]);
}

#[test]
fn a_call_waits_for_a_body_without_an_end() {
    for initiator in [Initiator::Fetch, Initiator::Xhr] {
        let told = ruling(api(initiator), &[ALL], Ending::EndlessBody);
        assert_eq!(told, ["GET no-answer"]);
    }
}

#[test]
fn the_cors_check_needs_no_body() {
    for ending in [Ending::BrokenBody, Ending::EndlessBody] {
        let told = ruling(api(Initiator::Fetch), &[], ending);
        assert_eq!(told, ["GET missing-allow-origin"]);
    }
}

#[test]
fn an_opaque_response_shows_nothing_of_its_body() {
    for ending in [Ending::BrokenBody, Ending::EndlessBody] {
        assert_eq!(ruling(api(Initiator::Fetch).mode("no-cors"), &[], ending), ["GET opaque"]);
    }
}

#[test]
fn integrity_needs_the_whole_body() {
    let step = api(Initiator::Fetch).integrity("sha256-x");
    assert_eq!(ruling(step, &[ALL], Ending::BrokenBody), ["GET connection-closed"]);
}

#[test]
fn without_a_response_there_is_an_error() {
    for (ending, reason) in [(Ending::Closed, "connection-closed"), (Ending::NoAnswer, "no-answer")]
    {
        let told = ruling(api(Initiator::Fetch), &[ALL], ending);
        assert_eq!(told, [format!("GET {reason}")]);
    }
}

#[test]
fn a_preflight_response_counts_with_its_headers() {
    for ending in [Ending::BrokenBody, Ending::EndlessBody] {
        let preflight = ending_with(reply(200, &[ALL, METHODS], ""), ending);
        let servers = vec![server(
            API,
            vec![("OPTIONS /", preflight), ("PUT /", reply(200, &[ALL], "done"))],
        )];
        let step = step(Initiator::Fetch, "PUT", &format!("{API}/"));
        assert_eq!(outcomes(&row(PAGE, servers, vec![step])), ["PUT? PUT allowed"]);
    }
}

#[test]
fn a_closed_preflight_stores_nothing() {
    let preflight = ending_with(reply(200, &[ALL, METHODS], ""), Ending::Closed);
    let servers =
        vec![server(API, vec![("OPTIONS /", preflight), ("PUT /", reply(200, &[ALL], "done"))])];
    let step = || step(Initiator::Fetch, "PUT", &format!("{API}/"));
    let told = outcomes(&row(PAGE, servers, vec![step(), step()]));
    assert_eq!(told, ["PUT? connection-closed"; 2]);
}

#[test]
fn a_redirect_is_followed_without_its_body() {
    let moved = ending_with(reply(302, &[ALL, "Location: /to"], ""), Ending::EndlessBody);
    let servers =
        vec![server(API, vec![("GET /", moved), ("GET /to", reply(200, &[ALL], "there"))])];
    assert_eq!(outcomes(&row(PAGE, servers, vec![api(Initiator::Fetch)])), ["GET GET allowed"]);
}

#[test]
fn an_incomplete_response_is_not_stored() {
    let stored = reply(200, &[ALL, "Cache-Control: max-age=600"], "x");
    let servers = vec![server(API, vec![("GET /", ending_with(stored, Ending::BrokenBody))])];
    let steps = vec![api(Initiator::Fetch), api(Initiator::Fetch)];
    assert_eq!(outcomes(&row(PAGE, servers, steps)), ["GET allowed"; 2]);
}

#[test]
fn a_browser_may_send_an_idempotent_request_again() {
    let again = |method: &str, choices: &[usize]| {
        let closed = || ending_with(reply(200, &[ALL], ""), Ending::Closed);
        let servers = vec![server(API, vec![("GET /", closed()), ("POST /", closed())])];
        let row = row(PAGE, servers, vec![step(Initiator::Fetch, method, &format!("{API}/"))]);
        let run = run_with(&row, choices);
        let choices = run.branches.iter().filter_map(|branch| branch.choice.clone());
        let retries = choices.filter(|choice| matches!(choice, PermittedChoice::Retry { .. }));
        (run.outcomes[0].exchanges.len(), retries.count())
    };
    assert_eq!(again("GET", &[]), (1, 0));
    assert_eq!(again("GET", &[1]), (2, 1));
    assert_eq!(again("GET", &[1, 1]), (3, 2));
    assert_eq!(again("GET", &[1; 99]), (12, 11));
    assert_eq!(again("POST", &[1]), (1, 0));
}

//! Two engines side by side: both are the plain client, with different requests.

use std::sync::Arc;

use cors_harness::report::side_by_side;
use cors_harness::run::{Engine, Outcome, Players, rule, start};

use super::support::case;

const CASE: &str = "
name: The reply is read
because: It was sent.
servers:
  http://api.example.com:
    /me: { GET: { body: hello }, PUT: { body: hello } }
page: http://app.example.com
matrix: { path: [me, me?again] }
steps:
  - fetch: http://api.example.com/${path}
    headers: [HEADERS]
  - fetch: http://api.example.com/me
    method: METHOD
";

/// What the plain client does with other headers and methods.
fn outcome(headers: &str, method: &str) -> Outcome {
    let case = case("reads", &CASE.replace("HEADERS", headers).replace("METHOD", method));
    start(vec![(case, Engine::Control)], Players::find()).outcome(0).unwrap()
}

fn shown(one: &Outcome, other: &Outcome) -> String {
    let case = case("reads", &CASE.replace("HEADERS", "").replace("METHOD", "GET"));
    let rulings: Vec<_> = case.rows.iter().map(rule).collect();
    let sides = [(Engine::CHROMIUM, one), (Engine::FIREFOX, other)];
    side_by_side(&Arc::clone(&case), sides, &rulings)
}

#[test]
fn header_lines_of_one_side_are_shown_without_their_secrets() {
    let one = outcome("{ X-A: a }, { X-Both: b }, { Authorization: Bearer hidden }", "GET");
    let other = outcome("{ x-both: b }, { X-A: other }", "GET");
    let text = shown(&one, &other);
    let lines = "  only one engine sends in GET http://api.example.com/me?again
    chromium     x-a: a
    chromium     authorization: Bearer <6 bytes>
    firefox      x-a: other
";
    assert!(text.contains(lines), "{text}");
    assert!(!text.contains("x-both:") && !text.contains("hidden"), "{text}");
    assert!(!text.contains("in every request"), "the second step has none:\n{text}");
}

#[test]
fn what_all_requests_share_is_printed_once() {
    let mut one = outcome("", "GET");
    let other = outcome("", "GET");
    for exchange in one.rows.iter_mut().flat_map(|row| &mut row.exchanges) {
        exchange.request.headers.push(("User-Agent".to_owned(), b"one".to_vec()));
    }
    one.rows[0].exchanges[0].request.headers.push(("X-Once".to_owned(), b"1".to_vec()));
    let text = shown(&one, &other);
    let once =
        "  only one engine sends in GET http://api.example.com/me\n    chromium     X-Once: 1\n";
    assert!(text.contains(once), "{text}");
    let everywhere = "\nonly one engine sends in every request\n    chromium     User-Agent: one\n";
    assert!(text.ends_with(everywhere), "{text}");
    assert_eq!(text.matches("User-Agent").count(), 1, "{text}");
}

#[test]
fn a_request_of_one_side_only_is_named() {
    let text = shown(&outcome("", "GET"), &outcome("", "PUT"));
    assert!(text.contains("  only chromium sent GET http://api.example.com/me\n"), "{text}");
    assert!(text.contains("  only firefox sent PUT http://api.example.com/me\n"), "{text}");
}

#[test]
fn inconclusive_rows_are_never_equal() {
    let (mut one, other) = (outcome("", "GET"), outcome("", "GET"));
    one.rows[0].observation.steps[0].read = None;
    one.rows[0].observation.steps[0].inconclusive = Some("the body broke off".to_owned());
    let text = shown(&one, &other);
    assert!(text.contains("read       ≠ inconclusive"), "{text}");
    assert!(text.contains("chromium   ? inconclusive: the body broke off\n"), "{text}");
}

use std::path::Path;
use std::time::Duration;

use cors_servers::exchange::{ConnectionId, ReceivedRequest, ReplySource, SentReply};

use super::*;
use crate::case::{self, CaseId};

const URL: &str = "https://api.example.com/x";

fn row(steps: &str) -> Row {
    let text = format!(
        "name: n\nbecause: b\npage: https://app.example.com\nservers:\n  https://api.example.com: \
         {{ in-process: true }}\nsteps:\n{steps}"
    );
    let id = CaseId("c".to_owned());
    case::read(id, Path::new("c"), text.as_bytes()).unwrap().rows[0].clone()
}

fn one(step: &str) -> Row {
    row(&format!("  - {step}: {URL}\n"))
}

fn put() -> Row {
    row(&format!("  - fetch: {URL}\n    method: PUT\n"))
}

/// A request for the URL of the row with a header, and a response with another.
fn exchange(method: &str, header: (&str, &str), answered: (&str, &str)) -> Exchange {
    let headers = |(name, value): (&str, &str)| vec![(name.to_owned(), value.as_bytes().to_vec())];
    Exchange {
        sequence: 1,
        arrived: Duration::ZERO,
        connection: ConnectionId(1),
        alpn: None,
        request: ReceivedRequest {
            scheme: Scheme::Https,
            host: "api.example.com".to_owned(),
            port: 443,
            method: method.to_owned(),
            target: "/x".to_owned(),
            headers: headers(header),
            body_length: Some(0),
            body: None,
        },
        stop: None,
        reply: Some(SentReply {
            status: 200,
            headers: headers(answered),
            body_length: 0,
            body: None,
            source: ReplySource::Service,
            after: Duration::ZERO,
            complete: true,
        }),
    }
}

fn request(method: &str) -> Exchange {
    exchange(method, ("accept", "*/*"), ("x-other", ""))
}

fn preflight(allowed_origin: &str) -> Exchange {
    let header = ("access-control-request-method", "PUT");
    exchange("OPTIONS", header, ("access-control-allow-origin", allowed_origin))
}

const OWN: &str = "https://app.example.com";

fn after(mut history: ProfileHistory, row: &Row, exchanges: &[Exchange]) -> ProfileHistory {
    history.add_played(row, exchanges);
    history
}

/// Whether the request of a row can be repeated by script, once caches and cookies are removed.
fn is_clearable_after(step: &str, exchange: Exchange) -> bool {
    let mut history = after(ProfileHistory::default(), &one(step), &[exchange]);
    assert!(history.reaches(&one("fetch")), "the same URL was requested");
    history.clear();
    assert_eq!(history.reaches(&one("fetch")), !history.is_clearable_for(&one("fetch")));
    history.is_clearable_for(&one("fetch"))
}

#[test]
fn a_user_name_and_a_password_stay_in_the_profile() {
    for (authorization, is_clearable) in
        [("Basic YTpi", false), ("digest username=a", false), ("Bearer a", true), ("", true)]
    {
        let exchange = exchange("GET", ("authorization", authorization), ("x-other", ""));
        assert_eq!(is_clearable_after("fetch", exchange), is_clearable, "{authorization}");
    }
}

#[test]
fn what_an_element_has_loaded_stays_in_the_profile() {
    for (step, is_clearable) in [("fetch", true), ("script", false), ("img", false)] {
        assert_eq!(is_clearable_after(step, request("GET")), is_clearable, "{step}");
    }
}

#[test]
fn the_log_has_to_show_that_the_result_of_a_preflight_was_removed() {
    let played = [preflight(OWN), request("PUT")];
    let mut history = after(ProfileHistory::default(), &put(), &played);
    assert!(history.reaches(&put()));
    history.clear();
    assert!(!history.reaches(&put()));
    assert!(!history.has_reached(&put(), &played));
    assert!(history.has_reached(&put(), &[request("PUT")]), "no preflight");
    assert!(history.has_reached(&put(), &[request("OPTIONS"), request("PUT")]));
    assert!(!history.has_reached(&one("fetch"), &[request("GET")]), "it needs no preflight");
    let twice = format!("  - fetch: {URL}\n    method: PUT\n").repeat(2);
    assert!(!history.is_clearable_for(&row(&twice)), "the log does not tell which had one");
}

#[test]
fn the_log_has_to_show_that_the_result_of_a_denied_preflight_was_not_stored() {
    for (allowed, is_stored) in [(OWN, true), ("*", true), ("https://www.example.com", false)] {
        let played = [preflight(allowed)];
        let history = after(ProfileHistory::without_responses(), &put(), &played);
        assert_eq!(history.reaches(&put()), is_stored, "{allowed}");
        assert!(is_stored || !history.has_reached(&put(), &played));
        assert!(is_stored || history.has_reached(&put(), &[request("PUT")]));
    }
}

#[test]
fn the_log_has_to_show_that_no_stored_response_was_used() {
    let history = after(ProfileHistory::without_responses(), &one("fetch"), &[request("GET")]);
    assert!(!history.reaches(&one("fetch")));
    assert!(!history.has_reached(&one("fetch"), &[request("GET")]));
    assert!(history.has_reached(&one("fetch"), &[]));
    let conditional = exchange("GET", ("if-none-match", "\"a\""), ("x-other", ""));
    assert!(history.has_reached(&one("fetch"), &[conditional]));
    let twice = row(&format!("  - fetch: {URL}\n").repeat(2));
    assert!(history.has_reached(&twice, &[request("GET")]));
    assert!(!history.has_reached(&twice, &[request("GET"), request("GET")]));
    assert!(history.reaches(&one("img")), "an element may use the memory of the process");
    for option in ["cache: force-cache", "headers: [If-None-Match: a]"] {
        let row = row(&format!("  - fetch: {URL}\n    {option}\n"));
        assert!(history.reaches(&row), "{option}");
    }
}

#[test]
fn a_response_that_is_used_while_it_is_checked_cannot_be_seen_in_the_log() {
    let header = ("cache-control", "max-age=1, stale-while-revalidate=60");
    let played = [exchange("GET", ("accept", "*/*"), header)];
    let history = after(ProfileHistory::without_responses(), &one("fetch"), &played);
    assert!(history.reaches(&one("fetch")));
}

#[test]
fn cookies_are_kept_for_the_next_page_unless_they_expire() {
    let with = |cookie: &str| {
        let cookies = format!("cookies: [{{ https://api.example.com: {cookie} }}]\n");
        let steps = format!("  - fetch: {URL}\n{cookies}");
        row(&steps)
    };
    for (cookie, is_kept) in [("a=1; Secure", true), ("a=1; Max-Age=60", false)] {
        let history = after(ProfileHistory::default(), &with(cookie), &[request("GET")]);
        assert_eq!(history.has_cookies_of(&with(cookie)), is_kept);
        assert!(!history.has_cookies_of(&one("fetch")));
    }
    let sets = exchange("GET", ("accept", "*/*"), ("set-cookie", "b=1"));
    let history = after(ProfileHistory::default(), &with("a=1"), &[sets]);
    assert!(!history.has_cookies_of(&with("a=1")));
}

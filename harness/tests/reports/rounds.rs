//! Compares the rounds of one run. Two rounds of the plain client are equal, except for a change in what the servers
//! recorded.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::plan::Names;
use cors_harness::report::Rounds;
use cors_harness::run::{Engine, Judgement, Outcome, Players, RowOutcome, start};
use cors_servers::exchange::{ConnectionId, Exchange};

use super::support::{Played, case, not_run, played_by};

const CASE: &str = "
name: Replies are read
because: They were sent.
servers:
  http://api.example.com:
    /a: { POST: { body: a } }
    /b: { POST: { body: b } }
page: http://app.example.com
matrix: { cache: [default, reload] }
steps:
  - together:
      - { fetch: http://api.example.com/a, method: POST, cache: '${cache}' }
      - { fetch: http://api.example.com/b, method: POST, cache: '${cache}' }
  - { fetch: http://api.example.com/a, method: POST, cache: '${cache}' }
";

fn replies() -> Arc<Case> {
    case("a/replies", CASE)
}

/// One and the same outcome, with the exchanges of the second row in the order of its steps.
fn outcome(case: &Arc<Case>) -> Outcome {
    let trials = vec![(Arc::clone(case), Engine::Control)];
    let mut outcome = start(trials, Players::find()).outcome(0).unwrap();
    outcome.rows[1].exchanges[..2].sort_by(|one, other| path(one).cmp(path(other)));
    outcome
}

fn path(exchange: &Exchange) -> &str {
    &exchange.request.target
}

/// Rounds of one case, each with another change of its second row.
fn rounds(changes: &[&dyn Fn(&mut RowOutcome)]) -> Rounds {
    let replies = replies();
    let outcome = outcome(&replies);
    let trials = changes.iter().map(|change| {
        let mut outcome = outcome.clone();
        change(&mut outcome.rows[1]);
        played_by(&replies, Engine::Control, outcome)
    });
    rounds_of(trials)
}

fn rounds_of(trials: impl IntoIterator<Item = Played>) -> Rounds {
    let mut rounds = Rounds::default();
    for (case, judged) in trials {
        rounds.begin();
        rounds.add(&case, &judged).unwrap();
    }
    rounds
}

fn unchanged(_: &mut RowOutcome) {}

#[track_caller]
fn identical(rounds: &Rounds) {
    assert_eq!(rounds.differences(), "");
    assert_eq!(rounds.departure(), None);
}

/// A request with a multipart body: its boundary, and how long the body is.
fn multipart(boundary: &str, length: u64) -> impl Fn(&mut RowOutcome) {
    let value = format!("multipart/form-data; boundary={boundary}").into_bytes();
    move |row: &mut RowOutcome| {
        let request = &mut row.exchanges[0].request;
        request.headers.push(("Content-Type".to_owned(), value.clone()));
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        request.headers.push(("Content-Length".to_owned(), length.to_string().into_bytes()));
        request.body_length = Some(length);
    }
}

#[test]
fn equal_rounds_have_no_difference() {
    identical(&rounds(&[&unchanged, &unchanged, &unchanged]));
}

#[test]
fn a_difference_is_reported_with_its_place_its_values_and_their_rounds() {
    let other = |row: &mut RowOutcome| {
        row.observation.steps[2].response.as_mut().unwrap().body = Some("other".to_owned());
    };
    let rounds = rounds(&[&unchanged, &unchanged, &other]);
    assert_eq!(rounds.departure().unwrap(), "differs in 1 row");
    let words = "[control] a/replies row cache=reload
  /steps/2/response/body
    rounds 1, 2: \"a\"
    round 3: \"other\"
";
    assert_eq!(rounds.differences(), words);
}

#[test]
fn rows_missing_in_a_round_are_reported() {
    let more = |row: &mut RowOutcome| {
        let header = ("X-More".to_owned(), b"1".to_vec());
        row.exchanges[0].request.headers.push(header);
    };
    let words = rounds(&[&unchanged, &more]).differences();
    assert!(words.contains("  /exchanges/0/headers\n    round 1: [["), "{words}");
    let silent = |row: &mut RowOutcome| row.observation.steps[2].response = None;
    let words = rounds(&[&unchanged, &silent]).differences();
    assert!(words.contains("  /steps/2/response\n    round 1: {"), "{words}");
    assert!(words.contains("    round 2: null\n"), "{words}");
}

#[test]
fn exchanges_of_steps_at_the_same_time_can_come_in_any_order() {
    identical(&rounds(&[&unchanged, &|row| row.exchanges.swap(0, 1)]));
}

#[test]
fn the_choice_of_connection_is_not_compared() {
    let apart = |row: &mut RowOutcome| {
        for (number, exchange) in (100..).zip(&mut row.exchanges) {
            exchange.connection = ConnectionId(number);
        }
    };
    identical(&rounds(&[&unchanged, &apart]));
}

#[test]
fn a_multipart_boundary_and_its_length_are_left_out() {
    let webkit = "----WebKitFormBoundary";
    let (one, other) = (format!("{webkit}2vgRU7Hh"), format!("{webkit}NAzbljX0"));
    identical(&rounds(&[&multipart(&one, 140), &multipart(&other, 140)]));
    let words = rounds(&[&multipart(&one, 140), &multipart(&other, 141)]).differences();
    assert!(words.contains("/body_length\n    round 1: 140\n    round 2: 141\n"), "{words}");
    let gecko = "----geckoformboundary";
    let (one, other) = (format!("{gecko}bf19531097854a59"), format!("{gecko}45e89e44792f449"));
    identical(&rounds(&[&multipart(&one, 163), &multipart(&other, 161)]));
}

#[test]
fn dates_are_left_out() {
    let dated = |date: &'static str| {
        move |row: &mut RowOutcome| {
            let line = ("Last-Modified".to_owned(), date.as_bytes().to_vec());
            row.exchanges[0].request.headers.push(line);
        }
    };
    let first = dated("Thu, 01 Jan 1970 00:00:00 GMT");
    identical(&rounds(&[&first, &dated("Fri, 27 Nov 2026 14:00:00 GMT")]));
    let words = rounds(&[&first, &dated("27 Nov 2026")]).differences();
    assert!(words.contains("27 Nov 2026"), "{words}");
}

/// Names in which both bodies of an exchange say where they come from and where they go.
fn named(names: Names) -> impl Fn(&mut RowOutcome) {
    let body = names.physical("from https://app.example.com to https://api.evil.test").into_bytes();
    move |row: &mut RowOutcome| {
        let length = body.len() as u64;
        let line = ("Content-Length".to_owned(), length.to_string().into_bytes());
        let Exchange { request, reply: Some(reply), .. } = &mut row.exchanges[0] else { return };
        for headers in [&mut request.headers, &mut reply.headers] {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
            headers.push(line.clone());
        }
        (request.body, request.body_length) = (Some(body.clone().into()), Some(length));
        (reply.body, reply.body_length) = (Some(body.clone().into()), length);
        row.names = names.clone();
    }
}

#[test]
fn the_length_of_a_body_does_not_depend_on_the_names() {
    let hosts = ["api.example.com", "api.evil.test"];
    let (long, short) = (Names::own("of-some-length", hosts), Names::own("r7", hosts));
    identical(&rounds(&[&named(Names::verbatim()), &named(long), &named(short.clone())]));
    let longer = |row: &mut RowOutcome| {
        named(short.clone())(row);
        row.exchanges[0].reply.as_mut().unwrap().body_length += 1;
    };
    let words = rounds(&[&named(Names::verbatim()), &longer]).differences();
    assert!(words.contains("/reply/body_length\n    round 1: 53\n    round 2: 60\n"), "{words}");
}

#[test]
fn a_case_that_a_round_could_not_run_is_reported_once() {
    let replies = replies();
    let played = played_by(&replies, Engine::Control, outcome(&replies));
    let rounds = rounds_of([played, not_run(&replies, Engine::Control, "no session")]);
    assert_eq!(rounds.departure().unwrap(), "differs in the status of 1 case");
    let words = "[control] a/replies\n    round 1: {\"snapshot\":\"match\"}\n    \
                 round 2: {\"not_run\":\"no session\"}\n";
    assert_eq!(rounds.differences(), words);
}

#[test]
fn a_changed_snapshot_status_is_a_difference() {
    let replies = replies();
    let (case, judged) = played_by(&replies, Engine::Control, outcome(&replies));
    let mut changed = judged.clone();
    changed.judgement = Judgement::New;
    let rounds = rounds_of([(Arc::clone(&case), judged), (case, changed)]);
    let words = "[control] a/replies
  /snapshot
    round 1: \"match\"
    round 2: \"new\"
";
    assert_eq!(rounds.differences(), words);
}

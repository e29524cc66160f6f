//! Routers that a Rust program gives for an origin.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use cors_harness::case::{Case, CaseId, read};
use cors_harness::run::{Engine, Players, start};
use http::HeaderMap;

const CASE: &[u8] = b"
name: A router answers
because: It is the team's own.
servers:
  http://api.example.com: { in-process: true }
page: http://app.example.net
steps: [{ fetch: http://api.example.com/me }]
";

#[test]
fn a_router_answers_for_its_origin() {
    let case = Arc::new(read(CaseId("own".to_owned()), Path::new("own.yaml"), CASE).unwrap());
    let router = Router::new().route("/me", get(|| async { "hello" }));
    let players = Players::find().serving("http://api.example.com".parse().unwrap(), router);
    let mut running = start(vec![(Arc::clone(&case), Engine::Control)], players);
    let outcome = running.outcome(0).unwrap();
    assert_eq!(outcome.rows[0].inconclusive(), None);
    assert_eq!(outcome.rows[0].exchanges[0].reply.as_ref().unwrap().body_length, 5);
}

#[test]
fn routers_get_forwarded_headers_where_the_case_says_so() {
    for (key, status) in [("", 308), (", forwarded: true", 200)] {
        let case = String::from_utf8_lossy(CASE).replace("http://api", "https://api");
        let case = case.replace("in-process: true", &format!("in-process: true{key}"));
        let case = read(CaseId("own".to_owned()), Path::new("own.yaml"), case.as_bytes()).unwrap();
        let router = Router::new().route("/me", get(only_over_https));
        let players = Players::find().serving("https://api.example.com".parse().unwrap(), router);
        let mut running = start(vec![(Arc::new(case), Engine::Control)], players);
        let outcome = running.outcome(0).unwrap();
        let reply = outcome.rows[0].exchanges[0].reply.as_ref().unwrap();
        assert_eq!(reply.status, status, "{key}");
    }
}

/// What a framework does that redirects plain HTTP to HTTPS.
async fn only_over_https(headers: HeaderMap) -> Response {
    match headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https") {
        true => "hello".into_response(),
        false => Redirect::permanent("https://api.example.com/me").into_response(),
    }
}

#[test]
fn only_the_rows_that_are_played_are_in_memory() {
    let steps = "'http://api.example.com/me?${row}'";
    let text = String::from_utf8_lossy(CASE).replace("http://api.example.com/me", steps)
        + "matrix: { row: [a, b] }\n";
    let case = |number: usize| {
        let id = CaseId(format!("own-{number}"));
        let mut case = read(id, Path::new("own.yaml"), text.as_bytes()).unwrap();
        case.set_rows_aside();
        Arc::new(case)
    };
    let cases: Vec<_> = (0..6).map(case).collect();
    let in_memory = |cases: &[Arc<Case>]| {
        let cases = cases.iter().filter(|case| case.rows.are_in_memory());
        cases.map(|case| case.rows.len()).sum::<usize>()
    };
    let (most, watched) = (Arc::<AtomicUsize>::default(), cases.clone());
    let seen = Arc::clone(&most);
    let router = Router::new().route(
        "/me",
        get(move || {
            // The run waits for this reply, so the number does not change meanwhile.
            seen.fetch_max(in_memory(&watched), Ordering::Relaxed);
            async { "hello" }
        }),
    );
    let mut players = Players::find().serving("http://api.example.com".parse().unwrap(), router);
    players.rows_at_once = 4;
    let trials = cases.iter().map(|case| (Arc::clone(case), Engine::Control)).collect();
    let mut running = start(trials, players);
    for trial in 0..cases.len() {
        let outcome = running.outcome(trial).unwrap();
        assert!(outcome.rows.iter().all(|row| row.exchanges.len() == 1), "{trial}");
    }
    running.times();
    assert_eq!(most.load(Ordering::Relaxed), 4);
    assert_eq!(in_memory(&cases), 0);
}

#[test]
fn a_case_without_its_router_cannot_run() {
    let case = Arc::new(read(CaseId("own".to_owned()), Path::new("own.yaml"), CASE).unwrap());
    let mut running = start(vec![(case, Engine::Control)], Players::find());
    assert_eq!(
        running.outcome(0).unwrap_err().to_string(),
        "`http://api.example.com` is `in-process`: only a Rust program that provides a router for \
        it can run this case"
    );
}

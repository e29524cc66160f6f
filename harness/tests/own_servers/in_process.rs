//! Routers that a Rust program gives for an origin.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use cors_harness::case::{CaseId, read};
use cors_harness::run::{Engine, Players, start};

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
fn without_a_router_it_cannot_be_run() {
    let case = Arc::new(read(CaseId("own".to_owned()), Path::new("own.yaml"), CASE).unwrap());
    let mut running = start(vec![(case, Engine::Control)], Players::find());
    assert_eq!(
        running.outcome(0).unwrap_err().to_string(),
        "`http://api.example.com` is `in-process`: only a Rust program that gives a router for it \
         can run this case"
    );
}

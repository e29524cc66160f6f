//! Browsers that are killed while they play.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use cors_harness::engine::Kind;
use serde_json::Value;

use crate::run::{Run, runs, wait_until};

/// The results of a run that has ended, by case.
pub fn results(run: &Run) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(run.path("run.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(results) = document["results"].take() else { panic!("{text}") };
    results
        .into_iter()
        .map(|result| (result["case"].as_str().unwrap().to_owned(), result))
        .collect()
}

#[test]
fn rows_that_crashed_a_browser_are_played_again_and_marked() {
    for run in runs() {
        let mut child = run.under_way("5s");
        assert!(!run.kill_browsers().is_empty());
        assert_eq!(child.wait().unwrap().code(), Some(1), "nothing was reviewed");
        for (case, result) in results(&run) {
            assert_eq!(result["verdict"], "agrees", "{result:#}");
            assert_eq!(result["repeated"].is_string(), case == "b", "{result:#}");
        }
        run.left_nothing();
    }
}

/// A page has 60 s to open, a row of one step 45 s; then the browser has 10 s to answer anything at
/// all. The rest is for another browser, on a machine that is busy.
const FOUND: Duration = Duration::from_secs(60 + 10);
const DONE: Duration = Duration::from_secs(60);

/// In all engines at the same time: each of them waits for the same deadlines.
fn side_by_side(test: fn(&Run)) {
    let runs = runs();
    std::thread::scope(|scope| runs.iter().for_each(|run| drop(scope.spawn(|| test(run)))));
}

#[test]
fn rows_of_a_browser_that_hangs_are_played_again_and_marked() {
    side_by_side(hangs);
}

fn hangs(run: &Run) {
    let mut child = run.under_way("5s");
    let began = Instant::now();
    let stopped = run.stop_browsers();
    assert!(!stopped.is_empty());
    assert_eq!(child.wait().unwrap().code(), Some(1), "nothing was reviewed");
    assert!(began.elapsed() < FOUND + DONE, "{:?}", began.elapsed());
    for (case, result) in results(run) {
        assert_eq!(result["verdict"], "agrees", "{result:#}");
        let words = result["repeated"].as_str().unwrap_or_default();
        assert_eq!(words.contains("took longer than"), case == "b", "{result:#}");
    }
    let left = run.processes();
    assert!(left.iter().all(|(number, _)| !stopped.contains(number)), "{left:?}");
    run.left_nothing();
}

#[test]
fn a_browser_that_hangs_at_its_start_is_killed_and_another_is_started() {
    side_by_side(hangs_at_start);
}

fn hangs_at_start(run: &Run) {
    run.write_case("a", None);
    run.write_case("b", None);
    let child = run.start_harness();
    wait_until(|| !run.stop_browsers().is_empty());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "nothing was reviewed");
    let printed = String::from_utf8_lossy(&output.stderr);
    let printed: Vec<_> = printed.lines().filter(|line| line.contains(HANGS)).collect();
    assert_eq!(printed.len(), 1, "it is reported once: {printed:?}");
    for (_, result) in results(run) {
        assert_eq!(result["verdict"], "agrees", "{result:#}");
        assert_eq!(result["repeated"], Value::Null, "no row was played: {result:#}");
    }
    run.left_nothing();
}

const HANGS: &str = "the browser's start took longer than 60 s";

/// A driver that says it listens where no process answers.
#[test]
fn a_browser_that_hangs_at_two_starts_in_a_row_is_the_environments_fault() {
    let Some(run) = Run::new(Kind::Chromium) else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let driver =
        format!("#!/bin/sh\necho was started successfully on port {port}.\nexec sleep 600\n");
    run.write_program("chromedriver", &driver);
    run.write_case("a", None);
    let output = run.start_harness().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let text = std::fs::read_to_string(run.path("run.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let reason = document["not_run"][0]["reason"].as_str().unwrap();
    assert_eq!(reason, format!("{HANGS}; and again: {HANGS}"));
    run.left_nothing();
}

/// A case whose server is this test's, and so knows when it is played.
const ASKS: &str = "
name: The server is asked
because: A page asks it.
servers: { http://api.example.com: { upstream: 'SERVER' } }
page: http://app.example.net
steps: [{ fetch: http://api.example.com/me }]
";

#[test]
fn a_row_that_crashes_two_browsers_is_inconclusive() {
    for run in runs() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.local_addr().unwrap());
        std::fs::write(run.path("cases/asks.yaml"), ASKS.replace("SERVER", &url)).unwrap();
        let mut child = run.start_harness();
        let killed = || {
            let asked = server.accept().unwrap();
            assert!(!run.kill_browsers().is_empty());
            asked
        };
        // What is closed too early may be asked again.
        let _asked = [killed(), killed()];
        assert_eq!(child.wait().unwrap().code(), Some(1));
        for (_, result) in results(&run) {
            assert_eq!(result["verdict"], "inconclusive", "{result:#}");
            let why = result["steps"][0]["inconclusive"].as_str().unwrap_or_default();
            assert!(why.contains("crashed twice"), "{result:#}");
        }
        run.left_nothing();
    }
}

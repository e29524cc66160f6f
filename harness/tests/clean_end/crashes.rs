//! Browsers that are killed while they play.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{Run, runs, wait_until};

/// The results of a run that has ended, by case.
fn results(run: &Run) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(run.path("run.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(results) = document["results"].take() else { panic!("{text}") };
    results
        .into_iter()
        .map(|result| (result["case"].as_str().unwrap().to_owned(), result))
        .collect()
}

#[test]
fn what_a_browser_did_not_survive_is_played_once_more_and_marked() {
    for run in runs() {
        let mut child = run.under_way("5s");
        assert!(!run.kill_browsers(&[]).is_empty());
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
fn a_browser_that_hangs_is_killed_and_what_it_was_at_is_played_once_more_and_marked() {
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
    let mut child = run.start_harness();
    wait_until(|| !run.stop_browsers().is_empty());
    assert_eq!(child.wait().unwrap().code(), Some(1), "nothing was reviewed");
    for (_, result) in results(run) {
        assert_eq!(result["verdict"], "agrees", "{result:#}");
        let words = result["repeated"].as_str().unwrap_or_default();
        assert!(words.contains("the browser's start took longer than 60 s"), "{result:#}");
    }
    run.left_nothing();
}

#[test]
fn what_two_browsers_did_not_survive_is_inconclusive() {
    for run in runs() {
        let mut child = run.under_way("5s");
        let first = run.kill_browsers(&[]);
        wait_until(|| !run.kill_browsers(&first).is_empty());
        assert_eq!(child.wait().unwrap().code(), Some(1));
        for (case, result) in results(&run) {
            let verdict = if case == "b" { "inconclusive" } else { "agrees" };
            assert_eq!(result["verdict"], verdict, "{result:#}");
            let why = result["steps"][0]["inconclusive"].as_str().unwrap_or_default();
            assert_eq!(why.contains("crashed twice"), case == "b", "{result:#}");
        }
        run.left_nothing();
    }
}

//! Browsers that are killed while they play.

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

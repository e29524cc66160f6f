//! The report for tools of web-platform-tests: every status, and a file for each browser, in the format of its runner.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cors_harness::observation::Read;
use cors_harness::reporters::{CaseResult, Finished, Format, Reporters};
use cors_harness::run::Engine;
use cors_harness::verdict::EngineWideCounts;
use serde_json::{Value, json};

use super::support::{CASE, Played, case, not_run, played};

/// A departure that the case explains in one row.
const KNOWN: &str = "known: [{ engine: firefox, kind: bug, because: It departs., where: { path: [me?again, me?more] } }]";

/// What a run with these trials writes as this file.
fn written(trials: &[Played], wanted: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let format = Format::named("wptreport").unwrap();
    let reporter = format.open(&folder.path().join("wpt.json")).unwrap();
    let all: Vec<_> =
        trials.iter().map(|(case, judged)| (Arc::clone(case), judged.engine)).collect();
    let mut reporters = Reporters::start(&all, vec![reporter]);
    for (trial, (case, judged)) in trials.iter().enumerate() {
        reporters.case(CaseResult { trial, case, judged });
    }
    let errors = reporters.finish(&Finished {
        played: trials,
        engine_wide: &EngineWideCounts::default(),
        times: &[],
        took: Duration::ZERO,
        shard: None,
    });
    assert!(errors.is_empty(), "{errors:?}");
    let text = std::fs::read_to_string(folder.path().join(wanted)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A case that departs in its first two rows, of which `known` explains the second and the third, and one that was not run.
fn trials() -> Vec<Played> {
    let departs = case("headers/departs", &format!("{CASE}{KNOWN}"));
    let fails = case("headers/fails", CASE);
    let departing = |row: usize, observation: &mut cors_harness::observation::RowObservation| {
        if row < 2 {
            observation.steps[0].read = Some(Read::Opaque);
        }
    };
    vec![
        played(&departs, Engine::FIREFOX, departing),
        not_run(&fails, Engine::FIREFOX, "the browser did not start"),
        played(&fails, Engine::WEBKIT, |_, _| {}),
    ]
}

#[track_caller]
fn is_valid(document: &Value) {
    let schema: Value = serde_json::from_str(include_str!("wptreport.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(document);
    let words: Vec<_> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(words.is_empty(), "{}\n{document:#}", words.join("\n"));
}

#[test]
fn every_file_has_the_format_of_the_runner() {
    for name in ["wpt.firefox.json", "wpt.webkit.json"] {
        let document = written(&trials(), name);
        is_valid(&document);
        assert!(document["time_end"].as_u64() >= document["time_start"].as_u64());
        let tests = document["results"].as_array().unwrap();
        let names: BTreeSet<_> = tests.iter().map(|test| test["test"].as_str()).collect();
        assert_eq!(names.len(), tests.len(), "a test is there once: {document:#}");
        for test in tests {
            let subtests = test["subtests"].as_array().unwrap();
            let names: BTreeSet<_> = subtests.iter().map(|one| one["name"].as_str()).collect();
            assert_eq!(names.len(), subtests.len(), "a subtest is there once: {test:#}");
            for one in subtests.iter().chain([test]) {
                assert_ne!(one["expected"], one["status"], "it is left out where it is equal");
            }
        }
    }
}

#[test]
fn a_status_is_expected_where_the_case_explains_it() {
    let document = written(&trials(), "wpt.firefox.json");
    let [departs, fails] = document["results"].as_array().unwrap().as_slice() else {
        panic!("{document:#}")
    };
    let statuses = |test: &Value| {
        let subtests = test["subtests"].as_array().unwrap().iter();
        let texts = subtests.map(|one| json!([one["name"], one["status"], one["expected"]]));
        Value::Array(texts.collect())
    };
    let expected = json!([
        ["path=me", "FAIL", "PASS"],
        ["path=me?again", "FAIL", null],
        ["path=me?more", "PASS", "FAIL"]
    ]);
    assert_eq!((&departs["status"], statuses(departs)), (&json!("OK"), expected), "{departs:#}");
    assert_eq!(departs["test"], "/cors-harness/headers/departs");
    let words = json!("the browser did not start");
    let not_run = json!([fails["status"], fails["expected"], fails["message"]]);
    assert_eq!(not_run, json!(["ERROR", "OK", words]), "{fails:#}");
}

#[test]
fn a_product_has_the_name_that_web_platform_tests_give_it() {
    let product = |name: &str| written(&trials(), name)["run_info"]["product"].clone();
    assert_eq!(product("wpt.firefox.json"), "firefox");
    assert_eq!(product("wpt.webkit.json"), "webkitgtk_minibrowser");
}

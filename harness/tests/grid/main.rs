//! The claims in Chromium and Firefox on a real Selenium Grid: a hub and two nodes on loopback, as they start by default.
//!
//! `ci/grid` installs it. Without it nothing is tested, unless `CORS_HARNESS_REQUIRE` contains `grid`.

mod selenium;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use selenium::SeleniumGrid;

/// A run of the claims, compared with the reviewed snapshots.
fn claims(grid: &SeleniumGrid, json: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("INSTA_UPDATE", "no");
    command.env("XDG_CACHE_HOME", json.with_extension("cache"));
    command.args(["run", "claims/", "--engine", "chromium,firefox", "--webdriver", grid.url()]);
    command.arg("--json").arg(json).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ends_as_recorded(output: &Output) {
    let outputs = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert_eq!(output.status.code(), Some(0), "{}", outputs.concat());
}

fn results(json: &Path) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    document["results"].as_array().unwrap().clone()
}

#[test]
fn the_claims_on_two_nodes_are_as_reviewed_with_the_reasons_of_the_browsers() {
    let Some(grid) = SeleniumGrid::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    ends_as_recorded(&claims(&grid, &json).wait_with_output().unwrap());
    let results = results(&json);
    let engines: BTreeSet<_> =
        results.iter().map(|result| result["engine"].as_str().unwrap()).collect();
    assert_eq!(engines, BTreeSet::from(["chromium", "firefox"]));
    for result in &results {
        assert_eq!(
            result["reasons_unavailable"],
            Value::Null,
            "the browser's reasons are read: {result:#}"
        );
        assert_eq!(result["repeated"], Value::Null, "{result:#}");
    }
    assert!(grid.has_used_all_nodes(), "sessions are opened on both nodes");
    assert_eq!(grid.sessions(), [0, 0], "all sessions are closed");
}

#[test]
fn a_node_that_is_killed_changes_no_result() {
    let Some(mut grid) = SeleniumGrid::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("run.json");
    let run = claims(&grid, &json);
    grid.wait_until(|grid| grid.sessions().iter().all(|sessions| *sessions > 0));
    grid.kill_a_node();
    ends_as_recorded(&run.wait_with_output().unwrap());
    assert!(!results(&json).is_empty());
}

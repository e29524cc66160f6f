//! `--webdriver` without a session: each fault is one sentence.

use std::process::Output;

use crate::folder::{CASE, Folder, ends};
use crate::stub_driver::{Sessions, StubDriver};

/// Three cases for browsers.
fn cases() -> Folder {
    let case = CASE.replace("[control]", "[chromium, firefox]");
    Folder::with(&[("a.yaml", &case), ("b.yaml", &case), ("c.yaml", &case)])
}

fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_grid_that_is_down_is_reported_once() {
    let output =
        cases().run(&["run", "--verbose", "--webdriver", "http://user:secret@127.0.0.1:9/"]);
    ends(
        &output,
        3,
        &["error: no driver or grid answers at http://127.0.0.1:9/: Connection refused"],
    );
    assert_eq!(text_of(&output).lines().count(), 1, "{}", text_of(&output));
}

#[test]
fn a_server_that_is_no_driver_is_reported() {
    let server = StubDriver::driver(Sessions::Refused);
    let url = format!("{}elsewhere", server.url);
    ends(&cases().run(&["run", "--webdriver", &url]), 3, &["its answer is not that of a driver"]);
}

#[test]
fn an_engine_that_the_grid_does_not_offer_is_an_error_with_those_that_it_offers() {
    let grid = StubDriver::grid(&["chrome", "MicrosoftEdge"], Sessions::Refused);
    let output = cases().run(&["run", "--engine", "chromium,firefox", "--webdriver", &grid.url]);
    ends(&output, 3, &["offers no firefox; its sessions are: chromium (1)"]);
    assert!(!text_of(&output).contains("ci/setup"), "{}", text_of(&output));
}

#[test]
fn a_single_driver_is_for_one_engine() {
    let driver = StubDriver::driver(Sessions::Refused);
    let run =
        |engine: &[&str]| cases().run(&[&["run", "--webdriver", &driver.url], engine].concat());
    ends(&run(&[]), 2, &["a single driver answers", "name it with `--engine`"]);
    let words = ["the driver opened no session: session not created: no", "3 not run"];
    ends(&run(&["--engine", "chromium"]), 3, &words);
}

#[test]
fn a_browser_that_does_not_start_on_a_grid_is_quoted_without_the_machine_of_the_grid() {
    let grid = StubDriver::grid(&["chrome"], Sessions::LostNode);
    let output = cases().run(&["run", "a", "--webdriver", &grid.url]);
    ends(&output, 3, &["the driver opened no session: session not created: no", "1 not run"]);
    let text = text_of(&output);
    assert!(!text.contains("Build info") && !text.contains("Host info"), "{text}");
}

#[test]
fn a_slot_that_does_not_become_free_is_not_blamed_on_the_browser() {
    let grid = StubDriver::grid(&["chrome"], Sessions::Awaited);
    let run = ["run", "a", "--webdriver", &grid.url, "--session-timeout", "10ms"];
    let output = cases().run(&run);
    let words = ["no slot became free", "`--session-timeout`"];
    ends(&output, 3, &words);
    assert!(!text_of(&output).contains("the browser's start"), "{}", text_of(&output));
}

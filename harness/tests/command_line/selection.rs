//! Which cases and rows `run` plays: filters, `--exclude`, `--row`, `--rerun-failed`, `--fail-fast`.

use std::fs;
use std::process::{Command, Output};

use crate::folder::{CASE, Folder, ends};

fn three() -> Folder {
    let folder = Folder::with(&[("a.yaml", CASE), ("ab.yaml", CASE), ("c.yaml", CASE)]);
    folder.accept();
    folder
}

/// A run whose notes on failed cases are in the folder.
fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command(&[&["run", "--engine", "control"], arguments].concat());
    command.env_remove("CARGO");
    command
}

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn change(folder: &Folder, case: &str) {
    let changed = CASE.replace("body: hello", "body: bye");
    fs::write(folder.path(&format!("cases/{case}.yaml")), changed).unwrap();
}

#[test]
fn several_filters_select_and_exclude_leaves_out() {
    let folder = three();
    ends(&run(&folder, &["a", "c"]), 0, &["playing 2 cases"]);
    ends(&run(&folder, &["b", "c"]), 0, &["playing 2 cases"]);
    ends(&run(&folder, &["--exclude", "b"]), 0, &["playing 2 cases"]);
    ends(&run(&folder, &["--exclude", "c", "--exclude", "ab"]), 0, &["playing 1 case,"]);
    let words = ["no case id contains `x`", "no case id contains `y`"];
    ends(&run(&folder, &["x", "y", "a"]), 2, &words);
    let none = ["--exclude", "a", "--exclude", "ab", "--exclude", "c"];
    ends(&run(&folder, &none), 2, &["`--exclude` leaves no case"]);
    let words = "no case id contains `ab` except those that `--exclude` leaves out";
    ends(&run(&folder, &["ab", "--exclude", "ab"]), 2, &[words]);
}

#[test]
fn a_row_is_compared_with_its_own_lines() {
    let folder = three();
    let row = ["a", "--row", "credentials=include"];
    ends(&run(&folder, &row), 0, &["playing 1 case, 1 row", "1 as recorded; 1 row in"]);
    change(&folder, "a");
    let output = run(&folder, &row);
    let words = ["1 row differs", "row credentials=include", "accept   cors-harness run a\n"];
    ends(&output, 1, &words);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("credentials=omit"), "{text}");
    let mut kept = command(&folder, &row);
    let output = kept.env("INSTA_UPDATE", "always").output().unwrap();
    ends(&output, 1, &["1 row differs"]);
    ends(&run(&folder, &["--row", "credentials=none"]), 2, &["no row has credentials=none"]);
    let words = ["`--row credentials` has no value: write `--row NAME=VALUE`"];
    ends(&run(&folder, &["--row", "credentials"]), 2, &words);
    ends(&folder.run(&["explain", "c", "--row", "credentials"]), 2, &words);
}

#[test]
fn rerun_failed_plays_what_failed() {
    let folder = three();
    fs::remove_dir_all(folder.path("cache")).unwrap();
    ends(&run(&folder, &["--rerun-failed"]), 2, &["no run of the cases in `cases` is recorded"]);
    change(&folder, "ab");
    ends(&run(&folder, &[]), 1, &["playing 3 cases"]);
    ends(&run(&folder, &["c"]), 0, &["playing 1 case"]);
    ends(&run(&folder, &["--rerun-failed"]), 1, &["playing 1 case", "differs  ab\n"]);
    fs::write(folder.path("cases/ab.yaml"), CASE).unwrap();
    ends(&run(&folder, &["--rerun-failed"]), 0, &["1 as recorded"]);
    ends(&run(&folder, &["--rerun-failed"]), 0, &["no case failed in the last run"]);
}

#[test]
fn the_first_failure_ends_a_run_that_fails_fast() {
    let folder = three();
    ["a", "ab", "c"].iter().for_each(|case| change(&folder, case));
    let output = run(&folder, &["--fail-fast", "--json", "out.json"]);
    ends(&output, 1, &["1 differ"]);
    let document = fs::read_to_string(folder.path("out.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["results"].as_array().unwrap().len(), 2, "the rows of one case");
}

#[test]
fn a_missing_folder_of_cases_is_reported_with_the_next_step() {
    let folder = Folder::with(&[]);
    fs::remove_dir(folder.path("cases")).unwrap();
    for command in [&["run"][..], &["list"], &["explain", "a"]] {
        ends(&folder.run(command), 2, &["`cases` cannot be read", "cors-harness check URL"]);
    }
}

#[test]
fn help_has_examples_and_files_for_shells_are_generated() {
    let folder = Folder::with(&[]);
    let help = folder.run(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| line.starts_with("  "));
    let names = commands
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    let names: Vec<_> = names.filter(|name| *name != "help").collect();
    assert!(names.len() > 12 && names.contains(&"init"), "{help}");
    let (bash, man) = (folder.run(&["completions", "bash"]), folder.run(&["man"]));
    ends(&folder.run(&["man", "--folder", "man"]), 0, &[]);
    for command in names {
        ends(&folder.run(&[command, "--help"]), 0, &["Example", "cors-harness "]);
        ends(&bash, 0, &[&format!("cors__harness__subcmd__{command}")]);
        ends(&man, 0, &[command]);
        assert!(folder.path(&format!("man/cors-harness-{command}.1")).exists(), "{command}");
    }
    ends(&bash, 0, &["_cors__harness()", "--rerun-failed", "--browser", "--cacert"]);
    ends(&folder.run(&["completions", "zsh"]), 0, &["#compdef cors-harness"]);
    ends(&man, 0, &[".TH cors-harness"]);
    let page = fs::read_to_string(folder.path("man/cors-harness-check.1")).unwrap();
    assert!(page.contains("cookie"), "{page}");
}

#[test]
fn an_extended_case_is_played_with_all_or_by_a_filter() {
    let extended = CASE.replace("engines:", "extended: true\nengines:");
    let folder = Folder::with(&[("a.yaml", CASE), ("ab.yaml", &extended)]);
    let mut accepted = command(&folder, &["--all"]);
    ends(&accepted.env("INSTA_UPDATE", "always").output().unwrap(), 0, &["playing 2 cases"]);
    // The snapshot of the extended case is no orphan.
    let left = ["1 extended case is not played; `--all` plays every case", "playing 1 case,"];
    ends(&run(&folder, &[]), 0, &left);
    ends(&run(&folder, &["ab"]), 0, &["playing 1 case,"]);
    ends(&run(&folder, &["b"]), 0, &["playing 1 case,"]);
    ends(&run(&folder, &["--exclude", "zz"]), 0, &left);
    ends(&run(&folder, &["--all"]), 0, &["playing 2 cases"]);
    change(&folder, "ab");
    ends(&run(&folder, &["ab"]), 1, &["differs"]);
    ends(&run(&folder, &["--rerun-failed"]), 1, &["playing 1 case,"]);
    let only = Folder::with(&[("a.yaml", &extended)]);
    ends(&run(&only, &[]), 2, &["all of these cases are extended: add `--all` to play them"]);
}

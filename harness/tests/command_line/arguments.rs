//! Errors of a command line are reported before anything is started, and contain no secret.

use std::fs;
use std::process::Output;

use crate::folder::{CASE, Folder, ends};

const URL: &str = "http://127.0.0.1:8009/me";

fn text_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn unwritable_files_are_reported_before_anything_is_played() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let run = |json: &str| folder.run(&["run", "--engine", "control", "--json", json]);
    for (json, words) in [
        ("nowhere/x.json", "`nowhere/x.json` cannot be written: No such file"),
        ("empty", "`empty` cannot be written: Is a directory"),
        ("cases/reads.yaml/x", "cannot be written: Not a directory"),
    ] {
        let output = run(json);
        ends(&output, 3, &[words]);
        assert!(!text_of(&output).contains("[control] reads"), "nothing was played");
    }
    let mut into = folder.command(&["run", "--engine", "control", "--json", "out.json"]);
    let output = into.env("TMPDIR", folder.path("nowhere")).output().unwrap();
    ends(&output, 3, &["nowhere`: No such file", "`TMPDIR`"]);
    assert!(!text_of(&output).contains("out.json") && !folder.path("out.json").exists());
    fs::write(folder.path("out.json"), "old").unwrap();
    ends(&folder.run(&["run", "no-such-case", "--json", "out.json"]), 2, &["no case id contains"]);
    assert_eq!(fs::read_to_string(folder.path("out.json")).unwrap(), "old");
}

#[test]
fn unwritable_policies_are_reported_before_any_request() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let save = |file: &str| {
        let mut check = folder.command(&["check", URL, "--save", file]);
        check.env("PATH", folder.path("empty")).output().unwrap()
    };
    ends(&save("cases/reads.yaml"), 3, &["`cases/reads.yaml` cannot be written: the file exists"]);
    ends(&save("cases/reads.yaml/a/b.yaml"), 3, &["cannot be written: Not a directory"]);
    ends(&save("new/folder/b.yaml"), 3, &["no browser is installed"]);
    assert!(!folder.path("new").exists());
}

#[test]
fn check_reports_all_wrong_arguments_at_once() {
    let folder = Folder::with(&[]);
    let check = ["check", "http://127.0.0.1:1/me", "--cookie", "secret", "--cookie", "a=b"];
    let more = ["--cookie", "secret2", "--header", "secret", "--header", "Host: a", "--body", "x"];
    let output = folder.run(&[&check[..], &more].concat());
    let words = [
        "error: browsers block requests to port 1",
        "error: `--cookie` number 1: a text of 6 bytes",
        "error: `--cookie` number 3: a text of 7 bytes",
        "error: `--header` number 1: a line of 6 bytes",
        "error: `--header` number 2: script cannot set `Host`",
        "error: `--body`: browsers do not send a body with GET",
    ];
    ends(&output, 2, &words);
    assert!(!text_of(&output).contains("secret"));
}

#[test]
fn rejected_arguments_that_may_be_secrets_are_not_repeated() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    for arguments in [
        &["check", "http://user:secret@h/"][..],
        &["check", "user:secret@h/me"],
        &["check", URL, "--as", "https://user:secret@h"],
        &["compare", "reads", "http://user:secret@h", URL],
        &["run", "--environment", "1A=secret"],
        &["run", "--environment", "secret"],
        &["explain", "reads", "--webdriver", "http://user:secret@h:port"],
    ] {
        let output = folder.run(arguments);
        ends(&output, 2, &["error: invalid value '…' for"]);
        assert!(!text_of(&output).contains("secret"), "{}", text_of(&output));
    }
    ends(&folder.run(&["run", "--shuffle", "x"]), 2, &["invalid value 'x' for '--shuffle"]);
}

#[test]
fn the_number_of_rounds_is_limited() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let most = u64::MAX.to_string();
    ends(&folder.run(&["run", "--alone", "--repeat", &most]), 2, &["--repeat"]);
}

#[test]
fn cases_that_would_share_a_snapshot_are_rejected() {
    let other = CASE.replace("control", "standard");
    let folder = Folder::with(&[("a.yaml", CASE), ("a@control.yaml", &other), ("b\\c.yaml", CASE)]);
    let words = ["cases/a@control.yaml", "`a@control` is", "b\\c.yaml", "`\\`", "rename"];
    ends(&folder.run(&["list"]), 2, &words);
    ends(&folder.run(&["list", "--cases", "cases/a.yaml"]), 2, &["name the folder that it is in"]);
}

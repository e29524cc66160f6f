//! `accept` and `review`, in a folder without cargo.

use std::fs;
use std::io::Write;
use std::process::{Output, Stdio};

use crate::folder::{CASE, Folder, POLICY, ends};

fn put_aside(folder: &Folder, engine: &str) {
    let mut run = folder.command(&["run", "--engine", engine]);
    run.env("INSTA_UPDATE", "new").output().unwrap();
}

fn answered(folder: &Folder, answers: &str, arguments: &[&str]) -> Output {
    let mut review = folder.command(&[&["review"], arguments].concat());
    let review = review.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = review.spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn accept_writes_what_insta_would_write() {
    let folder = Folder::with(&[("a.yaml", CASE), ("ab.yaml", CASE)]);
    folder.accept();
    let snapshot = folder.path("snapshots/a@control.snap");
    let by_insta = fs::read_to_string(&snapshot).unwrap();
    fs::remove_dir_all(folder.path("snapshots")).unwrap();
    fs::create_dir(folder.path("snapshots")).unwrap();
    ends(&folder.run(&["accept"]), 0, &["nothing in `snapshots` waits for a review"]);
    put_aside(&folder, "control");
    ends(&folder.run(&["accept", "x"]), 2, &["2 other cases wait"]);
    ends(&folder.run(&["accept", "a"]), 0, &["accepted  a@control\n"]);
    assert_eq!(fs::read_to_string(&snapshot).unwrap(), by_insta);
    assert!(!folder.path("snapshots/ab@control.snap").exists(), "`a` is the id of a case");
    ends(&folder.run(&["accept"]), 0, &["accepted  ab@control\n"]);
    ends(&folder.run(&["run", "--engine", "control"]), 0, &["2 as recorded"]);
}

#[test]
fn a_review_asks_for_each_change() {
    let cases = ["a.yaml", "b.yaml", "c.yaml"].map(|name| (name, CASE));
    let folder = Folder::with(&cases);
    put_aside(&folder, "control");
    let output = answered(&folder, "what\na\nr\n", &[]);
    let words = [
        "a@control\n  The reply is read\n  There is no reviewed snapshot yet.\n",
        "(1 of 3) a: accept",
        "1 of 3 still wait for a review",
    ];
    ends(&output, 1, &words);
    let is_there = |name: &str| folder.path(&format!("snapshots/{name}")).exists();
    assert!(is_there("a@control.snap") && !is_there("a@control.snap.new"));
    assert!(!is_there("b@control.snap") && !is_there("b@control.snap.new"));
    assert!(!is_there("c@control.snap") && is_there("c@control.snap.new"));
    ends(&answered(&folder, "a\n", &["c"]), 0, &[]);
}

#[test]
fn the_changes_of_a_policy_are_shown_by_their_effect() {
    let closed = POLICY.replace("mirror", "[https://app.my-company.com]");
    let folder = Folder::with(&[("shop.yaml", &closed)]);
    put_aside(&folder, "standard");
    ends(&folder.run(&["accept"]), 0, &["accepted  shop\n"]);
    fs::write(folder.path("cases/shop.yaml"), POLICY).unwrap();
    put_aside(&folder, "standard");
    let output = answered(&folder, "q\n", &[]);
    let words = [
        "new finding: critical, reads-for-any-site-with-login",
        "loosened\n    GET /me from https://evil.example, login yes\n",
        "was  nothing (200, cors-check: missing-allow-origin)",
        "is   reads with cookies (200)",
    ];
    ends(&output, 1, &words);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

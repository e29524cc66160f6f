//! How the program ends: 0, 1, 2 and 3.

use std::fs::File;
use std::io;

use serde_json::{Value, json};

use crate::folder::{CASE, Folder, POLICY, ends};

#[test]
fn a_reviewed_policy_with_findings_exits_with_0_and_prints_them() {
    let folder = Folder::with(&[("shop.yaml", POLICY)]);
    let run = ["run", "--engine", "standard", "--json", "out.json", "--verbose"];
    let accepted = folder.command(&run).env("INSTA_UPDATE", "always").output().unwrap();
    assert_eq!(accepted.status.code(), Some(0));
    ends(
        &folder.run(&run),
        0,
        &["critical, reads-for-any-site-with-login", "any website can read GET /me"],
    );
    let document = std::fs::read_to_string(folder.path("out.json")).unwrap();
    assert!(!document.contains("secret"));
    let document: Value = serde_json::from_str(&document).unwrap();
    let finding = &document["findings"][0];
    assert_eq!(finding["severity"], "critical");
    assert_eq!(finding["rows"][0]["page"], "https://evil.example");
    let rows = document["results"].as_array().unwrap();
    let foreign = rows.iter().find(|row| row["row"] == finding["rows"][0]).unwrap();
    let step = json!({ "sends": false, "reads": true, "cookies": true, "error": null, "sees": [] });
    assert_eq!(
        foreign["policy"],
        json!({ "may": false, "can": "reads with cookies", "steps": [step] })
    );
    let closed = POLICY.replace("mirror", "[https://app.my-company.com]");
    std::fs::write(folder.path("cases").join("shop.yaml"), closed).unwrap();
    ends(&folder.run(&run), 1, &["DIFFERS", " tightened", "gone: critical"]);
}

#[test]
fn new_results_exit_with_1_and_reviewed_ones_with_0() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let run = ["run", "--engine", "control"];
    ends(
        &folder.run(&run),
        1,
        &["new  reads\n  cases/reads.yaml:15 in control\n", "1 new; 2 rows"],
    );
    folder.accept();
    ends(&folder.run(&run), 0, &["reads     1 case       2 rows  as recorded\n", "rows a second"]);
}

#[test]
fn accepted_results_do_not_wait_for_a_review() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let put_aside = || folder.path("snapshots/reads@control.snap.new").exists();
    let run = |update: &str, pass: &str| {
        let mut run = folder.command(&["run", "--engine", "control"]);
        run.env("INSTA_UPDATE", update).env("INSTA_FORCE_PASS", pass).output().unwrap();
    };
    run("new", "0");
    assert!(put_aside());
    run("new", "1");
    assert!(put_aside(), "it was not reviewed, although the run passed");
    run("always", "0");
    assert!(!put_aside());
}

#[test]
fn changes_and_orphans_exit_with_1() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    std::fs::write(folder.path("cases/reads.yaml"), CASE.replace("body: hello", "body: bye"))
        .unwrap();
    ends(&folder.run(&["run", "--engine", "control"]), 1, &["differs", "\"hello\"", "\"bye\""]);
    std::fs::write(folder.path("cases/reads.yaml"), CASE).unwrap();
    std::fs::write(folder.path("snapshots/gone.snap"), "").unwrap();
    let orphan = folder.run(&["run", "--engine", "control"]);
    ends(&orphan, 1, &["gone.snap is unreferenced: there is no such case; remove it"]);
    let plays = CASE.replace("[control]", "[browsers, control]");
    std::fs::write(folder.path("cases/reads.yaml"), plays).unwrap();
    std::fs::rename(folder.path("snapshots/gone.snap"), folder.path("snapshots/reads@webkit.snap"))
        .unwrap();
    let orphan = folder.run(&["run", "--engine", "control"]);
    let words = "reads@webkit.snap is unreferenced: reads has no `known` entry for webkit any more";
    ends(&orphan, 1, &[words]);
}

#[test]
fn wrong_input_exits_with_2_and_names_every_mistake() {
    let wrong = CASE.replace("because", "becuase").replace("fetch", "fetsch");
    let folder = Folder::with(&[("wrong.yaml", &wrong), ("right.yaml", CASE)]);
    let words = ["cases/wrong.yaml:3:1", "`becuase`", "`fetsch`", "did you mean `fetch`"];
    ends(&folder.run(&["run"]), 2, &words);
    ends(&folder.run(&["list"]), 2, &words);
    ends(&folder.run(&["run", "--engine", "opera"]), 2, &["opera", "chromium"]);
    ends(&folder.run(&["run", "--cases", "nowhere"]), 2, &["`nowhere` cannot be read"]);
    ends(&folder.run(&["run", "--cases", "empty"]), 2, &["no case in `empty`"]);
    ends(&folder.run(&["run", "reed"]), 2, &["no case id contains `reed`"]);
    ends(&folder.run(&["run", "right", "--engine", "chromium"]), 2, &["runs on chromium"]);
    ends(
        &folder.run(&["run", "right", "--environment", "A=1"]),
        2,
        &["none of these", "`command`"],
    );
    ends(&folder.run(&["run", "right", "--environment", "A"]), 2, &["write a name and a value"]);
}

#[test]
fn misnamed_cases_are_reported_with_the_other_mistakes() {
    let wrong = CASE.replace("because", "becuase");
    let folder = Folder::with(&[("right.yaml", CASE), ("wrong.yaml", &wrong), ("other.yml", CASE)]);
    let words = [
        "`becuase`",
        "cases/other.yml",
        "the name of a case ends in `.yaml`",
        "rename it to `other.yaml`",
    ];
    ends(&folder.run(&["run", "--engine", "control"]), 2, &words);
    ends(&folder.run(&["list", "oth"]), 2, &words[1..]);
    ends(&folder.run(&["list", "right"]), 0, &["1 case"]);
    std::fs::rename(folder.path("cases/other.yml"), folder.path("cases/OTHER.YAML")).unwrap();
    ends(&folder.run(&["list", "OTH"]), 2, &["rename it to `OTHER.yaml`"]);
}

#[test]
fn symbolic_links_to_cases_are_followed() {
    let folder = Folder::with(&[]);
    std::fs::create_dir(folder.path("elsewhere")).unwrap();
    std::fs::write(folder.path("elsewhere/one.yaml"), CASE).unwrap();
    std::os::unix::fs::symlink("../elsewhere/one.yaml", folder.path("cases/linked.yaml")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.path("cases/folder")).unwrap();
    ends(&folder.run(&["list"]), 0, &["folder/one ", "linked ", "2 cases, 4 rows"]);
    std::os::unix::fs::symlink("nowhere.yaml", folder.path("cases/gone.yaml")).unwrap();
    ends(&folder.run(&["list"]), 2, &["cases/gone.yaml cannot be used", "it cannot be read: "]);
}

#[test]
fn a_file_that_cannot_be_read_stops_only_what_asks_for_it() {
    let folder = Folder::with(&[("right.yaml", CASE), ("broken.yaml", "because: a, #385")]);
    for link in ["gone.yaml", "away"] {
        std::os::unix::fs::symlink("nowhere", folder.path("cases").join(link)).unwrap();
    }
    std::os::unix::fs::symlink(".", folder.path("cases/loop")).unwrap();
    folder.accept_only("right");
    ends(&folder.run(&["list", "right"]), 0, &["1 case"]);
    ends(&folder.run(&["run", "right"]), 0, &["1 as recorded"]);
    ends(&folder.run(&["explain", "right"]), 0, &["The reply is read"]);
    ends(
        &folder.run(&["explain", "right", "--row", "credentials=omit"]),
        0,
        &["The reply is read"],
    );
    ends(&folder.run(&["list", "gone"]), 2, &["gone.yaml cannot be used", "it cannot be read: "]);
    ends(&folder.run(&["list", "loop"]), 2, &["loop cannot be used"]);
    ends(&folder.run(&["list", "loop/inside"]), 2, &["loop cannot be used"]);
    ends(&folder.run(&["list"]), 2, &["gone.yaml cannot be used", "broken.yaml cannot be used"]);
    ends(&folder.run(&["run"]), 2, &["gone.yaml cannot be used", "broken.yaml cannot be used"]);
}

#[test]
fn an_environment_without_a_browser_exits_with_3() {
    let case = CASE.replace("engines: [control]\n", "");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    let without = |arguments: &[&str]| {
        folder.command(arguments).env("PATH", folder.path("empty")).output().unwrap()
    };
    ends(
        &without(&["run"]),
        3,
        &["chromium and chromedriver not found; `ci/setup chromium` installs it"],
    );
    ends(&without(&["run", "--engine", "chromium"]), 3, &["chromium and chromedriver not found"]);
    ends(&without(&["doctor"]), 3, &["control", "chromium  chromium and chromedriver not found"]);
    ends(&without(&["list"]), 0, &["reads", "2 rows", "The reply is read"]);
    let plan = ["1 browser", "page https://app.example.com: 2 rows", "reads: 2 rows"];
    ends(&without(&["list", "--plan"]), 0, &plan);
}

#[test]
fn a_closed_output_does_not_change_the_exit_code() {
    let wrong = CASE.replace("because", "becuase");
    let folder = Folder::with(&[("wrong.yaml", &wrong), ("right.yaml", CASE)]);
    for (arguments, code) in [
        (&["list"][..], 2),
        (&["explain", "nothing"], 2),
        (&["run", "--cases", "nowhere"], 2),
        (&["run", "right", "--engine", "chromium"], 2),
        (&["check", "http://127.0.0.1:9/", "--header", "x"], 2),
    ] {
        let (reader, closed) = io::pipe().unwrap();
        drop(reader);
        let full = File::create("/dev/full").unwrap();
        assert_eq!(
            folder.command(arguments).stderr(closed).output().unwrap().status.code(),
            Some(code)
        );
        assert_eq!(
            folder.command(arguments).stderr(full).output().unwrap().status.code(),
            Some(code)
        );
    }
    let (reader, closed) = io::pipe().unwrap();
    drop(reader);
    let listed = folder.command(&["list", "right"]).stdout(closed).output().unwrap();
    assert_eq!(listed.status.code(), Some(0), "the reader has closed the pipe");
}

#[test]
fn output_that_cannot_be_written_exits_with_3() {
    let folder = Folder::with(&[("right.yaml", CASE)]);
    let full = File::create("/dev/full").unwrap();
    let listed = folder.command(&["list"]).stdout(full).output().unwrap();
    ends(&listed, 3, &["error: standard output cannot be written: No space left"]);
}

#[test]
fn check_rejects_what_browsers_do_not_send() {
    let folder = Folder::with(&[]);
    for url in ["http://127.0.0.1:1/me", "http://127.0.0.1:6000/me", "http://localhost:10080/"] {
        ends(&folder.run(&["check", url]), 2, &["browsers block requests to port", "`--as`"]);
    }
    let as_one = ["check", "http://127.0.0.1:8000/me", "--as", "https://a.example:21"];
    ends(&folder.run(&as_one), 2, &["browsers block requests to port 21"]);
    for method in ["TRACE", "CONNECT", "Track"] {
        let check = ["check", "http://127.0.0.1:8000/me", "--method", method];
        ends(&folder.run(&check), 2, &["script cannot use the method", method]);
    }
    let page = ["check", "http://127.0.0.1:8000/me", "--page", "https://a..b"];
    ends(&folder.run(&page), 2, &["cannot be the name of a host"]);
    let page = ["check", "http://127.0.0.1:8000/me", "--page", "https://a.example:6000"];
    ends(&folder.run(&page), 2, &["browsers do not open pages on port 6000"]);
}

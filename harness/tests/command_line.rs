//! The program as it is typed: exit codes, words on either stream, and the JSON document that other
//! programs read.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cors_harness::case::{self, CaseId};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A preflighted read with a cookie, by the plain client: the same on any machine.
const CASE: &str = "
name: The reply is read
because: It was sent.
engines: [control]
servers:
  https://api.example.com:
    /me:
      OPTIONS: { status: 204, headers: [{ Access-Control-Allow-Origin: '*' }] }
      GET:
        headers: [{ Access-Control-Allow-Origin: '*' }, { X-Who: ada }]
        body: hello
cookies: [{ https://api.example.com: sid=secret }]
page: https://app.example.com
matrix: { credentials: [omit, include] }
steps:
  - fetch: https://api.example.com/me
    credentials: ${credentials}
    headers: [{ Origin: https://app.example.com }, { Authorization: Bearer secret }]
";

struct Folder(TempDir);

impl Folder {
    fn with(cases: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for name in ["cases", "snapshots", "empty"] {
            std::fs::create_dir(folder.path(name)).unwrap();
        }
        for (name, text) in cases {
            std::fs::write(folder.path("cases").join(name), text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
        command.args(arguments).current_dir(self.0.path());
        command.env("INSTA_UPDATE", "no").env("INSTA_FORCE_PASS", "0");
        command.env_remove("CORS_HARNESS_CASES").env_remove("CORS_HARNESS_SNAPSHOTS");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn accept(&self) {
        let accepted =
            self.command(&["run", "--engine", "control"]).env("INSTA_UPDATE", "always").output();
        assert_eq!(accepted.unwrap().status.code(), Some(0));
    }
}

#[track_caller]
fn ends(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not said in:\n{said}");
    }
}

/// A policy over a server that lets everybody in.
const POLICY: &str = "
name: Only the shop reads
because: It is ours.
engines: [standard]
servers:
  https://api.my-company.com:
    cors: { allow-origins: mirror, allow-credentials: 'true' }
    /me: { GET: { body: alice } }
policy:
  login: [https://api.my-company.com: sid=secret; Secure; SameSite=None]
  routes: { /me: [GET] }
  allow: [{ origins: https://app.my-company.com, credentials: include }]
";

#[test]
fn a_reviewed_policy_with_holes_ends_with_0_and_says_them_all_the_same() {
    let folder = Folder::with(&[("shop.yaml", POLICY)]);
    let run = ["run", "--engine", "standard", "--json", "out.json"];
    let accepted = folder.command(&run).env("INSTA_UPDATE", "always").output().unwrap();
    assert_eq!(accepted.status.code(), Some(0));
    ends(
        &folder.run(&run),
        0,
        &["critical, reads-for-any-site-with-login", "Any site can read GET /me"],
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
fn what_was_never_reviewed_ends_with_1_and_what_was_with_0() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let run = ["run", "--engine", "control"];
    ends(&folder.run(&run), 1, &["new          [control] reads", "1 new; 2 rows"]);
    folder.accept();
    ends(&folder.run(&run), 0, &["as recorded  [control] reads", "rows a second"]);
}

#[test]
fn a_change_ends_with_1_and_an_orphan_does() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    std::fs::write(folder.path("cases/reads.yaml"), CASE.replace("body: hello", "body: bye"))
        .unwrap();
    ends(&folder.run(&["run", "--engine", "control"]), 1, &["DIFFERS", "\"hello\"", "\"bye\""]);
    std::fs::write(folder.path("cases/reads.yaml"), CASE).unwrap();
    std::fs::write(folder.path("snapshots/gone.snap"), "").unwrap();
    let orphan = folder.run(&["run", "--engine", "control"]);
    ends(&orphan, 1, &["gone.snap belongs to no case; remove it"]);
    let plays = CASE.replace("[control]", "[browsers, control]");
    std::fs::write(folder.path("cases/reads.yaml"), plays).unwrap();
    std::fs::rename(folder.path("snapshots/gone.snap"), folder.path("snapshots/reads@webkit.snap"))
        .unwrap();
    let orphan = folder.run(&["run", "--engine", "control"]);
    let words =
        "reads@webkit.snap belongs to nobody: reads has no `known` entry for webkit any more";
    ends(&orphan, 1, &[words]);
}

#[test]
fn a_wrong_case_or_command_line_ends_with_2_and_says_everything_that_is_wrong() {
    let wrong = CASE.replace("because", "becuase").replace("fetch", "fetsch");
    let folder = Folder::with(&[("wrong.yaml", &wrong), ("right.yaml", CASE)]);
    let words = ["cases/wrong.yaml:3:1", "`becuase`", "`fetsch`", "did you mean `fetch`"];
    ends(&folder.run(&["run"]), 2, &words);
    ends(&folder.run(&["list"]), 2, &words);
    ends(&folder.run(&["run", "--engine", "opera"]), 2, &["opera", "chromium"]);
    ends(&folder.run(&["run", "--cases", "nowhere"]), 2, &["`nowhere` cannot be read"]);
    ends(&folder.run(&["run", "--cases", "empty"]), 2, &["no case in `empty`"]);
    ends(&folder.run(&["run", "reed"]), 2, &["no case has `reed` in its id"]);
    ends(&folder.run(&["run", "right", "--engine", "chromium"]), 2, &["runs on chromium"]);
    ends(
        &folder.run(&["run", "right", "--environment", "A=1"]),
        2,
        &["none of these", "`command`"],
    );
    ends(&folder.run(&["run", "right", "--environment", "A"]), 2, &["write a name and a value"]);
}

#[test]
fn an_environment_without_a_browser_ends_with_3() {
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
    ends(&without(&["doctor"]), 3, &["control", "chromium  missing: chromium, chromedriver"]);
    ends(&without(&["list"]), 0, &["reads", "2 rows", "The reply is read"]);
    let plan = ["1 browser", "page https://app.example.com: 2 rows", "reads: 2 rows"];
    ends(&without(&["list", "--plan"]), 0, &plan);
}

#[test]
fn the_json_document_has_everything_that_other_programs_rely_on() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    ends(&folder.run(&["run", "--engine", "control", "--json", "out.json"]), 0, &[]);
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    assert!(!text.contains("secret"), "values of cookies and Authorization stay out:\n{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["suite"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["engines"][0]["name"], "control");
    assert_eq!(document["not_run"], json!([]));
    let matrix = json!([{
        "case": "reads",
        "engines": { "control": "recorded" },
        "snapshots": { "control": "match" },
        "rows": [],
    }]);
    assert_eq!(document["matrix"], matrix);
    assert_eq!(document["results"].as_array().unwrap().len(), 2);
    let result = &document["results"][1];
    let keys: Vec<_> = result.as_object().unwrap().keys().collect();
    let members = [
        "case",
        "row",
        "engine",
        "policy",
        "verdict",
        "differences",
        "known",
        "broken",
        "repeated",
        "unheard",
        "snapshot",
        "steps",
        "exchanges",
    ];
    assert_eq!(keys, members);
    assert_eq!(result["case"], "reads");
    assert_eq!(result["row"], json!({ "credentials": "include" }));
    assert_eq!(result["engine"], "control");
    assert_eq!(result["snapshot"], "match");
    let answer = json!({
        "status": 200,
        "headers": [["access-control-allow-origin", "*"]],
        "redirects_to": null,
    });
    assert_eq!(
        result["steps"],
        json!([{
            "step": "fetch https://api.example.com/me",
            "read": "allowed",
            "why": null,
            "inconclusive": null,
            "preflights": [],
            "requests": [{
                "method": "GET",
                "url": "https://api.example.com/me",
                "origin": "https://app.example.com",
                "cookies": ["sid"],
                "answer": answer,
            }],
            "response": {
                "type": null,
                "status": 200,
                "redirected": false,
                "headers": ["access-control-allow-origin", "content-length", "x-who"],
                "body": "hello",
            },
            "words": null,
            "reasons": [],
        }])
    );
    let wire = &result["exchanges"][0];
    assert_eq!(wire["request"], "GET https://api.example.com/me");
    assert_eq!(wire["reply"]["body_length"], 5);
    assert!(wire["headers"].as_array().unwrap().contains(&json!(["cookie", "sid=<6 bytes>"])));
}

#[test]
fn where_several_engines_play_a_matrix_shows_what_differs() {
    let both = CASE.replace("[control]", "[control, standard]");
    let folder = Folder::with(&[("both.yaml", &both), ("reads.yaml", CASE)]);
    folder.accept();
    let output = folder.run(&["run", "--engine", "control,standard"]);
    let counted = "1 case: control did as recorded\n\n";
    let heading = "      control   standard\n";
    let cells = "both  recorded  new\n    standard  its snapshot: new\n";
    ends(&output, 1, &[&(counted.to_owned() + heading + cells)]);
    let alone = folder.run(&["run", "--engine", "control"]);
    ends(&alone, 0, &["as recorded  [control] both"]);
    assert!(!String::from_utf8_lossy(&alone.stdout).contains("did as recorded"));
}

#[test]
fn the_json_document_has_the_ruling_and_its_reason() {
    let folder = Folder::with(&[("reads.yaml", &CASE.replace("[control]", "[standard]"))]);
    ends(&folder.run(&["run", "--engine", "standard", "--json", "out.json"]), 1, &["1 new"]);
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["standard"], "586cd2a");
    let result = &document["results"][1];
    assert_eq!(result["verdict"], "agrees");
    assert_eq!(result["snapshot"], "new");
    let step = &result["steps"][0];
    assert_eq!(step["read"], "blocked");
    let why = json!({
        "stage": "cors-preflight",
        "reason": "wildcard-with-credentials",
        "value": "*",
    });
    assert_eq!(step["why"], why);
    assert_eq!(step["preflights"][0]["headers"], "authorization");
    assert_eq!(step["requests"], json!([]));
}

#[test]
fn explain_says_who_sends_what_and_why_it_is_denied() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let words = [
        "The reply is read",
        "browser ───▶ OPTIONS https://api.example.com/me",
        "Access-Control-Request-Headers: authorization",
        "browser ◀─── 204",
        "cors-preflight: header-not-allowed",
        "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
        "no engine is known to depart",
    ];
    ends(&folder.run(&["explain", "reads", "--row", "credentials=omit"]), 0, &words);
    ends(&folder.run(&["explain", "reads", "--row", "credentials=no"]), 2, &["no row has"]);
    ends(&folder.run(&["explain", "reed"]), 2, &["no case has `reed`"]);
    let control = folder.run(&["explain", "reads", "--engine", "control"]);
    ends(&control, 2, &["`explain --engine` is for browsers"]);
}

#[test]
fn rounds_in_any_order_find_the_same() {
    let case = |number: u8| (format!("{number}.yaml"), CASE.to_owned());
    let cases: Vec<_> = (0..5).map(case).collect();
    let cases: Vec<_> = cases.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = Folder::with(&cases);
    folder.accept();
    let run = |more: &[&str]| folder.run(&[&["run", "--engine", "control"], more].concat());
    let shuffled = run(&["--shuffle", "7", "--repeat", "3", "--json", "out.json"]);
    let words = [
        "round 1 of 3, seed 7\n",
        "round 2 of 3, seed 8: identical\n",
        "round 3 of 3, seed 9: identical\n",
    ];
    ends(&shuffled, 0, &words);
    let order = |output: &Output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let trials = text.lines().filter(|line| line.contains("[control]")).map(str::to_owned);
        trials.collect::<Vec<_>>()
    };
    let alone = run(&["--shuffle", "7", "--repeat", "2", "--alone"]);
    let words =
        ["round 1 of 3\n", "round 2 of 3, seed 8: identical\n", ", each row alone: identical\n"];
    ends(&alone, 0, &words);
    let written = order(&run(&["--repeat", "2"]));
    assert!(written.is_sorted(), "{written:?}");
    assert_ne!(order(&shuffled), written, "a seed shuffles");
    assert_eq!(order(&shuffled), order(&run(&["--shuffle", "7"])), "always in the same way");
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let results = document["results"].as_array().unwrap();
    let rows = results.iter().map(|result| result["case"].as_str().unwrap());
    assert!(rows.eq(["0", "0", "1", "1", "2", "2", "3", "3", "4", "4"]), "one round, as written");
    ends(&run(&["--repeat", "0"]), 2, &["--repeat"]);
}

#[test]
fn diff_shows_two_engines_side_by_side() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let diff = |arguments: &[&str]| folder.run(&[&["diff", "reads"], arguments].concat());
    let both = ["--engine", "standard,control"];
    let words = [
        "row credentials=omit",
        "standard                                            control\n",
        "preflight  ≠ for GET with authorization from",
        "read       ≠ blocked                                             allowed\n",
        "standard     cors-preflight: header-not-allowed `authorization`\n",
        "row credentials=include",
    ];
    ends(&diff(&both), 1, &words);
    let one = diff(&[both[0], both[1], "--row", "credentials=omit"]);
    ends(&one, 1, &words[..4]);
    assert!(!String::from_utf8_lossy(&one.stdout).contains("credentials=include"));
    let files = std::fs::read_dir(folder.path("snapshots")).unwrap();
    assert_eq!(files.count(), 0, "a diff leaves snapshots alone");
}

#[test]
fn diff_ends_with_0_where_both_did_the_same() {
    let case = CASE.replace("page: https://app", "page: https://api").replace("fetch:", "xhr:");
    let case = case.replace("headers: [{ Origin: https://app.example.com }, ", "headers: [");
    let case = case.replace("[omit, include]", "[same-origin, include]");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    let output = folder.run(&["diff", "reads", "--engine", "standard,control"]);
    ends(&output, 0, &["read       = allowed\n"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(" ≠ –"));
}

#[test]
fn diff_takes_two_engines_that_are_there() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let without = |arguments: &[&str]| {
        let mut command = folder.command(&[&["diff", "reads"], arguments].concat());
        command.env("PATH", folder.path("empty")).output().unwrap()
    };
    let two = "a diff shows two engines, and `--engine` names";
    ends(&without(&["--engine", "control"]), 2, &[&format!("{two} control;")]);
    ends(&without(&["--engine", "control,control"]), 2, &[&format!("{two} control;")]);
    let three = without(&["--engine", "control,standard,chromium"]);
    ends(&three, 2, &[&format!("{two} control, standard, chromium;")]);
    ends(&without(&[]), 3, &["a diff shows two browsers, and installed is none", "doctor"]);
    let missing = without(&["--engine", "chromium,standard"]);
    ends(&missing, 3, &["chromium and chromedriver not found"]);
    ends(&folder.run(&["diff", "reed"]), 2, &["no case has `reed`"]);
}

#[test]
fn every_case_that_the_readmes_print_can_be_read() {
    let mut cases = 0;
    for readme in ["README.md", "cases/README.md"] {
        let text =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(readme)).unwrap();
        let blocks = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        for block in blocks.filter(|block| block.starts_with("name:")) {
            let read = case::read(CaseId(readme.to_owned()), Path::new(readme), block.as_bytes());
            assert!(read.is_ok(), "{}", read.unwrap_err());
            cases += 1;
        }
    }
    assert_eq!(cases, 4);
}

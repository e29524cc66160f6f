//! The harness must be able to fail: `cargo test` on a folder with something wrong in it exits 101
//! and says what is wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use cors_harness::engine::{Kind, Required};
use serde_json::Value;
use tempfile::TempDir;

/// A page that reads what it may. Runs on the plain client, and so on any machine.
const CASE: &str = "
name: The reply is read
because: It was sent.
engines: [control]
servers:
  http://api.example.com:
    /me: { GET: { body: BODY } }
page: http://app.example.com
steps:
  - fetch: http://api.example.com/me
";

/// Names the file in which insta keeps what was referred to, for `cargo insta test --unreferenced`.
const REFERENCES: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Folders of cases and snapshots that are gone at the end.
struct Folders(TempDir);

impl Folders {
    fn with_case(name: &str, text: &str) -> Self {
        let folders = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(folders.cases()).unwrap();
        std::fs::create_dir_all(folders.snapshots()).unwrap();
        folders.write(name, text);
        folders
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.cases().join(name), text).unwrap();
    }

    fn cases(&self) -> PathBuf {
        self.0.path().join("cases")
    }

    fn snapshots(&self) -> PathBuf {
        self.0.path().join("snapshots")
    }

    /// What `cargo test` runs, on these folders.
    fn test(&self, update: &str, arguments: &[&str]) -> Output {
        self.command(update, arguments).output().unwrap()
    }

    fn command(&self, update: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&*CASES);
        command
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("CORS_HARNESS_CASES", self.cases())
            .env("CORS_HARNESS_SNAPSHOTS", self.snapshots())
            .env("INSTA_UPDATE", update)
            .env("INSTA_FORCE_PASS", "0")
            .env_remove("CORS_HARNESS_REQUIRE")
            .env_remove(REFERENCES);
        command
    }
}

/// The test binary of `cases.rs`, as cargo built it for this very run.
static CASES: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut build = Command::new(env!("CARGO"));
    build.args(["test", "--no-run", "--offline", "--test", "cases", "--message-format", "json"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let built = messages.find(|message| message["target"]["name"] == "cases").unwrap();
    built["executable"].as_str().unwrap().into()
});

#[track_caller]
fn fails_with(output: &Output, words: &[&str]) {
    let text = text(output);
    assert_eq!(output.status.code(), Some(101), "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in:\n{text}");
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_case_that_differs_from_its_snapshot_fails_with_the_difference() {
    let folders = Folders::with_case("reads.yaml", &CASE.replace("BODY", "before"));
    assert!(folders.test("always", &[]).status.success(), "a new snapshot is accepted");
    assert!(folders.test("no", &[]).status.success(), "an accepted snapshot matches");
    folders.write("reads.yaml", &CASE.replace("BODY", "after"));
    let output = folders.test("no", &["reads"]);
    fails_with(
        &output,
        &[
            "The reply is read",
            "It was sent.",
            "- | fetch http://api.example.com/me",
            "\"before\"",
            "+ | fetch http://api.example.com/me",
            "\"after\"",
            "GET http://api.example.com/me",
            "→ 200 (5 bytes)",
            "cargo test -- --exact '[control] reads'",
            "test result: FAILED. 0 passed; 1 failed",
        ],
    );
}

#[test]
fn a_case_without_a_snapshot_fails_and_shows_its_results() {
    let folders = Folders::with_case("reads.yaml", &CASE.replace("BODY", "new"));
    fails_with(&folders.test("no", &[]), &["there is no reviewed snapshot yet", "\"new\""]);
}

#[test]
fn an_invalid_case_fails_under_its_file_name() {
    let folders = Folders::with_case("broken.yaml", &CASE.replace("because", "becuase"));
    fails_with(
        &folders.test("no", &["--exact", "[case] broken"]),
        &["broken.yaml:3:1", "`becuase`", "did you mean `because`"],
    );
}

#[test]
fn a_request_without_a_reply_is_inconclusive() {
    let case = CASE.replace("BODY", "x").replace("/me\n", "/me\n    method: PUT\n");
    let folders = Folders::with_case("unplayed.yaml", &case);
    fails_with(
        &folders.test("always", &["unplayed"]),
        &["inconclusive", "the case has no reply for PUT http://api.example.com/me"],
    );
}

#[test]
fn an_unreferenced_snapshot_fails_with_the_reason() {
    let folders = Folders::with_case("reads.yaml", &CASE.replace("BODY", "before"));
    folders.write("plays.yaml", &CASE.replace("[control]", "[browsers]"));
    for name in ["gone", "gone@control", "reads", "reads@chromium", "reads@opera", "plays@webkit"] {
        std::fs::write(folders.snapshots().join(format!("{name}.snap")), "").unwrap();
    }
    let words = [
        "gone.snap is unreferenced: there is no such case; remove it",
        "gone@control.snap is unreferenced: there is no such case; remove it",
        "reads.snap is unreferenced: every engine that runs reads has its own; remove it",
        "reads@chromium.snap is unreferenced: reads does not run on chromium; remove it",
        "reads@opera.snap is unreferenced: there is no engine `opera`; remove it",
        "plays@webkit.snap is unreferenced: plays has no `known` entry for webkit any more",
    ];
    fails_with(&folders.test("no", &["snapshot"]), &words);
}

#[test]
fn a_snapshot_that_no_installed_engine_can_make_is_missing() {
    let case = CASE.replace("[control]", "[browsers]").replace("BODY", "x")
        + "known: [{ engine: firefox, kind: bug, because: it is so }]\n";
    let folders = Folders::with_case("plays.yaml", &case);
    let without_browsers = |arguments: &[&str]| {
        let mut command = folders.command("no", arguments);
        command.env("PATH", folders.0.path().join("empty")).output().unwrap()
    };
    let survey = without_browsers(&["snapshot"]);
    fails_with(&survey, &["plays@firefox.snap is missing, and no engine that could record it"]);
    assert!(!text(&survey).contains("plays.snap"), "the standard makes it:\n{}", text(&survey));
    fails_with(&without_browsers(&["[standard] plays"]), &["there is no reviewed snapshot yet"]);
}

/// A policy that its server keeps, if it lists this origin only.
const POLICY: &str = "
name: The shop reads the user's data, and no other site does
because: It is ours.
engines: [standard]
servers:
  https://api.my-company.com:
    cors: { allow-origins: [https://app.my-company.com], allow-credentials: 'true' }
    /me: { GET: { body: alice } }
policy:
  login: [https://api.my-company.com: sid=secret; Secure; SameSite=None]
  routes: { /me: [GET] }
  allow: [{ origins: https://app.my-company.com, credentials: include }]
";

#[test]
fn a_loosened_server_fails_and_the_output_names_the_origins() {
    let folders = Folders::with_case("shop.yaml", POLICY);
    assert!(folders.test("always", &["shop"]).status.success(), "a new snapshot is accepted");
    assert!(folders.test("no", &["shop"]).status.success(), "an accepted snapshot matches");
    folders.write("shop.yaml", &POLICY.replace("[https://app.my-company.com]", "mirror"));
    let output = folders.test("no", &["shop"]);
    fails_with(
        &output,
        &[
            "since it was reviewed: ",
            " loosened",
            "new:  critical, reads-for-any-site-with-login: The server reflects any origin and \
            allows \
             credentials: any website can read GET /me",
            "page=https://evil.example as=foreign request=GET /me login=yes",
            "was  nothing (200, cors-check: missing-allow-origin; policy: may not)",
            "is   reads with cookies (200; policy: may not)",
        ],
    );
    assert!(!text(&output).contains("secret"), "{}", text(&output));
}

#[test]
fn a_tightened_server_fails() {
    let folders = Folders::with_case("shop.yaml", POLICY);
    assert!(folders.test("always", &["shop"]).status.success());
    folders.write(
        "shop.yaml",
        &POLICY.replace("[https://app.my-company.com]", "[]").replace("allow-origins: [], ", ""),
    );
    fails_with(
        &folders.test("no", &["shop"]),
        &[
            " tightened",
            "new:  high, origin-not-allowed: The response has no `Access-Control-Allow-Origin`: \
             https://app.my-company.com cannot read the response to GET /me",
        ],
    );
}

#[test]
fn a_new_policy_fails_with_its_findings_and_exchanges() {
    let open = POLICY.replace("[https://app.my-company.com]", "mirror");
    let folders = Folders::with_case("shop.yaml", &open);
    let words = [
        "there is no reviewed snapshot yet",
        "- critical, reads-for-any-site-with-login: The server",
    ];
    fails_with(&folders.test("no", &["shop"]), &words);
}

/// Needs Chromium; says so and passes where it is not installed and not required.
#[test]
fn a_known_departure_that_is_gone_fails_and_asks_for_its_removal() {
    if Required::browser(Kind::Chromium).unwrap().is_none() {
        return;
    }
    let body = "{ body: x, headers: [{ Access-Control-Allow-Origin: '*' }] }";
    let case = CASE.replace("[control]", "[browsers]").replace("{ body: BODY }", body)
        + "known: [{ engine: chromium, kind: bug, because: it was so }]\n";
    let folders = Folders::with_case("plays.yaml", &case);
    let words = [
        "chromium agrees with the standard, although `known` explains a departure",
        "bug: it was so",
        "no row needs this entry any more: remove it",
        "remove the snapshot `plays@chromium.snap` too",
    ];
    fails_with(&folders.test("always", &["--exact", "[chromium] plays"]), &words);
    let mut run = Command::new(env!("CARGO_BIN_EXE_cors-harness"));
    run.args(["run", "--verbose", "--engine", "chromium"]).current_dir(folders.0.path());
    run.env_remove("CORS_HARNESS_CASES").env_remove("CORS_HARNESS_SNAPSHOTS");
    let run = run.output().unwrap();
    assert_eq!(run.status.code(), Some(1), "{}", text(&run));
    words.iter().for_each(|word| assert!(text(&run).contains(word), "{}", text(&run)));
}

#[test]
fn requiring_an_unknown_engine_fails() {
    let folders = Folders::with_case("reads.yaml", CASE);
    let output = folders.command("no", &[]).env("CORS_HARNESS_REQUIRE", "chrome").output().unwrap();
    fails_with(&output, &["requires `chrome`", "chromium, firefox, webkit"]);
}

#[test]
fn no_case_at_all_fails() {
    let folders = Folders::with_case("notes.txt", "");
    fails_with(&folders.test("no", &[]), &["no case in"]);
}

/// `cargo insta test --unreferenced=delete` deletes what is not in the list.
#[test]
fn snapshots_are_referenced_regardless_of_engines_and_filters() {
    let case = CASE.replace("[control]", "[browsers, control]").replace("BODY", "x")
        + "known: [{ engine: firefox, kind: bug, because: it is so }]\n";
    let folders = Folders::with_case("plays.yaml", &case);
    folders.write("broken.yaml", "name: not yet a case");
    let list = folders.0.path().join("references");
    std::fs::write(&list, "before\n").unwrap();
    let empty = folders.0.path().join("empty");
    let mut command = folders.command("no", &["--exact", "[standard] nothing"]);
    let output = command.env(REFERENCES, &list).env("PATH", empty).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let referred = std::fs::read_to_string(&list).unwrap();
    let (before, referred) = referred.split_once('\n').unwrap();
    assert_eq!(before, "before", "what others referred to stays");
    let names = ["plays", "plays@firefox", "plays@control", "broken", "broken@webkit"];
    for name in names {
        let file = folders.snapshots().join(format!("{name}.snap"));
        assert!(referred.lines().any(|line| Path::new(line) == file), "{name}:\n{referred}");
    }
    assert!(!referred.contains("plays@chromium"), "chromium has no separate snapshot:\n{referred}");
}

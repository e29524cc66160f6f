//! Commands other than a plain run, and what the documentation shows of them.

use std::path::Path;
use std::process::Output;

use cors_harness::case::{self, CaseId};
use serde_json::Value;

use crate::folder::{CASE, Folder, ends};
use crate::stub_driver::{Sessions, StubDriver};

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
        "no known departures",
    ];
    ends(&folder.run(&["explain", "reads", "--row", "credentials=omit"]), 0, &words);
    ends(&folder.run(&["explain", "reads", "--row", "credentials=no"]), 2, &["no row has"]);
    ends(&folder.run(&["explain", "reed"]), 2, &["no case id contains `reed`"]);
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
    let run =
        |more: &[&str]| folder.run(&[&["run", "--verbose", "--engine", "control"], more].concat());
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
fn diff_exits_with_0_if_both_agree() {
    let case = CASE.replace("page: https://app", "page: https://api").replace("fetch:", "xhr:");
    // A browser sends a Referer by itself, a plain client only the headers of the case.
    let referer = "headers: [{ Referer: https://api.example.com/.cors-harness/page }, ";
    let case = case.replace("headers: [{ Origin: https://app.example.com }, ", referer);
    let case = case.replace("[omit, include]", "[same-origin, include]");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    let output = folder.run(&["diff", "reads", "--engine", "standard,control"]);
    ends(&output, 0, &["read       = allowed\n"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains(" ≠ –"));
}

#[test]
fn diff_needs_two_installed_engines() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    let without = |arguments: &[&str]| {
        let mut command = folder.command(&[&["diff", "reads"], arguments].concat());
        command.env("PATH", folder.path("empty")).output().unwrap()
    };
    let two = "`diff` needs two engines, and `--engine` names";
    ends(&without(&["--engine", "control"]), 2, &[&format!("{two} control;")]);
    ends(&without(&["--engine", "control,control"]), 2, &[&format!("{two} control;")]);
    let three = without(&["--engine", "control,standard,chromium"]);
    ends(&three, 2, &[&format!("{two} control, standard, chromium;")]);
    ends(&without(&[]), 3, &["`diff` needs two browsers, and installed: none", "doctor"]);
    let missing = without(&["--engine", "chromium,standard"]);
    ends(&missing, 3, &["chromium and chromedriver not found"]);
    ends(&folder.run(&["diff", "reed"]), 2, &["no case id contains `reed`"]);
}

/// What a fragment of a case in the documentation leaves out.
const DEFAULTS: [(&str, &str); 5] = [
    ("name", "name: A fragment\n"),
    ("because", "because: The documentation shows it.\n"),
    ("servers", "servers: { https://api.example.com: { /me: { GET: {} } } }\n"),
    ("page", "page: https://app.example.com\n"),
    ("steps", "steps: [{ fetch: / }]\n"),
];

/// The fragment with every key that a case requires. A step to the page's own origin needs a server there.
fn completed(fragment: &str) -> String {
    let has = |key: &str| fragment.lines().any(|line| line.starts_with(&format!("{key}:")));
    let mut case = fragment.to_owned();
    let is_unneeded = |key: &str| match key {
        "page" => has("policy") || has("pages"),
        key => key == "steps" && has("policy"),
    };
    for (key, text) in DEFAULTS.iter().filter(|(key, _)| !has(key) && !is_unneeded(key)) {
        let text = match *key {
            "steps" => format!("steps: [{{ fetch: {} }}]\n", first_url(&case)),
            _ => (*text).to_owned(),
        };
        case.push_str(&text);
    }
    case
}

/// A URL of the first server of a case that lists a path.
fn first_url(case: &str) -> String {
    let mut lines = case.lines().skip_while(|line| !line.starts_with("servers:")).skip(1);
    let server = lines.next().and_then(|line| line.trim().strip_suffix(':'));
    let path = lines.find(|line| line.trim_start().starts_with('/'));
    let path = path.and_then(|line| line.trim().split(':').next());
    server.zip(path).map_or("https://api.example.com/me".to_owned(), |(a, b)| a.to_owned() + b)
}

#[test]
fn every_yaml_block_of_the_documentation_can_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = std::fs::read_dir(root.join("cases/docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let readmes = ["README.md", "cases/README.md"].map(|readme| root.join(readme));
    let mut blocks = 0;
    for page in readmes.into_iter().chain(pages) {
        let text = std::fs::read_to_string(&page).unwrap();
        for block in text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let read = case::read(CaseId("doc".to_owned()), &page, completed(block).as_bytes());
            assert!(read.is_ok(), "{}\n{block}", read.unwrap_err());
            blocks += 1;
        }
    }
    assert!(blocks >= 10, "{blocks} blocks");
}

#[test]
fn the_command_for_one_case_plays_only_that_case() {
    let case = CASE.replace("[control]", "[chromium]");
    let folder = Folder::with(&[("reads.yaml", &case), ("reads-too.yaml", &case)]);
    let server = StubDriver::driver(Sessions::Refused);
    let driver = ["--webdriver", &server.url, "--advertise", "127.0.0.1"];
    let run = |filter: &str| {
        let words = ["run", filter, "--verbose", "--engine", "chromium"];
        folder.run(&[&words, driver.as_slice()].concat())
    };
    let line = format!("run reads --engine chromium {}\n", driver.join(" "));
    let both = run("read");
    ends(&both, 3, &[&line, "run reads-too --engine chromium", "[chromium] reads-too"]);
    let alone = run("reads");
    ends(&alone, 3, &[&line]);
    assert!(!String::from_utf8_lossy(&alone.stdout).contains("reads-too"));
    ends(&folder.run(&["list", "reads"]), 0, &["\n1 case, 2 rows"]);
}

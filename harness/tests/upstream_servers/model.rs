//! The model of the standard with a plain client in place of a browser: what real servers are asked, and
//! that no browser says otherwise.

use std::time::Duration;

use serde_json::Value;

use crate::server::running;
use crate::suite::{Ran, Suite, chromium, launch};

const STANDARD: &str = "answered by the model of the Fetch standard and a plain HTTP client; run a \
                        browser for proof";

/// A policy whose server is asked with a login, a method and a header that take a preflight, and a body.
const POLICY: &str = "
name: Only the app reads and writes
because: It is ours.
servers:
  https://api.my-company.com:
    SERVER
policy:
  login:
    - https://api.my-company.com: sid=a-secret-cookie; Secure; SameSite=None
  routes:
    /me: [GET]
    /things:
      PUT: { headers: [Authorization: Bearer a-secret-token], body: things }
  allow:
    - origins: [https://app.my-company.com]
      credentials: include
    - origins: [https://app.my-company.com]
      routes: [/things]
      methods: [PUT]
      headers: [Authorization]
      credentials: include
";

fn policy(server: &str) -> Suite {
    Suite::new().with_case("own", &POLICY.replace("SERVER", &server.trim().replace('\n', "\n    ")))
}

/// What a document says about each row and each finding of an engine.
fn entries_of<'d>(document: &'d Value, engine: &str) -> Vec<[&'d Value; 4]> {
    let entries = |name: &str| document[name].as_array().unwrap().iter();
    let findings = entries("findings").filter(|finding| finding["engine"] == engine);
    let findings = findings.map(|it| [&it["severity"], &it["name"], &it["sentence"], &it["rows"]]);
    let rows = entries("results").filter(|row| row["engine"] == engine);
    let rows = rows.map(|it| [&it["row"], &it["policy"], &it["verdict"], &it["snapshot"]]);
    findings.chain(rows).collect()
}

/// The header lines of every request of an engine, but for those that each browser fills in by itself.
fn sent(document: &Value, engine: &str) -> Vec<Vec<String>> {
    let by_itself = |name: &str| {
        ["user-agent", "accept-language", "connection", "priority"].contains(&name)
            || name.starts_with("sec-ch-ua")
            || name == "sec-fetch-storage-access"
    };
    let results = document["results"].as_array().unwrap().iter();
    let results = results.filter(|result| result["engine"] == engine);
    let exchanges = results.flat_map(|result| result["exchanges"].as_array().unwrap());
    let lines = |exchange: &Value| {
        let headers = exchange["headers"].as_array().unwrap().iter();
        let pairs = headers.map(|pair| [0, 1].map(|part| pair[part].as_str().unwrap()));
        let pairs = pairs.filter(|[name, _]| !by_itself(&name.to_lowercase()));
        let mut lines: Vec<_> = pairs.map(|[name, value]| format!("{name}: {value}")).collect();
        lines.sort();
        lines.insert(0, format!("{}, {} bytes", exchange["request"], exchange["body_length"]));
        lines
    };
    exchanges.map(lines).collect()
}

#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(by_model: &[T], by_browser: &[T]) {
    assert!(!by_model.is_empty());
    let mut pairs = by_model.iter().zip(by_browser);
    if let Some((model, browser)) = pairs.find(|(model, browser)| model != browser) {
        panic!("the model has {model:#?}, and Chromium {browser:#?}");
    }
    assert_eq!(by_model.len(), by_browser.len());
}

#[test]
fn requests_findings_and_snapshots_are_those_of_a_browser() {
    if !chromium() {
        return;
    }
    let suite = policy(&launch("is good"));
    let mut accept = suite.harness(&["run", "--engine", "standard"]);
    let accepted = accept.env("INSTA_UPDATE", "always").output().unwrap();
    assert!(suite.path("snapshots/own.snap").exists(), "{accepted:?}");
    let ran = suite.run("standard,chromium");
    assert_eq!(ran.code, Some(0), "{}", ran.text);
    let [model, browser] = ["standard", "chromium"].map(|name| entries_of(&ran.document, name));
    same(&model, &browser);
    let [model, browser] = ["standard", "chromium"].map(|name| sent(&ran.document, name));
    same(&model, &browser);
}

#[test]
fn a_real_server_receives_the_requests_of_the_policy() {
    let suite = Suite::new();
    let server = launch("is good");
    let server = server.replace(']', &format!(", LOG: {}]", suite.path("log").display()));
    let suite = suite.with_case("own", &POLICY.replace("SERVER", &server.replace('\n', "\n    ")));
    let ran = suite.run("standard");
    let log = std::fs::read_to_string(suite.path("log")).unwrap();
    let asked = |start: &str| log.split("\n---\n").find(|one| one.starts_with(start)).unwrap();
    let put = asked("PUT");
    assert!(put.ends_with("\r\n\r\nthings"), "{put}");
    for line in ["cookie: sid=a-secret-cookie", "authorization: Bearer a-secret-token"] {
        assert!(put.lines().any(|found| found == line), "{put}");
    }
    let preflight = asked("OPTIONS");
    assert!(
        !preflight.contains("a-secret") && !preflight.contains("content-length"),
        "{preflight}"
    );
    assert!(!format!("{}{}", ran.text, ran.document).contains("a-secret"));
}

#[test]
fn output_says_that_no_browser_played() {
    let suite = policy(&launch("is good"));
    let ran = suite.run("standard");
    assert!(ran.text.contains(STANDARD), "{}", ran.text);
    for entry in ["results", "findings"] {
        let entry = &ran.document[entry][0];
        assert_eq!(entry["played_by"], "model-and-plain-client", "{}", ran.document);
    }
    let url = running("is good");
    let output =
        suite.harness(&["check", &url, "--engine", "standard", "--verbose"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(STANDARD) && text.contains("GET /"), "{text}");
}

#[test]
fn without_a_browser_check_names_the_engine_that_needs_none() {
    let suite = Suite::new();
    let output =
        suite.harness(&["check", "http://127.0.0.1:8000/"]).env("PATH", "").output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{words}");
    assert!(words.contains("no browser is installed") && words.contains("`--engine standard`"));
}

/// The plain client sends a server the same requests as a browser, with the same deadlines.
#[test]
fn failing_servers_are_reported_as_with_a_browser() {
    for (does, words) in [
        ("answers garbage", " answered something that is not HTTP: "),
        ("closes early", " closed the connection before it answered; its last output:"),
        ("breaks off", " stopped in the middle of its answer: "),
        ("streams for ever", " did not complete its answer within 10 s; "),
        ("redirects away", "elsewhere.example:80 was requested, and this row has no server there"),
        ("answers 5 GB", " answered more than 64 MiB; "),
    ] {
        let ran = Suite::doing(does).run("standard");
        assert!(ran.inconclusive().contains(words), "{does}: {}", ran.text);
    }
    let started = Suite::new().with_server("command: no-such-server").run("standard");
    assert!(started.unable().contains("ended before it was ready"), "{}", started.text);
}

#[test]
fn a_server_that_hangs_is_given_up() {
    let ran = policy(&launch("never answers")).run("standard");
    let results = ran.document["results"].as_array().unwrap();
    let words = |row: &Value| row["steps"][0]["inconclusive"].to_string();
    assert!(words(&results[0]).contains(" did not answer within 10 s; "), "{}", ran.text);
    let last = words(results.last().unwrap());
    assert!(last.contains("got no more requests after 3 in a row: http://"), "{last}");
    // Three requests of ten seconds, on a machine that is busy.
    assert!(ran.took < Duration::from_secs(60), "{:?}", ran.took);
}

#[test]
fn a_cookie_that_no_browser_stores_is_inconclusive() {
    let suite = POLICY.replace("sid=a-secret-cookie", "sid=a-secret-cookie; Max-Age=0");
    let suite = suite.replace("SERVER", &launch("is good").replace('\n', "\n    "));
    let ran = Suite::new().with_case("own", &suite).run("standard");
    let words = "does not store `sid=<15 bytes>; Max-Age=0; Secure; SameSite=None`";
    assert!(inconclusive_somewhere(&ran, words), "{}", ran.text);
}

fn inconclusive_somewhere(ran: &Ran, words: &str) -> bool {
    let results = ran.document["results"].as_array().unwrap();
    let steps = results.iter().flat_map(|result| result["steps"].as_array().unwrap());
    steps.filter_map(|step| step["inconclusive"].as_str()).any(|reason| reason.contains(words))
}

//! What `check` prints by default: the cause, the exchange that shows it, the repair and what to type next, on one screen.

use std::io::{BufRead, BufReader, Read};
use std::process::Command;

use crate::server::{ANSWERS_ALL, running};
use crate::suite::Suite;

const API: &str = "https://api.my-company.com";
const PAGE: &str = "https://app.my-company.com";
const LOGIN: &str = "session=a-secret-login; Secure; SameSite=None";

/// What `check` prints of a server that behaves so, and its exit code.
fn checked(does: &'static str, more: &[&str]) -> (Option<i32>, String) {
    let suite = Suite::new();
    let url = format!("{}/me", running(does));
    let arguments = ["check", &url, "--page", PAGE, "--engine", "standard"];
    let output = suite.harness(&[&arguments, more].concat()).output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.code(), text.concat())
}

#[track_caller]
fn fits(text: &str) {
    assert!(text.lines().count() <= 40, "{} lines:\n{text}", text.lines().count());
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(text.contains(part), "`{part}` is not in:\n{text}"));
}

/// A server, the options of `check`, and what it prints: the finding, the marked lines, and the repair.
type Known = (&'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const SERVERS: [Known; 9] = [
    ("serves a closed API", &[], &[
        "  high, origin-not-allowed\n",
        "      → 200\n    ✗   Access-Control-Allow-Origin is missing\n    repair: ",
        "        send    Access-Control-Allow-Origin: https://app.my-company.com\n        send    Vary: Origin\n",
    ]),
    ("sends 200 OK; Access-Control-Allow-Origin: {origin}; Access-Control-Allow-Credentials: true; Vary: Origin", &["--cookie", LOGIN], &[
        "  critical, reads-for-any-site-with-login\n",
        "    ✗   access-control-allow-origin: https://evil.example\n    ✗   access-control-allow-credentials: true\n        vary: Origin\n",
        "        remove  access-control-allow-origin: https://evil.example\n",
    ]),
    ("sends 200 OK; Access-Control-Allow-Origin: *; Access-Control-Allow-Credentials: true", &["--cookie", LOGIN], &[
        "  high, wildcard-with-credentials\n",
        "    ✗   access-control-allow-origin: *\n        access-control-allow-credentials: true\n",
        "        send    Access-Control-Allow-Origin: https://app.my-company.com\n",
    ]),
    ("sends 200 OK; Access-Control-Allow-Origin: https://app.my-company.com/", &[], &[
        "  high, origin-with-slash-or-path\n",
        "    ✗   access-control-allow-origin: https://app.my-company.com/\n",
    ]),
    ("sends 200 OK; Access-Control-Allow-Origin: https://app.my-company.com, https://admin.my-company.com", &[], &[
        "  high, several-origins-in-one-line\n",
        "    ✗   access-control-allow-origin: https://app.my-company.com,\n",
        "                                     https://admin.my-company.com\n",
    ]),
    ("sends 200 OK; Access-Control-Allow-Origin: https://app.my-company.com; Access-Control-Allow-Origin: *", &[], &[
        "  high, two-allow-origin-lines\n",
        "        access-control-allow-origin: https://app.my-company.com\n    ✗   access-control-allow-origin: *\n",
    ]),
    ("asks for a login on OPTIONS", &["--header", "Authorization: Bearer secret"], &[
        "  high, preflight-needs-login\n",
        "    OPTIONS https://api.my-company.com/me\n",
        "    ✗ → 401\n    ✗   Access-Control-Allow-Origin is missing\n",
        "        status  204\n",
        "    curl -i -X OPTIONS 'http://127.0.0.1:",
    ]),
    ("sends 200 OK; Server: nginx/1.22", &[], &[
        "  high, origin-not-allowed\n",
        "\n  --stack nginx ",
    ]),
    ("compares the end of origins", &["--cookie", LOGIN], &[
        "  critical, suffix-look-alike\n",
        "        origin: https://evilmy-company.com\n",
        "    ✗   access-control-allow-origin: https://evilmy-company.com\n",
    ]),
];

#[test]
fn a_fault_is_shown_on_one_screen() {
    for (does, more, parts) in SERVERS {
        let (code, text) = checked(does, &[more, &["--as", API]].concat());
        assert_eq!(code, Some(1), "{text}");
        fits(&text);
        has(&text, parts);
        has(&text, &["    curl -i ", "To see more, add to the command:\n", "\n  --verbose "]);
        assert!(!text.contains("secret") && !text.contains('|'), "{text}");
    }
    let (does, more, parts) = SERVERS[0];
    let (_, all) = checked(does, &[more, &["--as", API, "--verbose"]].concat());
    has(&all, &["| page ", parts[0]]);
}

/// Pages of other hosts get a note on Local Network Access.
#[test]
fn a_server_that_browsers_see_on_this_machine_fits_as_well() {
    for (does, ..) in &SERVERS[..3] {
        let (code, text) = checked(does, &[]);
        assert_eq!(code, Some(1), "{text}");
        fits(&text);
        has(&text, &["  note: outside of this harness, Chromium lets a page "]);
    }
}

#[test]
fn a_good_server_takes_a_few_lines() {
    let good =
        "sends 200 OK; Access-Control-Allow-Origin: https://app.my-company.com; Vary: Origin";
    let (code, text) = checked(good, &["--as", API]);
    assert_eq!(code, Some(0), "{text}");
    fits(&text);
    has(&text, &["The policy is kept in all ", "\n  --cookie 'NAME=VALUE' ", "\n  --save "]);
    assert!(text.lines().count() <= 13, "{text}");
}

#[test]
fn the_first_row_is_shown_before_the_others_are_played() {
    let suite = Suite::new();
    let url = format!("{}/me", running("answers another page late"));
    let arguments = ["check", &url, "--as", API, "--page", PAGE, "--engine", "standard"];
    let mut run = suite.harness(&arguments).spawn().unwrap();
    let mut output = BufReader::new(run.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    let (answers, changed) = &ANSWERS_ALL;
    *answers.lock().unwrap() = true;
    changed.notify_all();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(first, "GET /me from https://app.my-company.com: reads (200); policy: allowed\n");
    has(&rest, &["The policy is kept in all "]);
    assert!(run.wait().unwrap().success());
}

#[test]
fn the_lines_of_the_software_follow_on_request() {
    let closed = "serves a closed API";
    let (_, without) = checked(closed, &["--as", API]);
    has(&without, &["\n  --stack NAME "]);
    assert!(!without.contains("app.use(cors({"), "{without}");
    let (_, text) = checked(closed, &["--as", API, "--stack", "express"]);
    has(&text, &["    app.use(cors({\n", "      origin: [\"https://app.my-company.com\"],\n"]);
    assert!(!text.contains("--stack NAME"), "{text}");
    fits(&text);
}

#[test]
fn a_server_that_breaks_off_is_inconclusive_in_a_few_lines() {
    let (code, text) = checked("closes early", &["--as", API]);
    assert_eq!(code, Some(1), "{text}");
    fits(&text);
    has(
        &text,
        &[" inconclusive:\n", "What to do:\n", "If the server uses TLS, write https://127.0.0.1:"],
    );
    assert!(!text.contains("--save"), "no policy is saved for it: {text}");
}

#[test]
fn a_page_of_this_machine_is_told_of_its_other_origin() {
    let suite = Suite::new();
    let url = format!("{}/me", running("serves a closed API"));
    let page = ["--page", "http://127.0.0.1:3000", "--engine", "standard"];
    let output = suite.harness(&[&["check", &url], page.as_slice()].concat()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    fits(&text);
    has(&text, &["  note: http://127.0.0.1:3000 and http://localhost:3000 are different origins;"]);
    assert!(!text.contains("Local Network Access"), "the page is on the same machine: {text}");
}

#[test]
fn lines_fit_the_terminal() {
    let url = running("serves a closed API");
    let program = env!("CARGO_BIN_EXE_cors-harness");
    let command = format!(
        "stty cols 60 rows 50; {program} check {url}/me --as {API} --page {PAGE} --engine standard 2>/dev/null"
    );
    let output = Command::new("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\u{1b}[31m"), "the marked lines are red: {text}");
    let plain = anstream::adapter::strip_str(&text).to_string();
    has(&plain, &["✗   Access-Control-Allow-Origin is missing", "--verbose"]);
    for line in plain.lines() {
        assert!(line.trim_end().chars().count() <= 60, "{line}");
    }
}

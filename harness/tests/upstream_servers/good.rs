//! Servers that answer: what they are asked, what is recorded, and by which names.

use std::net::TcpListener;
use std::process::Stdio;

use crate::server::command;
use crate::suite::{Suite, chromium, launch, wait_until};

/// A page of a site, its server under its production names, and requests with all that is secret.
const CASE: &str = "
name: The team's own server is asked
because: It is what a page meets.
servers:
  https://api.my-company.com:
    SERVER
cookies:
  - https://api.my-company.com: sid=a-secret-cookie; Secure; SameSite=None
page: https://app.my-company.com
engines: [browsers, control]
steps:
  - fetch: https://api.my-company.com/me?a=b
    credentials: include
  - fetch: https://api.my-company.com/things
    method: PUT
    credentials: include
    headers: [Authorization: Bearer a-secret-token]
    body: things
";

/// The requests that a server wrote down, heads and bodies.
fn log_of(suite: &Suite) -> Vec<String> {
    let log = std::fs::read_to_string(suite.path("log")).unwrap_or_default();
    log.split("\n---\n").filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

fn has(request: &str, line: &str) -> bool {
    request.lines().any(|found| found == line)
}

#[test]
fn a_browser_requests_a_started_server() {
    if !chromium() {
        return;
    }
    let suite = Suite::new();
    let server = format!(
        "{}\n    ready: {{ line: listening }}",
        launch("is good").replace("]", &format!(", LOG: {}]", suite.path("log").display()))
    );
    let suite =
        suite.with_case("own", &CASE.replace("SERVER", &server.replace("\nenv", "\n    env")));
    let ran = suite.run("chromium");
    let row = ran.row();
    assert_eq!(row["verdict"], "agrees", "{}", ran.text);
    assert_eq!(row["steps"][0]["read"], "allowed", "{}", ran.text);
    assert_eq!(row["steps"][0]["response"]["body"], serde_json::Value::Null);
    let names = row["steps"][0]["response"]["headers"].to_string();
    assert!(names.contains("x-one") && names.contains("x-two"), "two lines expose them: {names}");
    let preflight = &row["steps"][1]["preflights"][0];
    assert_eq!(preflight["answer"]["status"], 204, "{}", ran.text);
    assert_eq!(row["steps"][1]["requests"][0]["answer"]["status"], 200, "{}", ran.text);
    assert_eq!(row["exchanges"][2]["body_length"], 6);

    let requests = log_of(&suite);
    let [get, preflight, put] = requests.as_slice() else { panic!("{requests:#?}") };
    assert!(get.starts_with("GET /me?a=b HTTP/1.1\r\nhost: api.my-company.com\r\n"), "{get}");
    assert!(has(get, "origin: https://app.my-company.com"), "{get}");
    assert!(has(get, "cookie: sid=a-secret-cookie"), "{get}");
    assert!(get.contains("\r\naccept-encoding: gzip"), "{get}");
    assert!(preflight.starts_with("OPTIONS /things HTTP/1.1\r\n"), "{preflight}");
    assert!(has(preflight, "access-control-request-headers: authorization"), "{preflight}");
    assert!(put.starts_with("PUT /things HTTP/1.1\r\n") && put.ends_with("things"), "{put}");
    assert!(has(put, "authorization: Bearer a-secret-token"), "{put}");
    for request in &requests {
        assert!(!request.contains("forwarded") && !request.contains("\r\nvia:"), "{request}");
    }
}

#[test]
fn servers_get_forwarded_headers_where_the_case_says_so() {
    for (forwarded, expected) in [
        (
            "\n    forwarded: true",
            &["for: 127.0.0.1", "host: api.my-company.com", "port: 443", "proto: https"][..],
        ),
        ("\n    forwarded: false", &[]),
    ] {
        let suite = Suite::new();
        let log = format!(", LOG: {}]", suite.path("log").display());
        let server = launch("is good").replace("\nenv", "\n    env").replace(']', &log);
        let suite = suite.with_case("own", &CASE.replace("SERVER", &(server + forwarded)));
        let ran = suite.run("control");
        assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
        let requests = log_of(&suite);
        assert_eq!(requests.len(), 2, "{requests:#?}");
        for request in requests {
            let lines = request.lines().filter_map(|line| line.strip_prefix("x-forwarded-"));
            let mut lines: Vec<_> = lines.collect();
            lines.sort_unstable();
            assert_eq!(lines, expected, "{request}");
        }
    }
}

#[test]
fn secrets_are_hidden() {
    let suite = Suite::new();
    let server = launch("is good").replace("\nenv", "\n    env");
    let suite = suite.with_case("own", &CASE.replace("SERVER", &server));
    let ran = suite.run("control");
    assert_eq!(ran.row()["steps"][1]["read"], "allowed", "{}", ran.text);
    let output_text = format!("{}{}", ran.text, ran.document);
    assert!(!output_text.contains("the last output"), "nothing failed but the review");
    for secret in ["a-secret", "secret-of-theirs"] {
        assert!(!output_text.contains(secret), "{secret}: {output_text}");
    }
}

#[test]
fn secrets_that_a_server_repeats_are_hidden() {
    let case = CASE.replace("a-secret-cookie", "alice").replace("a-secret-token", "tok");
    let server = launch("repeats secrets").replace("\nenv", "\n    env");
    let suite = Suite::new().with_case("own", &case.replace("SERVER", &server));
    std::fs::write(suite.path("snapshots/own@control.snap"), "---\nsource: own\n---\nother\n")
        .unwrap();
    let ran = suite.run("control");
    assert!(
        ran.text.contains("hello <5 bytes>, {'sid': '<5 bytes>'}, sid=<5 bytes>"),
        "{}",
        ran.text
    );
    assert!(ran.text.contains("x-user: <5 bytes>"), "{}", ran.text);
    let output_text = format!("{}{}", ran.text, ran.document);
    for secret in ["alice", "tok,", "Bearer tok", "x-token: tok"] {
        assert!(!output_text.contains(secret), "{secret}: {output_text}");
    }
}

#[test]
fn the_value_of_a_cookie_that_is_not_stored_is_hidden() {
    const COOKIE: &str = "sid=a-secret-cookie; Max-Age=0";
    if !chromium() {
        return;
    }
    let case = CASE.replace("SERVER", &launch("is good").replace("\nenv", "\n    env"));
    // One that is gone at once.
    let suite = Suite::new().with_case("own", &case.replace("sid=a-secret-cookie", COOKIE));
    let ran = suite.run("chromium");
    let words = "did not store the cookie `sid=<15 bytes>; Max-Age=0; Secure; SameSite=None`";
    assert!(ran.inconclusive().contains(words), "{}", ran.text);
    let output_text = format!("{}{}", ran.text, ran.document);
    assert!(!output_text.contains("a-secret-cookie"), "{output_text}");
}

#[test]
fn a_snapshot_has_no_secret() {
    let suite = Suite::new();
    let server = launch("is good").replace("\nenv", "\n    env");
    let suite = suite.with_case("own", &CASE.replace("SERVER", &server));
    let output = suite
        .harness(&["run", "--engine", "control"])
        .env("INSTA_UPDATE", "always")
        .output()
        .unwrap();
    let kept = std::fs::read_to_string(suite.path("snapshots/own@control.snap")).unwrap();
    assert!(kept.contains("PUT https://api.my-company.com/things"), "{output:?}");
    assert!(!kept.contains("secret"), "{kept}");
}

#[test]
fn failures_print_the_command_that_repeats_them() {
    let suite = Suite::doing("closes early");
    let ran = suite.run_with("control", &["--environment", "MODE=a-secret"]);
    let line = ran.text.lines().find(|line| line.starts_with("run it alone:")).unwrap();
    for part in [" run own --engine control", "--cases /", "/cases", "--snapshots /", "MODE=…"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!ran.text.contains("a-secret"), "{}", ran.text);
}

#[test]
fn the_model_uses_the_responses_of_the_server() {
    let suite = Suite::doing("is good");
    let output = suite.harness(&["explain", "own"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("the model cannot predict a real server"), "{words}");
    assert!(words.contains("`--engine standard`"), "{words}");
    for engine in ["chromium", "standard"] {
        if engine == "chromium" && !chromium() {
            continue;
        }
        let output = suite.harness(&["explain", "own", "--engine", engine]).output().unwrap();
        let output_text = String::from_utf8(output.stdout).unwrap();
        assert!(
            output_text.contains("◀─── 200") && output_text.contains("gets the response"),
            "{output_text}"
        );
        suite.left_nothing();
    }
}

#[test]
fn a_failed_trial_shows_the_last_output_of_its_server() {
    let suite = Suite::new();
    let server = launch("closes early").replace("\nenv", "\n    env");
    let suite = suite.with_case("own", &CASE.replace("SERVER", &server));
    let ran = suite.run("control");
    assert!(ran.inconclusive().contains("cookie: sid=<15 bytes>"), "{}", ran.text);
    assert!(ran.text.contains("authorization: Bearer <14 bytes>"), "{}", ran.text);
    let output_text = format!("{}{}", ran.text, ran.document);
    assert!(!output_text.contains("a-secret"), "{output_text}");

    let server = launch("is good").replace("\nenv", "\n    env");
    let suite = suite.with_case("own", &CASE.replace("SERVER", &server));
    std::fs::write(suite.path("snapshots/own@control.snap"), "---\nsource: own\n---\nother\n")
        .unwrap();
    let ran = suite.run("control");
    assert!(ran.text.contains("the last output of its server:"), "{}", ran.text);
    assert!(ran.text.contains("      was asked PUT /things HTTP/1.1"), "{}", ran.text);
    let output_text = format!("{}{}", ran.text, ran.document);
    assert!(!output_text.contains("a-secret"), "{output_text}");
}

#[test]
fn a_running_server_gets_requests_and_keeps_running() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = std::process::Command::new("sh")
        .args(["-c", &format!("exec {}", command())])
        .env("PORT", port.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let suite = Suite::new().with_server(&format!("upstream: http://127.0.0.1:{port}"));
    let ran = suite.run("control");
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
    assert!(server.try_wait().unwrap().is_none(), "it still runs");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn equal_servers_are_started_once() {
    let suite = Suite::new();
    let starts = suite.path("starts");
    let server = format!(
        "command: echo start >> '{}' && {}\nenvironment: [DOES: '${{does}}']",
        starts.display(),
        command()
    );
    let steps = "matrix: { does: [a, b], n: ['1', '2'] }\n\
                 steps: [{ fetch: 'http://api.example.com/${n}' }]";
    let suite = suite.with_server_and_steps(&server, steps);
    let case = std::fs::read_to_string(suite.path("cases/own.yaml")).unwrap();
    let suite = suite.with_case("same", &case);
    let ran = suite.run("control");
    assert_eq!(ran.document["results"].as_array().unwrap().len(), 8, "{}", ran.text);
    assert_eq!(std::fs::read_to_string(starts).unwrap().lines().count(), 2);
}

#[test]
fn folders_are_relative_to_the_case_and_the_port_is_a_variable() {
    let suite = Suite::new();
    std::fs::create_dir(suite.path("server")).unwrap();
    let server = format!(
        "command: pwd > where && echo ${{port}} $PORT $ALSO >> where && {}\n\
         folder: ../server\nenvironment: [ALSO: '${{port}}']\nready: /",
        command()
    );
    let suite = suite.with_server(&server);
    assert_eq!(suite.run("control").code, Some(1));
    let output_text = std::fs::read_to_string(suite.path("server/where")).unwrap();
    let (folder, ports) = output_text.trim().split_once('\n').unwrap();
    assert_eq!(std::path::Path::new(folder), suite.path("server").canonicalize().unwrap());
    let ports: Vec<_> = ports.split(' ').collect();
    assert!(ports.len() == 3 && ports.iter().all(|port| *port == ports[0]), "{ports:?}");
}

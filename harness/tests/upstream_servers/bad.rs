//! Servers that do not start and servers that do not answer: each is reported in time, and nothing is left.

use std::time::Duration;

use crate::server::command;
use crate::suite::{Ran, Suite, chromium, launch};

/// What a run takes on a machine that is busy, beside what it waits for.
const REST: Duration = Duration::from_secs(30);

#[track_caller]
fn within(ran: &Ran, seconds: u64) {
    let most = Duration::from_secs(seconds) + REST;
    assert!(ran.took < most, "{:?}\n{}", ran.took, ran.text);
}

#[test]
fn a_command_that_does_not_exist_is_reported() {
    let ran = Suite::new().with_server("command: no-such-server --port ${port}").run("control");
    let words = ran.unable();
    assert!(words.starts_with(
        "`no-such-server --port ${port}` ended before it was ready (exit status: 127); its last \
         output:\n"
    ), "{words}");
    assert!(words.ends_with("not found"), "{words}");
    within(&ran, 0);
}

#[test]
fn a_missing_folder_is_reported() {
    let ran = Suite::new().with_server("command: 'true'\nfolder: ../elsewhere").run("control");
    let words = ran.unable();
    assert!(words.starts_with("`true` cannot run in `"), "{words}");
    assert!(words.ends_with("/elsewhere`, which is not a folder"), "{words}");
}

#[test]
fn a_server_that_exits_at_once_is_reported() {
    let server = launch("exits").replace("]", ", KEY: hunter2-hunter2]");
    let ran = Suite::new().with_server(&server).run("control");
    let words = ran.unable();
    assert!(
        words.contains("ended before it was ready (exit status: 3); its last output:"),
        "{words}"
    );
    assert!(words.contains("settings.toml is missing, and the key is <15 bytes>"), "{words}");
    assert!(!ran.text.contains("hunter2"), "{}", ran.text);
    within(&ran, 0);
}

#[test]
fn a_server_that_listens_late_is_awaited() {
    let ran = Suite::doing("listens late").run("control");
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
    within(&ran, 2);
}

#[test]
fn the_ready_path_is_requested_until_it_succeeds() {
    for does in ["feels well later", "hangs first"] {
        let ready = format!("{}\nready: /health\nready-within: 20s", launch(does));
        let ran = Suite::new().with_server(&ready).run("control");
        assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{does}: {}", ran.text);
    }
}

#[test]
fn a_server_that_never_listens_is_reported() {
    let ran = not_ready("never listens", "ready-within: 500ms");
    let words = ran.unable();
    assert!(
        words.contains(
            "was not ready within 0.5 s: its port does not accept connections; its last output:"
        ),
        "{words}"
    );
    assert!(words.contains("this server <13 bytes>"), "{words}");
    within(&ran, 1);
}

#[test]
fn a_ready_path_that_fails_is_reported() {
    let ran = not_ready("answers 500", "ready-within: 2s\nready: /health");
    assert!(
        ran.unable().contains("was not ready within 2 s: `/health` answers 500; "),
        "{}",
        ran.text
    );
    within(&ran, 2);
    let ran = not_ready("never answers", "ready-within: 2s\nready: /health");
    let words = ran.unable();
    assert!(words.contains("was not ready within 2 s: "), "{words}");
    assert!(words.contains("was asked GET /health HTTP/1.1"), "{words}");
}

#[test]
fn a_missing_ready_line_is_reported() {
    let ran = not_ready("is silent", "ready-within: 1s\nready: { line: ready to serve }");
    let words = ran.unable();
    assert!(words.contains("no line of its output contains `ready to serve`"), "{words}");
}

fn not_ready(does: &str, more: &str) -> Ran {
    Suite::new().with_server(&format!("{}\n{more}", launch(does))).run("control")
}

#[test]
fn a_response_that_is_not_http_is_inconclusive() {
    let ran = Suite::doing("answers garbage").run("control");
    let words = ran.inconclusive();
    assert!(words.contains("answered something that is not HTTP: "), "{words}");
    assert!(words.contains("this server <15 bytes>"), "its last output: {words}");
    within(&ran, 0);
}

#[test]
fn a_server_without_a_response_is_inconclusive() {
    let ran = Suite::doing("never answers").run("control");
    assert!(
        ran.inconclusive().contains(" did not answer within 10 s; its last output:"),
        "{}",
        ran.text
    );
    within(&ran, 10);
}

#[test]
fn an_endless_response_is_inconclusive() {
    let ran = Suite::doing("streams for ever").run("control");
    let words = ran.inconclusive();
    assert!(words.contains(" did not complete its answer within 10 s; "), "{words}");
    within(&ran, 10);
}

#[test]
fn a_closed_connection_is_inconclusive() {
    let ran = Suite::doing("closes early").run("control");
    let words = ran.inconclusive();
    assert!(words.starts_with("http://localhost:"), "{words}");
    assert!(
        words.contains(" closed the connection before it answered; its last output:"),
        "{words}"
    );
    within(&ran, 0);
}

#[test]
fn a_truncated_response_is_inconclusive() {
    let ran = Suite::doing("breaks off").run("control");
    assert!(ran.inconclusive().contains(" stopped in the middle of its answer: "), "{}", ran.text);
    let reply = &ran.row()["exchanges"][0]["reply"];
    assert_eq!((&reply["status"], &reply["body_length"]), (&200.into(), &3.into()));
}

#[test]
fn a_response_of_5_gb_is_inconclusive() {
    let ran = Suite::doing("answers 5 GB").run("control");
    assert!(ran.inconclusive().contains(" answered more than 64 MiB; "), "{}", ran.text);
    within(&ran, 10);
}

#[test]
fn a_redirect_to_a_host_without_a_server_is_inconclusive() {
    let ran = Suite::doing("redirects away").run("control");
    assert_eq!(
        ran.inconclusive(),
        "elsewhere.example:80 was requested, and this row has no server there"
    );
    within(&ran, 0);
}

#[test]
fn rows_after_the_end_of_a_server_are_inconclusive() {
    let server = launch("dies");
    let steps = "matrix: { n: ['1', '2'] }\nsteps: [{ fetch: 'http://api.example.com/${n}' }]";
    let ran = Suite::new().with_server_and_steps(&server, steps).run("control");
    let words = ran.inconclusive();
    assert!(
        words.contains(" closed the connection before it answered; it ended (exit status: 7)"),
        "{words}"
    );
    let second = ran.document["results"][1]["steps"][0]["inconclusive"].as_str().unwrap();
    assert!(second.contains(" refused the connection; it ended (exit status: 7)"), "{second}");
    assert!(second.contains("was asked GET /1 HTTP/1.1"), "{second}");
}

#[test]
fn a_refused_connection_is_inconclusive() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ran =
        Suite::new().with_server(&format!("upstream: http://127.0.0.1:{port}")).run("control");
    assert_eq!(ran.inconclusive(), format!("http://127.0.0.1:{port} refused the connection"));
}

#[test]
fn servers_on_other_machines_must_be_allowed() {
    let suite = Suite::new().with_server("upstream: http://staging.invalid:8000");
    let ran = suite.run("control");
    assert_eq!(
        ran.unable(),
        "`staging.invalid:8000` is not on this machine: allow it with `--allow-upstream \
        staging.invalid:8000`, or in CORS_HARNESS_ALLOW_UPSTREAM"
    );
    let ran = suite.run_with("control", &["--allow-upstream", "staging.invalid:8000"]);
    let words = ran.inconclusive();
    assert!(
        words.starts_with("http://staging.invalid:8000 does not accept a connection: "),
        "{words}"
    );
}

#[test]
fn a_missing_server_does_not_affect_other_cases() {
    let suite = Suite::new().with_server("command: 'false'");
    let good = std::fs::read_to_string(suite.path("cases/own.yaml")).unwrap();
    let suite = suite.with_case("good", &good.replace("'false'", &command()));
    let ran = suite.run("control");
    assert_eq!(ran.document["not_run"].as_array().unwrap().len(), 1, "{}", ran.text);
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
}

/// A browser may send the request once more, and has its own messages for each failure.
#[test]
fn failing_servers_are_inconclusive_in_a_browser_too() {
    if !chromium() {
        return;
    }
    let steps = "matrix: { does: [answers-garbage, closes-early, answers-5-GB, streams-for-ever, \
                 redirects-away, breaks-off, is-good] }\n\
                 steps: [{ fetch: 'http://api.example.com/${does}' }]";
    let ran = Suite::new()
        .with_server_and_steps(&launch("does what is asked for"), steps)
        .run("chromium");
    let words = |row: usize| {
        let row = &ran.document["results"][row];
        assert_eq!(row["verdict"], "inconclusive", "{}", ran.text);
        row["steps"][0]["inconclusive"].as_str().unwrap()
    };
    for (row, expected) in [
        " answered something that is not HTTP: ",
        " closed the connection before it answered; its last output:",
        " answered more than 64 MiB; ",
        " did not complete its answer within 10 s; ",
        "elsewhere.example:80 was requested, and this row has no server there",
        " stopped in the middle of its answer: ",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(words(row).contains(expected), "{expected}: {}", words(row));
    }
    assert_eq!(ran.document["results"][6]["steps"][0]["read"], "allowed", "{}", ran.text);
    within(&ran, 30);
}

#[test]
fn a_server_that_hangs_gets_no_more_requests() {
    let steps = "matrix: { n: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], m: ['1', '2', '3', \
    '4'] }\n\
                 steps: [{ fetch: 'http://api.example.com/${n}${m}' }]";
    let ran = Suite::new().with_server_and_steps(&launch("never answers"), steps).run("control");
    let results = ran.document["results"].as_array().unwrap();
    let words = |row: &serde_json::Value| row["steps"][0]["inconclusive"].to_string();
    assert!(words(&results[0]).contains(" did not answer within 10 s; "), "{}", ran.text);
    let last = words(&results[35]);
    assert!(last.contains("got no more requests after 3 in a row: http://"), "{last}");
    assert!(last.contains(" did not answer within 10 s; its last output:"), "{last}");
    // As many requests as are sent at the same time hang by then.
    within(&ran, 10);
}

//! How servers end: by their signal, or killed.

use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::server::command;
use crate::suite::{Suite, chromium, launch, wait_until};

/// A shell that says which signal it got, around a server. It waits for it even if the server, which
/// gets the same one, is gone before.
fn telling(suite: &Suite, stop: &str) -> String {
    let log = suite.path("signals");
    let traps = ["TERM", "INT", "QUIT"].map(|signal| {
        format!("trap 'echo {signal} >> {}; kill $!; exit' {signal}; ", log.display())
    });
    format!("command: \"{}{} & while :; do wait; done\"\nstop: {stop}", traps.concat(), command())
}

#[test]
fn a_server_is_stopped_by_its_signal() {
    for signal in ["TERM", "INT", "QUIT"] {
        let suite = Suite::new();
        let server = telling(&suite, signal);
        let suite = suite.with_server(&server);
        let ran = suite.run("control");
        assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
        assert_eq!(std::fs::read_to_string(suite.path("signals")).unwrap().trim(), signal);
    }
}

#[test]
fn a_server_that_ignores_its_signal_is_killed() {
    let server = format!("command: \"trap '' TERM; {}\"", command());
    let began = Instant::now();
    let ran = Suite::new().with_server(&server).run("control");
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
    assert!(began.elapsed() >= Duration::from_secs(5), "it had its time");
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn a_server_that_leaves_its_group_is_stopped_as_well() {
    let server = format!("command: \"setsid {} & wait\"", command());
    let ran = Suite::new().with_server(&server).run("control");
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
}

#[test]
fn ctrl_c_while_a_server_is_asked_leaves_no_process_and_no_folder() {
    interrupted(Signal::INT);
}

#[test]
fn a_termination_leaves_no_process_and_no_folder() {
    interrupted(Signal::TERM);
}

fn interrupted(signal: Signal) {
    let suite = Suite::new();
    let server = telling(&suite, "TERM") + "\nenvironment: [DOES: never answers, LOG: LOGFILE]";
    let server = server.replace("LOGFILE", suite.path("log").to_str().unwrap());
    let suite = suite.with_server(&server);
    let mut child = suite.start("control");
    wait_until(|| suite.path("log").exists());
    kill_process(Pid::from_child(&child), signal).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(128 + signal.as_raw()));
    suite.left_nothing();
    assert_eq!(std::fs::read_to_string(suite.path("signals")).unwrap().trim(), "TERM");
}

/// A case that is played at once, beside one whose server never answers.
const QUICK: &str = "
name: It is answered
because: It has an answer.
engines: [control]
servers: { 'https://api.example.com': { /me: { GET: {} } } }
page: https://app.example.com
steps: [{ fetch: https://api.example.com/me }]
";

#[test]
fn a_signal_prints_the_results_so_far() {
    let suite = Suite::new();
    let server = telling(&suite, "TERM") + "\nenvironment: [DOES: never answers, LOG: LOGFILE]";
    let server = server.replace("LOGFILE", suite.path("log").to_str().unwrap());
    let suite = suite.with_server(&server).with_case("a-quick", QUICK);
    let mut child = suite.start("control");
    let errors = BufReader::new(child.stderr.take().unwrap());
    let played = "1 of 2 trials were played";
    assert!(errors.lines().any(|line| line.unwrap().contains(played)));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("a-quick") && text.contains("1 of 2 trials"), "{text}");
    suite.left_nothing();
}

#[test]
fn ctrl_c_while_a_server_starts_leaves_no_process_and_no_folder() {
    let suite = Suite::new();
    let started = suite.path("started");
    let server = launch("never listens").replacen(
        "command: ",
        &format!("command: touch {} && ", started.display()),
        1,
    );
    let suite = suite.with_server(&server);
    let mut child = suite.start("control");
    wait_until(|| started.exists());
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    suite.left_nothing();
}

#[test]
fn ctrl_c_with_a_browser_leaves_no_process_and_no_folder() {
    if !chromium() {
        return;
    }
    let suite = Suite::new();
    let server = format!("{}\n", launch("never answers"));
    let server = server.replace("]", &format!(", LOG: {}]", suite.path("log").display()));
    let suite = suite.with_server(&server);
    let mut child = suite.start("chromium");
    wait_until(|| suite.path("log").exists());
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    suite.left_nothing();
}

/// The document is written to a pipe that has no reader, so the write does not end by itself.
#[test]
fn ctrl_c_while_the_document_is_written_ends_the_run() {
    let suite = Suite::doing("is good");
    let json = suite.path("run.json");
    assert!(Command::new("mkfifo").arg(&json).status().unwrap().success());
    let arguments = ["run", "--engine", "control", "--repeat", "2", "--json"];
    let mut child = suite.harness(&arguments).arg(json).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    assert!(output.lines().any(|line| line.unwrap().contains("rows a second")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    wait_until(|| child.try_wait().unwrap().is_some());
    let _ = child.kill();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    suite.left_nothing();
}

#[test]
fn a_panic_leaves_no_process_and_no_folder() {
    let suite = Suite::doing("is good");
    let this = std::env::current_exe().unwrap();
    let mut child = Command::new(this)
        .args(["--exact", "ends::panics", "--ignored", "--nocapture"])
        .env("TMPDIR", suite.path("tmp"))
        .env("CASE", suite.path("cases"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    assert!(output.lines().any(|line| line.unwrap().contains("a server is there")));
    assert!(!child.wait().unwrap().success());
    suite.left_nothing();
}

#[test]
#[ignore = "panics on purpose, in a process that the test above starts"]
fn panics() {
    use cors_harness::upstream::{Reach, Upstreams};
    let _clean = cors_harness::engine::CleanEnd::hold();
    let cases = cors_harness::run::load(std::path::Path::new(&std::env::var_os("CASE").unwrap()))
        .unwrap()
        .cases;
    let own = cases[0].rows[0].servers[0].upstream.clone();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let servers = runtime.block_on(Upstreams::start(own, &Reach::default()));
    // The handle is lost, as in a panic that does not unwind through it.
    std::mem::forget(servers);
    println!("a server is there");
    panic!("on purpose");
}

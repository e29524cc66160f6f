//! The harness is killed by a signal that it cannot or does not handle: SIGKILL, also by the out-of-memory killer, and
//! the signals of limits of CPU time. Its guardian ends what is left.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Child;

use cors_harness::engine::Kind;
use procfs::process::Process;
use rustix::process::{Pid, Signal, kill_process};

use crate::run::{Run, interrupted, read_until, runs, wait_until};

/// Kills the harness in each engine, once it has come as far as `started` waits for. What it had started is ended.
fn killed(started: impl Fn(&Run) -> Child) {
    for run in runs() {
        killed_by(&run, started(&run), Signal::KILL);
    }
}

fn killed_by(run: &Run, mut harness: Child, signal: Signal) {
    let status = interrupted(&mut harness, signal);
    assert_eq!(status.signal(), Some(signal.as_raw()), "it ended before it was killed");
    run.left_nothing();
}

/// A run whose first case is not played before the browser was seen.
fn starting(run: &Run) -> Child {
    run.write_case("a", Some("600s"));
    run.start_harness()
}

#[test]
fn killing_it_at_the_start_of_the_driver_leaves_nothing() {
    killed(|run| {
        let child = starting(run);
        // The harness, its guardian, and something else.
        wait_until(|| run.processes().len() > 2);
        child
    });
}

#[test]
fn killing_it_at_the_start_of_the_browser_leaves_nothing() {
    killed(|run| {
        let child = starting(run);
        wait_until(|| !run.browsers().is_empty());
        child
    });
}

#[test]
fn killing_it_during_a_case_leaves_nothing() {
    killed(|run| run.under_way("600s"));
}

/// The default action of these signals ends the harness at once, like SIGKILL, so one moment of a run is enough.
#[test]
fn a_limit_of_cpu_time_leaves_no_process_and_no_folder() {
    for run in runs() {
        for signal in [Signal::XCPU, Signal::VTALARM] {
            killed_by(&run, run.under_way("600s"), signal);
        }
    }
}

#[test]
fn killing_it_after_the_last_case_leaves_nothing() {
    killed(|run| {
        run.write_case("a", None);
        let mut child = run.start_harness();
        read_until(&mut child, &format!("[{}] a", run.kind.as_str()));
        child
    });
}

/// A program that runs cases may be any test target: this one, whose `main` is not the harness's.
#[test]
fn a_killed_test_target_leaves_no_process_and_no_folder() {
    for run in runs() {
        let this = std::env::current_exe().unwrap();
        let test = format!("ends::waits_with_{}_open", run.kind.as_str());
        let mut child = run.start(&this, &["--exact", &test, "--ignored", "--nocapture"]);
        read_until(&mut child, "a browser is open");
        killed_by(&run, child, Signal::KILL);
    }
}

/// A server that leaves its process group, one that leaves it and has cleared its environment, in a group with one that
/// has not, one that takes a moment to end, and one that never does. The harness no longer reads what they print.
const SERVERS: &str = "
exec > /dev/null 2>&1
trap 'sleep 0.2; echo cleaned up > LOG; exit' TERM
setsid sh -c 'exec sleep 600' FOLDER &
setsid sh -c 'env -i sleep 601 & exec sleep 602' FOLDER &
sh -c \"trap '' TERM; echo ready > READY; while :; do sleep 603; done\" FOLDER &
while :; do wait; done
";

const OWN_SERVER: &str = "
name: The server is asked
because: A page asks it.
servers: { http://api.example.com: { command: sh SCRIPT } }
page: http://app.example.net
engines: [control]
steps: [{ fetch: http://api.example.com/me }]
";

#[test]
fn servers_that_were_started_end_with_a_harness_that_is_killed() {
    let Some(run) = Run::new(Kind::Chromium) else { return };
    let (script, log, ready) = (run.path("server.sh"), run.path("log"), run.path("ready"));
    let folder = run.path("").display().to_string();
    let text = SERVERS.replace("LOG", log.to_str().unwrap());
    let text = text.replace("READY", ready.to_str().unwrap()).replace("FOLDER", &folder);
    std::fs::write(&script, text).unwrap();
    let case = OWN_SERVER.replace("SCRIPT", script.to_str().unwrap());
    std::fs::write(run.path("cases/own.yaml"), case).unwrap();
    let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
    let child = run.start(harness, &["run", "--engine", "control"]);
    wait_until(|| ready.exists() && !sleeping("601").is_empty());
    assert_eq!(sleeping("601").len(), 1, "the one that cleared its environment is there");
    killed_by(&run, child, Signal::KILL);
    assert_eq!(std::fs::read_to_string(log).unwrap(), "cleaned up\n");
    assert_eq!(sleeping("601"), Vec::<i32>::new());
}

/// Processes that sleep for so long. One that has cleared its environment is known by nothing else.
fn sleeping(seconds: &str) -> Vec<i32> {
    let all = procfs::process::all_processes().unwrap().flatten();
    let sleeps = |process: &Process| {
        process.cmdline().is_ok_and(|arguments| arguments == ["sleep", seconds])
    };
    all.filter(sleeps).map(|process| process.pid).collect()
}

/// The guardian of a harness: its child that is a shell.
fn guardian(harness: &Child) -> Option<Process> {
    let harness = i32::try_from(harness.id()).unwrap();
    procfs::process::all_processes()
        .unwrap()
        .flatten()
        .find(|process| process.stat().is_ok_and(|stat| stat.ppid == harness && stat.comm == "sh"))
}

/// What a process has open under this number.
fn file(process: &Process, fd: i32) -> PathBuf {
    std::fs::read_link(format!("/proc/{}/fd/{fd}", process.pid)).unwrap()
}

#[test]
fn the_guardian_ignores_the_terminal_and_holds_no_pipe() {
    let Some(run) = Run::new(Kind::Chromium) else { return };
    let child = run.under_way("600s");
    let guardian = guardian(&child).unwrap();
    assert_eq!(guardian.stat().unwrap().pgrp, guardian.pid, "Ctrl-C goes to the harness's group");
    assert_eq!(guardian.cwd().unwrap(), PathBuf::from("/"), "no folder is in use by it");
    let harness = Process::new(i32::try_from(child.id()).unwrap()).unwrap();
    let outputs = [file(&harness, 1), file(&harness, 2)];
    let held: Vec<_> = guardian.fd().unwrap().flatten().map(|held| held.fd).collect();
    assert!(held.iter().all(|fd| !outputs.contains(&file(&guardian, *fd))), "{held:?}");
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        kill_process(Pid::from_raw(guardian.pid).unwrap(), signal).unwrap();
    }
    killed_by(&run, child, Signal::KILL);
    assert!(!guardian.is_alive(), "it goes when its work is done");
}

#[test]
fn the_guardian_exits_with_the_harness() {
    let Some(run) = Run::new(Kind::Chromium) else { return };
    let mut child = run.under_way("1s");
    let guardian = guardian(&child).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "nothing was reviewed");
    assert!(!guardian.is_alive());
    run.left_nothing();
}

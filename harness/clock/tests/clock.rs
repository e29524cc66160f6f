//! Programs of this machine with a clock that is moved.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use cors_clock::Clock;

/// Seconds since 1970, as `date` sees them.
fn date(clock: &Clock) -> u64 {
    let printed = Command::new("date").arg("+%s").envs(clock.environment()).output().expect("date");
    String::from_utf8(printed.stdout).expect("UTF-8").trim().parse().expect("a number")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn a_process_sees_the_offset() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::new(folder.path()).expect("a clock");
    let (before, seen) = (now(), date(&clock));
    assert!((before..=now()).contains(&seen), "no offset yet");
    clock.advance(86_400).expect("written");
    let (before, seen) = (now() + 86_400, date(&clock));
    assert!((before..=now() + 86_400).contains(&seen));
    assert_eq!(clock.offset(), 86_400);
}

/// A shell that prints the time each time it reads a line.
fn shell(clock: &Clock) -> Child {
    let script = "while read -r line; do date +%s; done";
    let mut command = Command::new("sh");
    command.args(["-c", script]).envs(clock.environment());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell")
}

#[test]
fn the_offset_reaches_a_process_that_runs_and_its_children() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::new(folder.path()).expect("a clock");
    let mut shell = shell(&clock);
    let mut input = shell.stdin.take().expect("a pipe");
    let mut lines = BufReader::new(shell.stdout.take().expect("a pipe")).lines();
    for advanced in [0, 600, 7200] {
        clock.advance(advanced).expect("written");
        let before = now() + clock.offset() as u64;
        writeln!(input).expect("the shell reads");
        let seen: u64 = lines.next().expect("a line").expect("UTF-8").parse().expect("a number");
        assert!((before..=now() + clock.offset() as u64).contains(&seen));
    }
    drop(input);
    assert!(shell.wait().expect("an end").success());
}

/// `timeout` waits by a timer, and `sleep` by `clock_nanosleep`. With the offset as a part of the wait this would take days.
#[test]
fn a_wait_is_as_long_as_without_an_offset() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::new(folder.path()).expect("a clock");
    clock.advance(1_000_000).expect("written");
    let mut sleep = Command::new("timeout");
    sleep.args(["60", "sleep", "0.01"]).envs(clock.environment());
    assert!(sleep.status().expect("timeout").success());
}

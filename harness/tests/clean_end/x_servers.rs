//! X servers that end before they are ready. A real one has its lock and socket by then and is ready a moment later; a
//! script stays in this state.

use std::path::{Path, PathBuf};

use cors_harness::engine::{Display, Kind};
use rustix::process::Signal;

use crate::run::{Run, interrupted, wait_until};

/// Writes an X server that has its lock and never names its display. It removes its lock only when it is asked to end. Gives the program and the lock, which is there when there is nothing left to be started.
fn starting(run: &Run) -> (PathBuf, PathBuf) {
    let lock = run.path("lock");
    let text = format!(
        "#!/bin/sh\ntrap 'rm {0}; exit' TERM\nsh -c ': > {0}; exec sleep 600' & wait\n",
        lock.display()
    );
    (run.write_program("Xvfb", &text), lock)
}

fn ctrl_c_while_it_starts(start: impl Fn(&Run) -> std::process::Child) {
    let Some(run) = Run::new(Kind::WebKit) else { return };
    run.write_case("a", None);
    let (_, lock) = starting(&run);
    let mut child = start(&run);
    wait_until(|| lock.exists());
    assert!(lock.exists(), "it was started");
    assert_eq!(interrupted(&mut child, Signal::INT).code(), Some(130));
    assert!(!lock.exists(), "it was asked to end");
    run.left_nothing();
}

#[test]
fn ctrl_c_while_a_run_starts_one_leaves_no_process_and_no_folder() {
    ctrl_c_while_it_starts(Run::start_harness);
}

#[test]
fn ctrl_c_in_doctor_leaves_no_process_and_no_folder() {
    let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
    ctrl_c_while_it_starts(|run| run.start(harness, &["doctor"]));
}

#[test]
fn an_abandoned_start_leaves_no_process() {
    let Some(run) = Run::new(Kind::WebKit) else { return };
    let (program, lock) = starting(&run);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let display = runtime.spawn(async move { Display::start(&program).await.map(drop) });
    wait_until(|| lock.exists());
    display.abort();
    assert!(runtime.block_on(display).unwrap_err().is_cancelled());
    assert!(!lock.exists(), "it was asked to end");
}

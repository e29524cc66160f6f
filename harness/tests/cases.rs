//! `cargo test`: every case on every engine that is installed, as a trial of its own.

use std::process::ExitCode;

use cors_harness::Suite;

fn main() -> ExitCode {
    Suite::new("cases").snapshots("snapshots").run()
}

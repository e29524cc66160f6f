//! `cargo test`: every case on every engine that is installed, as a separate trial.

use std::process::ExitCode;

use cors_harness::Suite;

fn main() -> ExitCode {
    Suite::new("cases").snapshots("snapshots").run()
}

//! `doctor`: shows what is installed, in which version, and what is missing.

use cors_harness::engine::{Kind, Part, survey};
use cors_harness::report::doctor_lines;

use super::{Exit, runtime};

/// `doctor`. Succeeds if there is at least one browser.
pub fn doctor() -> Exit {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let mut exit = Exit::CannotRun;
    for kind in Kind::ALL {
        let parts = runtime.block_on(survey(kind));
        if is_complete(&parts) {
            exit = Exit::AsRecorded;
        }
        say!("{}", doctor_lines(kind, &parts));
    }
    say!("control   always available: a plain HTTP client without origin rules");
    say!("standard  always available: the model of the Fetch standard");
    exit
}

fn is_complete(parts: &[Part]) -> bool {
    parts.iter().all(|part| part.place.is_some())
}

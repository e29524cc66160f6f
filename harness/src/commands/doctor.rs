//! `doctor`: what is installed, and what is missing.

use cors_harness::engine::{Installed, Kind};

use super::Exit;

/// `doctor`.
pub fn doctor() -> Exit {
    say!("control   always there: a plain HTTP client with no origin rules");
    let mut exit = Exit::AsRecorded;
    for kind in Kind::ALL {
        match Installed::find(kind) {
            Ok(installed) => say!("{:8}  {installed}", kind.as_str()),
            Err(missing) => {
                say!("{:8}  {missing}", kind.as_str());
                exit = Exit::Unable;
            }
        }
    }
    exit
}

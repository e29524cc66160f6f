//! An X server without a screen, for browsers that have no headless mode.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::process::{Child, Command};

use super::EngineError;
use super::driver::LAST_WORDS;
use crate::children::{Family, GRACE, Output, cleanup, start_family};

/// What it may take to be there on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Xvfb. Dropping it ends it, and its lock and socket with it.
#[derive(Debug)]
pub struct Display {
    number: u32,
    _server: Server,
}

impl Display {
    /// Starts the X server at `program` on a display of its own choice, and waits until it is there.
    /// It listens on no network.
    pub async fn start(program: &Path) -> Result<Self, EngineError> {
        let failed = |words| EngineError::Start { program: program.into(), words };
        let spawned = spawn(program).map_err(|error| failed(error.to_string()))?;
        let (server, mut output) = spawned;
        let number = output.first(|line| line.trim().parse().ok());
        match tokio::time::timeout(PATIENCE, number).await {
            Ok(Some(number)) => Ok(Self { number, _server: server }),
            late => {
                let late = late.map_or("it named no display in time; ", |_| "");
                Err(failed(format!("{late}{}", output.last_words())))
            }
        }
    }

    /// As `DISPLAY` takes it.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

/// An X server from the moment that it is a process. It has a lock and a socket before it names its display,
/// and takes them away itself when it is asked to end, but not when it is killed.
#[derive(Debug)]
struct Server {
    family: Family,
    _child: Child,
}

impl Drop for Server {
    /// Waits until it is gone, which takes it a moment: whoever drops it may be about to end the process.
    fn drop(&mut self) {
        self.family.signal(Signal::TERM);
        self.family.wait_here(Instant::now() + GRACE);
        cleanup::end_family(&self.family);
    }
}

/// `-displayfd` announces the number on that descriptor, on a line of its own.
fn spawn(program: &Path) -> std::io::Result<(Server, Output)> {
    let (output, pipe) = Output::new(LAST_WORDS)?;
    let mut command = Command::new(program);
    command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    let (child, family) = start_family(&mut command, pipe, Signal::TERM)?;
    Ok((Server { family, _child: child }, output))
}

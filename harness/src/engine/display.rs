//! An X server without a screen, for browsers that have no headless mode.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::process::{Child, Command};

use super::EngineError;
use super::driver::LAST_WORDS;
use crate::children::{Family, GRACE, Output, cleanup, start_family};

/// How long its start may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running Xvfb. Dropping it ends it, with its lock and socket.
#[derive(Debug)]
pub struct Display {
    number: u32,
    _server: Server,
}

impl Display {
    /// Starts the X server at `program` on a display that it chooses, and waits until it is ready.
    /// It listens on no network.
    pub async fn start(program: &Path) -> Result<Self, EngineError> {
        let failed = |words| EngineError::Start { program: program.into(), words };
        let spawned = spawn(program).map_err(|error| failed(error.to_string()))?;
        let (server, mut output) = spawned;
        let number = output.first(|line| line.trim().parse().ok());
        match tokio::time::timeout(TIMEOUT, number).await {
            Ok(Some(number)) => Ok(Self { number, _server: server }),
            late => {
                let late = late.map_or("it announced no display in time; ", |_| "");
                Err(failed(format!("{late}{}", output.last_words())))
            }
        }
    }

    /// The value of `DISPLAY`.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

/// An X server from the moment its process exists. It creates a lock and a socket before it
/// announces its display, and removes them itself when it is asked to end, but not when it is
/// killed.
#[derive(Debug)]
struct Server {
    family: Family,
    _child: Child,
}

impl Drop for Server {
    /// Waits until it has ended, which takes a moment: the process may be about to end.
    fn drop(&mut self) {
        self.family.signal(Signal::TERM);
        self.family.wait_here(Instant::now() + GRACE);
        cleanup::end_family(&self.family);
    }
}

/// `-displayfd` announces the number on that descriptor, on a separate line. With `-noreset` the server stays as it is when
/// its last client leaves: while it resets itself, it refuses the browser that starts next.
fn spawn(program: &Path) -> std::io::Result<(Server, Output)> {
    let (output, pipe) = Output::new(LAST_WORDS)?;
    let mut command = Command::new(program);
    command.args([
        "-displayfd",
        "1",
        "-noreset",
        "-screen",
        "0",
        "1280x1024x24",
        "-nolisten",
        "tcp",
    ]);
    let (child, family) = start_family(&mut command, pipe, Signal::TERM)?;
    Ok((Server { family, _child: child }, output))
}

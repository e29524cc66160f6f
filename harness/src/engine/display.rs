//! An X server without a screen, for browsers that have no headless mode.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::{Child, Command};

use super::EngineError;
use super::driver::LAST_WORDS;
use crate::children::{Output, leftovers, own_group};

/// What it may take to be there on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Xvfb. Dropping it kills it and removes what it leaves behind.
#[derive(Debug)]
pub struct Display {
    number: u32,
    leader: i32,
    _child: Child,
}

impl Display {
    /// Starts the X server at `program` on a display of its own choice, and waits until it is there.
    /// It listens on no network.
    pub async fn start(program: &Path) -> Result<Self, EngineError> {
        let failed = |words| EngineError::Start { program: program.into(), words };
        let spawned = spawn(program).map_err(|error| failed(error.to_string()))?;
        let (child, mut output) = spawned;
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
        leftovers::remember_group(leader);
        let number = output.first(|line| line.trim().parse().ok());
        let number = tokio::time::timeout(PATIENCE, number).await;
        let number = match number {
            Ok(Some(number)) => number,
            late => {
                leftovers::end_group(leader);
                let late = late.map_or("it named no display in time; ", |_| "");
                return Err(failed(format!("{late}{}", output.last_words())));
            }
        };
        files(number).into_iter().for_each(leftovers::remember_file);
        Ok(Self { number, leader, _child: child })
    }

    /// As `DISPLAY` takes it.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        leftovers::end_group(self.leader);
        files(self.number).iter().for_each(leftovers::end_file);
    }
}

/// `-displayfd` announces the number on that descriptor, on a line of its own.
fn spawn(program: &Path) -> std::io::Result<(Child, Output)> {
    let (output, pipe) = Output::new(LAST_WORDS)?;
    let mut command = Command::new(program);
    command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    let child = own_group(&mut command, pipe)?.spawn()?;
    Ok((child, output))
}

/// The lock and the socket of a display, which an X server that is killed leaves behind.
fn files(number: u32) -> [PathBuf; 2] {
    [format!("/tmp/.X{number}-lock"), format!("/tmp/.X11-unix/X{number}")].map(PathBuf::from)
}

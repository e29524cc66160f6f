//! The clock of a browser, and the folder with its files.

use std::io;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use cors_clock::Clock;
use cors_servers::Ahead;

use crate::children::cleanup;

/// A clock that can be moved, and with it the dates that servers send. Dropping it removes its files, so it lives as long
/// as its browser.
#[derive(Debug)]
pub struct BrowserClock {
    clock: Clock,
    servers: Ahead,
    folder: PathBuf,
}

impl BrowserClock {
    /// A clock with the time of the system, and the servers whose dates follow it.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where no clock can be moved, and every error of the files.
    pub fn new(servers: Ahead) -> io::Result<Self> {
        let folder = cleanup::make_folder()?;
        match Clock::new(&folder) {
            Ok(clock) => Ok(Self { clock, servers, folder }),
            Err(error) => {
                cleanup::end_folder(&folder);
                Err(error)
            }
        }
    }

    /// Moves it forward, in seconds.
    ///
    /// # Errors
    /// Every error of writing; nothing is moved then.
    pub fn advance(&self, seconds: u32) -> io::Result<()> {
        self.clock.advance(seconds)?;
        self.servers.advance(seconds);
        Ok(())
    }

    /// By how much it is ahead of the system's.
    pub fn ahead(&self) -> Duration {
        Duration::from_secs(self.clock.offset().unsigned_abs())
    }
}

impl Deref for BrowserClock {
    type Target = Clock;

    fn deref(&self) -> &Clock {
        &self.clock
    }
}

impl Drop for BrowserClock {
    fn drop(&mut self) {
        cleanup::end_folder(&self.folder);
    }
}

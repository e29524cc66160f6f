//! Moves the clock of a process, without waiting.
//!
//! A [`Clock`] is a file with an offset in seconds and a shared library beside it. A process that is started with the
//! variables of [`Clock::environment`] loads the library, which maps the file and adds the offset to every clock that the
//! process reads. [`Clock::advance`] changes the offset, and the process and all of its children see it at once. Timeouts
//! keep their real length: a deadline that the process computes from a moved clock is moved back before it waits for it.
//!
//! ```no_run
//! use std::process::Command;
//!
//! let folder = std::env::temp_dir();
//! let clock = cors_clock::Clock::new(&folder)?;
//! let mut command = Command::new("date");
//! command.envs(clock.environment());
//! clock.advance(600)?;
//! command.status()?; // prints the time in ten minutes
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The library works on Linux with glibc. It changes nothing in programs that are linked statically, that read the clock by
//! a system call of their own, or that are set-user-ID.

#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

/// The variable that names the file with the offset. `src/preload.rs` reads it.
pub const VARIABLE: &str = "CORS_CLOCK";

/// The shared library; empty where the platform is not supported.
const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/preload.so"));

/// Whether clocks can be moved on this platform.
pub const fn is_supported() -> bool {
    !LIBRARY.is_empty()
}

/// A clock that can be moved forward, for processes that are still to be started.
#[derive(Debug)]
pub struct Clock {
    library: PathBuf,
    page: PathBuf,
    offset: AtomicI64,
}

impl Clock {
    /// Writes the library and a page with the offset 0 into a folder, which must stay until the processes have ended.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] where [`is_supported`] is false, and every error of writing.
    pub fn new(folder: &Path) -> io::Result<Self> {
        if !is_supported() {
            let words = "clocks can be moved on Linux with glibc only";
            return Err(io::Error::new(io::ErrorKind::Unsupported, words));
        }
        let (library, page) = (folder.join("clock.so"), folder.join("clock"));
        fs::write(&library, LIBRARY)?;
        fs::write(&page, 0_i64.to_ne_bytes())?;
        Ok(Self { library, page, offset: AtomicI64::new(0) })
    }

    /// The variables that a process needs to have this clock. Its children inherit them.
    pub fn environment(&self) -> [(&'static str, &Path); 2] {
        [("LD_PRELOAD", &self.library), (VARIABLE, &self.page)]
    }

    /// Moves the clock forward, in seconds. A clock never runs backwards, as a browser's monotonic clock never does.
    ///
    /// # Errors
    ///
    /// Every error of writing.
    pub fn advance(&self, seconds: u32) -> io::Result<()> {
        let offset = self.offset.fetch_add(seconds.into(), Ordering::Relaxed) + i64::from(seconds);
        // Eight bytes at the beginning of a page reach a process that mapped it in one piece.
        let page = File::options().write(true).open(&self.page)?;
        write_all_at_start(&page, &offset.to_ne_bytes())
    }

    /// By how many seconds it is ahead.
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn write_all_at_start(file: &File, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, 0)
}

#[cfg(not(unix))]
fn write_all_at_start(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    io::Write::write_all(&mut file, bytes)
}

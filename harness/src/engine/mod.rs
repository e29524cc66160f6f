//! Engines: whoever makes the requests. Starting and surely ending drivers and browsers, running
//! the page's script, and reporting what it saw.
//!
//! No engine knows what should be allowed.

mod bidi;
mod channel;
mod chromium;
mod connecting;
mod contexts;
mod control;
mod cookie_jar;
mod cookies;
mod devtools;
mod display;
mod driver;
mod firefox;
mod installed;
mod limits;
mod listening_port;
mod opening;
mod page;
mod plain_client;
mod reasons;
mod required;
mod session;
mod side_channels;
mod source;
mod start_deadline;
mod webdriver;
mod webkit;

use std::path::PathBuf;
use std::time::Duration;

pub use crate::children::{CleanEnd, end_all};
pub use bidi::Bidi;
pub use control::{play as play_control, version as control_version};
pub use display::Display;
pub use driver::Driver;
pub use installed::{Installed, Kind, Missing, Part, survey};
pub use opening::{Authority, Opening};
pub use plain_client::{NoReply, PlainClient};
pub use required::Required;
pub use session::Session;
pub use source::{Remote, Source};
pub use webdriver::Browser;

/// What one call of a page may take before it counts as unsettled.
pub const CALL_PATIENCE: Duration = Duration::from_secs(15);

/// Why an engine could not do its part: the environment's fault, never a finding.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A driver that will not start.
    #[error("`{}` did not start: {words}", program.display())]
    Start {
        /// The driver.
        program: PathBuf,
        /// Its own words.
        words: String,
    },
    /// A driver that was killed, and something it started that was not.
    #[error(
        "something that `{}` started still runs {} s after it was killed: it has left the driver's process \
         group and holds its output",
        program.display(), deadline.as_secs()
    )]
    Left {
        /// The driver.
        program: PathBuf,
        /// How long was waited.
        deadline: Duration,
    },
    /// No folder for profiles.
    #[error("no temporary folder for the browser's profile: {words}")]
    Folder {
        /// The system's words.
        words: String,
    },
    /// There is too little of what a browser takes to start.
    #[error("{} cannot start: {words}", kind.as_str())]
    Lacks {
        /// The engine.
        kind: Kind,
        /// What there is, and what it takes.
        words: String,
    },
    /// A start that does not come to an end.
    #[error("the browser's start took longer than {words}")]
    Late {
        /// How long was waited.
        words: String,
        /// Whether the machine had more to do than it has processors.
        busy: bool,
    },
    /// A browser or driver that ended instead of starting.
    #[error("{words}")]
    Ended {
        /// Which of them, and how.
        words: String,
    },
    /// What else is known about an error.
    #[error("{error}; {words}")]
    Explained {
        /// The error.
        error: Box<EngineError>,
        /// What else is known.
        words: String,
    },
    /// The driver refused a session.
    #[error("the driver opened no session: {words}")]
    Session {
        /// The driver's words.
        words: String,
    },
    /// A command failed.
    #[error("the driver could not {what}: {words}")]
    Command {
        /// What was wanted.
        what: &'static str,
        /// The driver's words.
        words: String,
    },
    /// A navigation ended elsewhere.
    #[error("the page {wanted} did not load: the script would run in origin {got}")]
    Page {
        /// Origin that was wanted.
        wanted: String,
        /// Origin found.
        got: String,
    },
}

/// A start that did not come to an end in time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SlowStart {
    /// Whether the machine had more to do than it has processors.
    pub busy: bool,
}

impl EngineError {
    /// The same with what else is known, if anything is.
    fn explained(self, words: String) -> Self {
        match words.is_empty() {
            true => self,
            false => Self::Explained { error: Box::new(self), words },
        }
    }

    /// Of a browser that did not come to the end of its start: another may.
    pub fn late(&self) -> Option<SlowStart> {
        match self {
            Self::Late { busy, .. } => Some(SlowStart { busy: *busy }),
            Self::Explained { error, .. } => error.late(),
            _ => None,
        }
    }
}

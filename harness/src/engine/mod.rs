//! Engines, which make the requests: starting and ending drivers and browsers, running the page's
//! script, and reporting what it saw.
//!
//! An engine does not know what should be allowed.

mod bidi;
mod browser;
mod browser_clock;
mod build;
mod channel;
mod chosen;
mod chromium;
mod connecting;
mod control;
mod cookie_jar;
mod cookies;
mod devtools;
mod display;
mod driver;
mod firefox;
mod grid;
mod grid_status;
mod installed;
mod limits;
mod listening_port;
mod missing;
mod opening;
mod page;
mod plain_client;
mod playing;
mod profiles;
mod reasons;
mod remote;
mod required;
mod session;
mod side_channels;
mod source;
mod start_deadline;
mod tabs;
mod webdriver;
mod webkit;

use std::path::PathBuf;
use std::time::Duration;

pub use crate::browsers::Kind;
pub use crate::children::{CleanEnd, end_all, on_signal};
pub use bidi::Bidi;
use browser::{Browser, DriverCommand, Program};
pub use browser_clock::BrowserClock;
pub use build::Build;
pub use chosen::ChosenBrowser;
pub use control::{play as play_control, version as control_version};
pub use display::Display;
pub use driver::Driver;
pub use grid::{Grid, GridOffer};
pub use installed::{BrowserSurvey, BuildCell, Installed, Part, survey};
pub use missing::{Missing, WrongDriver};
pub use opening::{Authority, Opening};
pub use plain_client::{NoReply, PlainClient};
pub use reasons::token;
pub(crate) use reasons::{cors_error, cors_reason};
pub use remote::Remote;
pub use required::Required;
pub use session::Session;
pub use source::Source;
pub use webdriver::OpenBrowser;

/// How long a call of a page may take before it counts as unsettled.
pub const CALL_DEADLINE: Duration = Duration::from_secs(15);

/// Why an engine could not do its part: a fault of the environment, never a finding.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A driver that does not start.
    #[error("`{}` did not start: {words}", program.display())]
    Start {
        /// The driver.
        program: PathBuf,
        /// Its message.
        words: String,
    },
    /// A browser that cannot play.
    #[error(transparent)]
    Missing(Missing),
    /// A driver that was killed, and something it started that was not.
    #[error(
        "a process that `{}` started still runs {} s after the driver was killed: it left the \
        driver's process group and holds its output open",
        program.display(), deadline.as_secs()
    )]
    Left {
        /// The driver.
        program: PathBuf,
        /// How long the harness waited.
        deadline: Duration,
    },
    /// There is no folder for profiles.
    #[error("no temporary folder for the browser's profile: {words}")]
    Folder {
        /// The system's message.
        words: String,
    },
    /// Something that a browser needs to start is scarce.
    #[error("{} cannot start: {words}", kind.as_str())]
    Lacks {
        /// The engine.
        kind: Kind,
        /// What is available, and what is needed.
        words: String,
    },
    /// A start that does not complete.
    #[error("the browser's start took longer than {words}")]
    Late {
        /// How long the harness waited.
        words: String,
        /// Whether the machine had more running tasks than processors.
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
        /// The driver's message.
        words: String,
    },
    /// A driver or grid that does not answer.
    #[error("no driver or grid answers at {url}: {words}")]
    Unreachable {
        /// Its address.
        url: String,
        /// What went wrong.
        words: String,
    },
    /// A grid that has given a request for a session to no browser.
    #[error("the grid opened no session: {words}")]
    Queue {
        /// The grid's message.
        words: String,
    },
    /// A grid that had no session until the time was up.
    #[error("the grid at {url} opened no session for {} within {waited:?}: {words}", kind.as_str())]
    NoSession {
        /// The engine.
        kind: Kind,
        /// The address of the grid.
        url: String,
        /// How long the harness waited.
        waited: Duration,
        /// What it waited for.
        words: String,
    },
    /// A command failed.
    #[error("the driver could not {what}: {words}")]
    Command {
        /// The command.
        what: &'static str,
        /// The driver's message.
        words: String,
    },
    /// A navigation that ended elsewhere.
    #[error("the page {wanted} did not load: the script would run in origin {got}")]
    Page {
        /// Expected origin.
        wanted: String,
        /// Actual origin.
        got: String,
    },
}

/// A start that did not complete in time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SlowStart {
    /// Whether the machine had more running tasks than processors.
    pub busy: bool,
}

impl EngineError {
    /// The same with what else is known, if anything.
    fn explained(self, words: String) -> Self {
        match words.is_empty() {
            true => self,
            false => Self::Explained { error: Box::new(self), words },
        }
    }

    /// Set for a browser that did not complete its start: another one may.
    pub fn late(&self) -> Option<SlowStart> {
        match self {
            Self::Late { busy, .. } => Some(SlowStart { busy: *busy }),
            Self::Explained { error, .. } => error.late(),
            _ => None,
        }
    }
}

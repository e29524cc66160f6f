//! What the commands do, and their exit codes.

use std::process::ExitCode;

#[macro_use]
mod output;

mod check;
mod compare;
mod diff;
mod doctor;
mod explain;
mod find;
mod init;
mod keep;
mod list;
mod measure;
mod merge;
mod play;
mod run;
mod why;

pub use check::check;
pub use compare::compare;
pub use diff::diff;
pub use doctor::doctor;
pub use explain::explain;
pub use init::init;
pub use keep::{accept, review};
pub use list::{completions, list, manual, schema};
pub use measure::measure;
pub use merge::merge;
pub use output::printed;
pub use run::run;
pub use why::why;

/// The exit code; the greatest of several wins.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Exit {
    /// Everything is as recorded.
    AsRecorded,
    /// Something differs, is missing or inconclusive.
    Differs,
    /// A case or the command line is wrong.
    BadInput,
    /// The environment cannot run it.
    CannotRun,
}

impl Exit {
    /// The word for a problem with this exit code in the document of a shard.
    fn problem(self) -> &'static str {
        match self {
            Self::AsRecorded | Self::Differs => "failed",
            Self::BadInput | Self::CannotRun => "error",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::AsRecorded => 0,
            Exit::Differs => 1,
            Exit::BadInput => 2,
            Exit::CannotRun => 3,
        })
    }
}

/// A runtime for a command that plays no cases, or the complaint that there is none.
fn runtime() -> Result<tokio::runtime::Runtime, Exit> {
    tokio::runtime::Runtime::new().map_err(|error| {
        complain!("error: {error}");
        Exit::CannotRun
    })
}

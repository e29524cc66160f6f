//! Exit codes.

use std::process::ExitCode;

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
    pub(super) fn problem(self) -> &'static str {
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

//! How the program ends.

use std::process::ExitCode;

/// How the program ends; the greatest of several reasons wins.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Exit {
    /// All as recorded.
    AsRecorded,
    /// Something differs, is missing or inconclusive.
    Differs,
    /// A case or the command line is wrong.
    BadInput,
    /// The environment cannot do it.
    CannotRun,
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

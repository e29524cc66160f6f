//! What the commands do, and their exit codes.

#[macro_use]
mod output;

mod check;
mod compare;
mod diff;
mod doctor;
mod exit;
mod explain;
mod files;
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
pub use exit::Exit;
pub use explain::explain;
pub use init::init;
pub use keep::{accept, review};
pub use list::{completions, list, manual, schema};
pub use measure::measure;
pub use merge::merge;
pub use output::printed;
pub use run::run;
pub use why::why;

/// A runtime for a command that plays no cases, or the complaint that there is none.
fn runtime() -> Result<tokio::runtime::Runtime, Exit> {
    tokio::runtime::Runtime::new().map_err(|error| {
        complain!("error: {error}");
        Exit::CannotRun
    })
}

//! Child processes of whoever starts some: what they print, and that none of them is left.
//!
//! Knows nothing of what they are for.

mod family;
pub(crate) mod leftovers;
mod output;
mod signals;

use std::os::fd::OwnedFd;
use std::process::Stdio;

use tokio::process::Command;

pub(crate) use family::{Family, GRACE};
pub use leftovers::{CleanEnd, end_all};
pub(crate) use output::{LastWords, Output};
pub(crate) use signals::end_on_signals;

/// A command that leads a process group and talks into `pipe`.
pub(crate) fn own_group(command: &mut Command, pipe: OwnedFd) -> std::io::Result<&mut Command> {
    Ok(command
        .stdin(Stdio::null())
        .stdout(Stdio::from(pipe.try_clone()?))
        .stderr(Stdio::from(pipe))
        .process_group(0)
        .kill_on_drop(true))
}

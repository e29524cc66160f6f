//! Child processes: their output, and ending all of them.
//!
//! The module does not know what they are for.

pub(crate) mod cleanup;
mod family;
mod guardian;
mod output;
mod signals;

use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::process::Signal;
use tokio::process::{Child, Command};

pub(crate) use cleanup::Opening;
pub use cleanup::end_all;
pub(crate) use family::{Family, GRACE};
pub(crate) use output::{LastWords, Output};
pub(crate) use signals::end_on_signals;
pub use signals::{CleanEnd, on_signal};

/// Starts a command that leads its own family and writes to `pipe`. `signal` asks it to end. It
/// ends not later than the harness, however the harness ends.
pub(crate) fn start_family(
    command: &mut Command,
    pipe: OwnedFd,
    signal: Signal,
) -> std::io::Result<(Child, Family)> {
    let _opening = Opening::expect();
    guardian::watch();
    let mark = Family::mark(signal);
    let child = command
        .envs([Family::variable(&mark)])
        .stdin(Stdio::null())
        .stdout(Stdio::from(pipe.try_clone()?))
        .stderr(Stdio::from(pipe))
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let leader = child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
    let family = Family::new(leader, mark);
    cleanup::remember_family(&family, signal);
    Ok((child, family))
}

//! What is printed, and what happens where it cannot be.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;

/// Prints a line of what was found.
macro_rules! say {
    ($($words:tt)*) => { $crate::commands::output::found(format_args!($($words)*)) };
}

/// Prints a line of what is wrong.
macro_rules! complain {
    ($($words:tt)*) => { $crate::commands::output::wrong(format_args!($($words)*)) };
}

/// Why something that was found could not be printed.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Whether what was found goes to standard error, because standard output has something else.
static DIVERTED: AtomicBool = AtomicBool::new(false);

/// From now on lines of what was found go to standard error.
pub(super) fn divert() {
    DIVERTED.store(true, Ordering::Relaxed);
}

/// A line of what was found. Its colours are left out where they are not wanted: `NO_COLOR`, `CLICOLOR_FORCE`, or
/// no terminal. A reader may have had enough of it (`| head`); that is no failure.
pub(super) fn found(words: Arguments<'_>) {
    let written = match DIVERTED.load(Ordering::Relaxed) {
        true => writeln!(anstream::stderr(), "{words}"),
        false => writeln!(anstream::stdout(), "{words}"),
    };
    let Err(error) = written else { return };
    if let Ok(mut lost) = LOST.lock()
        && error.kind() != ErrorKind::BrokenPipe
    {
        lost.get_or_insert(error);
    }
}

/// A line on standard error. Where nobody can read it, the exit code still says that something is wrong.
pub(super) fn wrong(words: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// How a command ends that found this, if all of it could be printed.
pub fn printed(exit: Exit) -> Exit {
    let lost = LOST.lock().ok().and_then(|mut lost| lost.take());
    let Some(error) = lost else { return exit };
    complain!("error: standard output cannot be written: {error}");
    Exit::CannotRun
}

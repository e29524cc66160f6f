//! Prints results and errors, and handles a closed output.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;

/// Prints a line of results.
macro_rules! say {
    ($($words:tt)*) => { $crate::commands::output::found(format_args!($($words)*)) };
}

/// Prints a line about an error.
macro_rules! complain {
    ($($words:tt)*) => { $crate::commands::output::wrong(format_args!($($words)*)) };
}

/// Why results could not be printed.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Whether what was found goes to standard error, because standard output has something else.
static DIVERTED: AtomicBool = AtomicBool::new(false);

/// From now on lines of what was found go to standard error.
pub(super) fn divert() {
    DIVERTED.store(true, Ordering::Relaxed);
}

/// A line of what was found. Its colours are left out where they are not wanted: `NO_COLOR`, `CLICOLOR_FORCE`, or
/// no terminal. The reader may have stopped reading (`| head`), which is no failure.
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

/// A line on standard error. If it cannot be written, the exit code still reports the error.
pub(super) fn wrong(words: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// The exit code of a command with this result, if everything could be printed.
pub fn printed(exit: Exit) -> Exit {
    let lost = LOST.lock().ok().and_then(|mut lost| lost.take());
    let Some(error) = lost else { return exit };
    complain!("error: standard output cannot be written: {error}");
    Exit::CannotRun
}

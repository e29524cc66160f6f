//! Prints results, errors and commands to type, handles a closed output, and checks files to write.

use std::ffi::OsStr;
use std::fmt::{Arguments, Display};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use cors_harness::shell;

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
static ON_STANDARD_ERROR: AtomicBool = AtomicBool::new(false);

/// From now on lines of what was found go to standard error.
pub(super) fn print_to_standard_error() {
    ON_STANDARD_ERROR.store(true, Ordering::Relaxed);
}

/// A line of what was found. Its colours are left out where they are not wanted: `NO_COLOR`, `CLICOLOR_FORCE`, or
/// no terminal. The reader may have stopped reading (`| head`), which is no failure.
pub(super) fn found(words: Arguments<'_>) {
    let written = match ON_STANDARD_ERROR.load(Ordering::Relaxed) {
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

/// The program as the user typed it: cargo sets a variable for what it runs.
pub(super) fn this_program() -> String {
    let by_cargo = std::env::var_os("CARGO").is_some();
    if by_cargo { "cargo run --".to_owned() } else { env!("CARGO_BIN_NAME").to_owned() }
}

/// Options, each with its value if it has one, as they are typed.
pub(super) fn options(typed: Vec<(&'static str, Option<String>)>) -> impl Iterator<Item = String> {
    typed.into_iter().map(|(option, value)| match value {
        Some(value) => format!("{option} {}", quoted(value.as_ref())),
        None => option.to_owned(),
    })
}

/// A word, quoted for a shell.
pub(super) fn quoted(word: &OsStr) -> String {
    shell::word(&word.to_string_lossy())
}

/// Whether a new file can be written; its folder may not exist yet.
pub(super) fn try_new(file: &Path) -> io::Result<()> {
    if file.try_exists()? {
        let words = "the file exists; choose another name";
        return Err(io::Error::new(ErrorKind::AlreadyExists, words));
    }
    let above = |path: &&Path| path.as_os_str().is_empty() || path.exists();
    let folder = file.ancestors().skip(1).find(above).unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    tempfile::tempfile_in(folder).map(|_| ())
}

/// Says why a file cannot be written.
pub(super) fn unwritten(file: &Path, error: &impl Display) -> Exit {
    complain!("error: `{}` cannot be written: {error}", file.display());
    Exit::CannotRun
}

//! Checks files that are written at the end before anything is started.

use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::Exit;

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

//! What small reports have in common: something short is kept of each trial, and the file is written at the end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{CaseResult, Finished, ReportError, Reporter};

/// Keeps a `T` of each trial.
pub(super) struct Collected<T> {
    file: PathBuf,
    keep: fn(&CaseResult<'_>) -> T,
    write: fn(&mut dyn Write, Vec<T>, &Finished<'_>) -> io::Result<()>,
    kept: BTreeMap<usize, T>,
}

impl<T: 'static> Collected<T> {
    /// A reporter that writes what `keep` gave of all trials with `write`, in the order of the trials.
    pub(super) fn reporter(
        file: &Path,
        keep: fn(&CaseResult<'_>) -> T,
        write: fn(&mut dyn Write, Vec<T>, &Finished<'_>) -> io::Result<()>,
    ) -> Box<dyn Reporter> {
        Box::new(Self { file: file.to_owned(), keep, write, kept: BTreeMap::new() })
    }
}

impl<T> Reporter for Collected<T> {
    fn case(&mut self, case: &CaseResult<'_>) {
        self.kept.insert(case.trial, (self.keep)(case));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        let kept = std::mem::take(&mut self.kept).into_values().collect();
        let write = |output: &mut dyn Write| (self.write)(output, kept, run);
        written(&self.file, write)
    }
}

/// Writes a file as a whole.
pub(super) fn written(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), ReportError> {
    let whole = || {
        let mut output = BufWriter::new(File::create(file)?);
        write(&mut output)?;
        output.flush()
    };
    whole().map_err(|error| ReportError::Unwritten { file: file.to_owned(), error })
}

/// A path as CI services expect it: below the current folder, with `/` between its parts.
pub(super) fn relative(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    let parts = path.components().filter(|part| *part != std::path::Component::CurDir);
    parts
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replace("//", "/")
}

//! Reporters receive the events of a run and write them down: for a terminal, or into a file.
//!
//! A new format is a file in this folder and an entry in [`FORMATS`].

mod collected;
mod compared;
mod console;
mod github;
mod har;
mod html;
mod json;
mod junit;
mod markdown;
mod merged;
mod merged_text;
mod sarif;
mod spool;
mod wptreport;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::case::{Case, Row};
use crate::results::{Engine, Judged, RowOutcome, Times};
use crate::shards::ShardRecord;
use crate::verdict::EngineWideCounts;

pub use compared::RunMatrix;
pub use console::{
    Console, ConsoleOptions, Print, Progress, RowsPlayed, VerboseConsole, terminal_width,
};
pub use github::is_github;
pub use merged::{MergedRun, recorded};
pub use merged_text::merged_text;

/// A case on an engine.
pub type Trial = (Arc<Case>, Engine);

/// Receives the events of a run in this order: the start; for each trial its rows and then the
/// trial itself; after the last trial of an engine, the end of the engine; the end of the run.
pub trait Reporter {
    /// The run starts. These are its trials, in the order written.
    fn started(&mut self, trials: &[Trial]) {
        let _ = trials;
    }

    /// A row was played and judged.
    fn row(&mut self, row: &RowResult<'_>) {
        let _ = row;
    }

    /// All rows of a case on an engine were played, and the case was compared with its snapshot.
    fn case(&mut self, case: &CaseResult<'_>) {
        let _ = case;
    }

    /// All cases of an engine were played.
    fn engine_done(&mut self, engine: Engine) {
        let _ = engine;
    }

    /// All cases of all engines were played.
    ///
    /// # Errors
    /// If the report could not be written.
    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError>;
}

/// A case on an engine, after it was played.
#[derive(Clone, Copy, Debug)]
pub struct CaseResult<'a> {
    /// The number of the trial in the order written. Trials may be played in another order.
    pub trial: usize,
    /// The case.
    pub case: &'a Case,
    /// How it compares with its snapshot, and its rows.
    pub judged: &'a Judged,
}

/// A row of such a case.
#[derive(Clone, Copy, Debug)]
pub struct RowResult<'a> {
    /// The case it belongs to.
    pub of: CaseResult<'a>,
    /// The row.
    pub row: &'a Row,
    /// What happened.
    pub outcome: &'a RowOutcome,
}

/// A run that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    /// The trials in the order written, in short form.
    pub played: &'a [(Arc<Case>, Judged)],
    /// Departures that engines have in every row of a kind.
    pub engine_wide: &'a EngineWideCounts,
    /// Where the time of each engine went.
    pub times: &'a [(Engine, Times)],
    /// How long the run took.
    pub took: Duration,
    /// Which shard it is, if it is one.
    pub shard: Option<&'a ShardRecord>,
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file cannot be written.
    #[error("`{}` cannot be written: {error}", file.display())]
    Unwritten {
        /// The file.
        file: PathBuf,
        /// The system's message.
        error: io::Error,
    },
    /// The temporary file cannot be used.
    #[error("results cannot be kept in `{}`: {error}; `TMPDIR` names another folder", folder.display())]
    Unspooled {
        /// Its folder.
        folder: PathBuf,
        /// The system's message.
        error: io::Error,
    },
}

impl ReportError {
    fn unspooled(error: io::Error) -> Self {
        Self::Unspooled { folder: std::env::temp_dir(), error }
    }
}

/// A format of reports.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// Where such a report goes.
    pub target: Target,
    open: fn(&Path) -> Result<Box<dyn Reporter>, ReportError>,
    /// What a shard writes down about a trial for this report; `null` if the other results are enough.
    keep: fn(&CaseResult<'_>) -> Value,
    /// Writes the report of a run that several shards have played.
    join: fn(&Path, &MergedRun<'_>) -> Result<(), ReportError>,
}

/// Where a report goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// To a file.
    File,
    /// To a file whose name ends with this; what does not is a folder, which gets an `index` file with this end.
    FileOrFolder(&'static str),
    /// To the service that runs the harness.
    Service,
}

/// All formats of reports.
pub const FORMATS: &[Format] = &[
    github::FORMAT,
    har::FORMAT,
    html::FORMAT,
    json::FORMAT,
    junit::FORMAT,
    markdown::FORMAT,
    sarif::FORMAT,
    wptreport::FORMAT,
];

impl Format {
    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }

    /// A reporter that writes this file when the run is finished. Until then the file keeps its
    /// content.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn open(self, path: &Path) -> Result<Box<dyn Reporter>, ReportError> {
        let file = self.file(path);
        let unwritten = |error| ReportError::Unwritten { file: file.clone(), error };
        if file != path && !path.is_dir() {
            fs::create_dir(path).map_err(unwritten)?;
        }
        if self.target != Target::Service {
            try_to_write(&file).map_err(unwritten)?;
        }
        (self.open)(&file)
    }

    /// The file that is written.
    fn file(self, path: &Path) -> PathBuf {
        match self.target {
            Target::FileOrFolder(end) if !path.to_string_lossy().ends_with(end) => {
                path.join(format!("index{end}"))
            }
            _ => path.to_owned(),
        }
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Format").field(&self.name).finish()
    }
}

/// Whether a file can be overwritten. It is not changed.
fn try_to_write(file: &Path) -> io::Result<()> {
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            File::create_new(file)?;
            fs::remove_file(file)
        }
        // The reader of a pipe would take the end of a writer for the end of the report.
        Ok(found) if !found.is_file() && !found.is_dir() => Ok(()),
        found => {
            found?;
            OpenOptions::new().append(true).open(file).map(|_| ())
        }
    }
}

/// Several reporters of one run.
pub struct Reporters<'a> {
    reporters: Vec<Box<dyn Reporter + 'a>>,
    /// The number of trials of each engine that are still to come.
    left: BTreeMap<Engine, usize>,
}

impl<'a> Reporters<'a> {
    /// Starts the report of a run with these trials.
    pub fn start(trials: &[Trial], mut reporters: Vec<Box<dyn Reporter + 'a>>) -> Self {
        reporters.iter_mut().for_each(|reporter| reporter.started(trials));
        let mut left = BTreeMap::new();
        trials.iter().for_each(|(_, engine)| *left.entry(*engine).or_default() += 1);
        Self { reporters, left }
    }

    /// Reports a case and its rows, and its engine if that was its last case.
    pub fn case(&mut self, result: CaseResult<'_>) {
        let CaseResult { case, judged, .. } = result;
        for reporter in &mut self.reporters {
            for (row, outcome) in case.rows.iter().zip(&judged.rows) {
                reporter.row(&RowResult { of: result, row, outcome });
            }
            reporter.case(&result);
        }
        let Some(left) = self.left.get_mut(&judged.engine) else { return };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.reporters.iter_mut().for_each(|reporter| reporter.engine_done(judged.engine));
        }
    }

    /// Reports the end to all reporters, even if one of them fails; returns the failures.
    pub fn finish(mut self, run: &Finished<'_>) -> Vec<ReportError> {
        let results = self.reporters.iter_mut().map(|reporter| reporter.finished(run));
        results.filter_map(Result::err).collect()
    }
}

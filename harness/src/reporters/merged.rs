//! Reports of a run that several shards have played. Each shard has written down what a report keeps of its trials.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{CaseResult, FORMATS, Finished, Format, ReportError};
use crate::report::{UsualCommands, failure};
use crate::results::{Engine, Times};
use crate::shards::{Merged, RecordedTrial};

/// A run that several shards have played.
#[derive(Debug)]
pub struct MergedRun<'a> {
    /// The joined documents.
    pub merged: &'a Merged,
    times: Vec<(Engine, Times)>,
}

/// What shards write down about a trial. `problem` is set where it is not as recorded.
pub fn recorded(result: &CaseResult<'_>, problem: Option<&str>) -> RecordedTrial {
    let CaseResult { case, judged, .. } = result;
    let reports = FORMATS.iter().map(|format| (format.name.to_owned(), (format.keep)(result)));
    let reports: BTreeMap<_, _> = reports.filter(|(_, kept)| !kept.is_null()).collect();
    RecordedTrial {
        case: case.id.to_string(),
        engine: judged.engine.as_str().to_owned(),
        rows: judged.rows.len(),
        problem: problem.map(str::to_owned),
        text: failure(case, judged, &UsualCommands).unwrap_or_default(),
        reports,
    }
}

/// What a report keeps of a trial, as JSON.
pub(super) fn kept<T: Serialize>(entry: T) -> Value {
    // Only maps with other keys than strings cannot be written, and there are none.
    serde_json::to_value(entry).unwrap_or_default()
}

impl Format {
    /// Writes the report of a run that several shards have played.
    ///
    /// # Errors
    /// If the file cannot be written, or the document of a shard does not have what the report needs.
    pub fn write_merged(self, path: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
        // It complains early about a file that cannot be written, and makes the folder.
        drop(self.open(path)?);
        (self.join)(&self.file(path), run)
    }
}

impl<'a> MergedRun<'a> {
    /// A run of these documents.
    pub fn new(merged: &'a Merged) -> Self {
        let times = merged.document["times"].as_array().into_iter().flatten();
        let times = times.filter_map(|times| {
            let engine = serde_json::from_value(times["engine"].clone()).ok()?;
            let wall = Duration::from_millis(times["wall"].as_u64()?);
            Some((engine, Times::lasting(wall)))
        });
        Self { merged, times: times.collect() }
    }

    /// How long the longest shard took.
    pub fn took(&self) -> Duration {
        self.times.iter().map(|(_, times)| times.wall).max().unwrap_or_default()
    }

    /// The trials, in the order of a whole run.
    pub fn trials(&self) -> &'a [RecordedTrial] {
        &self.merged.record.trials
    }

    /// How many trials are not as recorded.
    pub fn failed(&self) -> usize {
        self.trials().iter().filter(|trial| trial.problem.is_some()).count()
    }

    /// Where the time of each engine went.
    pub fn times(&self) -> &[(Engine, Times)] {
        &self.times
    }

    /// What a format keeps of each trial.
    pub(super) fn values(&self, format: &'a str) -> impl Iterator<Item = &'a Value> {
        self.trials().iter().filter_map(move |trial| trial.reports.get(format))
    }

    /// The same as the format has it.
    pub(super) fn kept<T: DeserializeOwned>(&self, format: &'a str) -> io::Result<Vec<T>> {
        let values =
            self.values(format).map(|value| T::deserialize(value).map_err(io::Error::from));
        values.collect()
    }

    /// The run for reports that do not need its rows.
    pub(super) fn finished(&self) -> Finished<'_> {
        Finished {
            played: &[],
            engine_wide: &self.merged.record.engine_wide,
            times: &self.times,
            took: self.took(),
            shard: None,
        }
    }
}

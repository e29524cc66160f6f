//! Results of a run in a temporary file, until all of them can be written to the JSON document: there may be more
//! than memory should hold.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::case::Case;
use crate::report::{PolicyEntries, policy_entries, results};
use crate::results::Judged;

/// A line for each result, in a file without a name. Returns them in the order of their trials.
pub(super) struct Spool {
    file: BufWriter<File>,
    /// Where the lines of each trial begin, and how many there are.
    trials: BTreeMap<usize, (u64, usize)>,
    /// The findings and changes of each trial's policy. They are few.
    said: BTreeMap<usize, PolicyEntries>,
}

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { file, trials: BTreeMap::new(), said: BTreeMap::new() })
    }

    /// Adds the results of one trial.
    pub(super) fn add(&mut self, trial: usize, case: &Case, judged: &Judged) -> io::Result<()> {
        let start = self.file.stream_position()?;
        let mut count = 0;
        for result in results(case, judged) {
            serde_json::to_writer(&mut self.file, &result)?;
            self.file.write_all(b"\n")?;
            count += 1;
        }
        self.trials.insert(trial, (start, count));
        self.said.insert(trial, policy_entries(case, judged));
        Ok(())
    }

    /// All results, and the findings and changes of policies.
    pub(super) fn results(self) -> io::Result<(Spooled, PolicyEntries)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut said = PolicyEntries::default();
        said.extend(self.said.into_values());
        Ok((Spooled { file, trials: self.trials }, said))
    }
}

/// Results that are read from the file when they are serialized.
pub(super) struct Spooled {
    file: File,
    trials: BTreeMap<usize, (u64, usize)>,
}

impl Serialize for Spooled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut file = BufReader::new(&self.file);
        for (start, count) in self.trials.values() {
            file.seek(SeekFrom::Start(*start)).map_err(S::Error::custom)?;
            for line in file.by_ref().lines().take(*count) {
                let line = line.map_err(S::Error::custom)?;
                let result: Value = serde_json::from_str(&line).map_err(S::Error::custom)?;
                list.serialize_element(&result)?;
            }
        }
        list.end()
    }
}

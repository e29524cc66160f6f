//! Results on their way to the JSON document: on disk until all of them are there, since there may be
//! more than memory should hold.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use cors_harness::case::Case;
use cors_harness::report::{Aside, results};
use cors_harness::run::Judged;
use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A line for each result, in a file without a name, and what is said beside them. Gives all of it in the
/// order of the trials.
pub(super) struct Spool {
    file: BufWriter<File>,
    trials: BTreeMap<usize, Spooled>,
}

/// A trial: where its results begin, and how many they are.
struct Spooled {
    start: u64,
    count: usize,
    aside: Aside,
}

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { file, trials: BTreeMap::new() })
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
        self.trials.insert(trial, Spooled { start, count, aside: Aside::of(case, judged) });
        Ok(())
    }

    /// Results that are read when they are written down, and what is said beside them.
    pub(super) fn read(self) -> io::Result<(Results, Vec<Aside>)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let trials = self.trials.into_values();
        let (places, aside) = trials.map(|trial| ((trial.start, trial.count), trial.aside)).unzip();
        Ok((Results { file, places }, aside))
    }
}

/// Results in a file.
pub(super) struct Results {
    file: File,
    places: Vec<(u64, usize)>,
}

impl Serialize for Results {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut file = BufReader::new(&self.file);
        for (start, count) in &self.places {
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

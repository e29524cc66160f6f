//! What reports hold of each row, in a temporary file until all of it can be written: there may be more than memory
//! should hold.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A line for each entry, in a file without a name. Returns them in the order of their trials.
pub(super) struct Spool {
    file: BufWriter<File>,
    /// Where the lines of each trial begin, and how many there are.
    trials: BTreeMap<usize, (u64, usize)>,
}

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { file, trials: BTreeMap::new() })
    }

    /// Adds the entries of one trial.
    pub(super) fn add<E: Serialize>(
        &mut self,
        trial: usize,
        entries: impl Iterator<Item = E>,
    ) -> io::Result<()> {
        let start = self.file.stream_position()?;
        let mut count = 0;
        for entry in entries {
            serde_json::to_writer(&mut self.file, &entry)?;
            self.file.write_all(b"\n")?;
            count += 1;
        }
        self.trials.insert(trial, (start, count));
        Ok(())
    }

    /// All entries.
    pub(super) fn entries(self) -> io::Result<Spooled> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Spooled { file, trials: self.trials })
    }
}

/// Entries that are read from the file when they are serialized.
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

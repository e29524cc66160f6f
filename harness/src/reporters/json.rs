//! The JSON document of a run. `harness/docs/json.md` describes its members.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::spool::{Spool, Spooled};
use super::{CaseResult, Finished, Format, ReportError, Reporter};
use crate::report::{Document, PolicyEntries};

pub(super) const FORMAT: Format = Format { name: "json", open };

/// Writes the document when the run is finished.
struct Json {
    file: PathBuf,
    /// The results so far, or why they could not be kept. Empty after the end.
    spool: Option<io::Result<Spool>>,
}

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    let spool = Spool::new().map_err(ReportError::unspooled)?;
    Ok(Box::new(Json { file: file.to_owned(), spool: Some(Ok(spool)) }))
}

impl Reporter for Json {
    fn case(&mut self, CaseResult { trial, case, judged }: &CaseResult<'_>) {
        if let Some(Ok(spool)) = &mut self.spool
            && let Err(error) = spool.add(*trial, case, judged)
        {
            self.spool = Some(Err(error));
        }
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        let Some(spool) = self.spool.take() else { return Ok(()) };
        let (results, said) = spool.and_then(Spool::results).map_err(ReportError::unspooled)?;
        let written = self.write(results, said, run);
        written.map_err(|error| ReportError::Unwritten { file: self.file.clone(), error })
    }
}

impl Json {
    fn write(&self, results: Spooled, said: PolicyEntries, run: &Finished<'_>) -> io::Result<()> {
        let mut output = BufWriter::new(File::create(&self.file)?);
        let document = Document::around(results, said, run.played).with_times(run.times);
        serde_json::to_writer_pretty(&mut output, &document)?;
        output.write_all(b"\n")?;
        output.flush()
    }
}

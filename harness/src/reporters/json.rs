//! The JSON document of a run. `harness/docs/json.md` describes its members.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::collected::written;
use super::spool::Spool;
use super::{CaseResult, Finished, Format, MergedRun, ReportError, Reporter, Target};
use crate::report::{Document, PolicyEntries, policy_entries, results};

pub(super) const FORMAT: Format =
    Format { name: "json", target: Target::File, open, keep: |_| Value::Null, join };

fn join(file: &Path, run: &MergedRun<'_>) -> Result<(), ReportError> {
    write(file, &run.merged.document)
}

/// Writes the document when the run is finished.
struct Json {
    file: PathBuf,
    /// The results so far, or why they could not be kept. Empty after the end.
    spool: Option<io::Result<Spool>>,
    /// The findings and changes of each trial's policy. They are few.
    of_policies: BTreeMap<usize, PolicyEntries>,
}

fn open(file: &Path) -> Result<Box<dyn Reporter>, ReportError> {
    let spool = Spool::new().map_err(ReportError::unspooled)?;
    Ok(Box::new(Json {
        file: file.to_owned(),
        spool: Some(Ok(spool)),
        of_policies: BTreeMap::new(),
    }))
}

impl Reporter for Json {
    fn case(&mut self, CaseResult { trial, case, judged }: &CaseResult<'_>) {
        if let Some(Ok(spool)) = &mut self.spool
            && let Err(error) = spool.add(*trial, results(case, judged))
        {
            self.spool = Some(Err(error));
        }
        self.of_policies.insert(*trial, policy_entries(case, judged));
    }

    fn finished(&mut self, run: &Finished<'_>) -> Result<(), ReportError> {
        let Some(spool) = self.spool.take() else { return Ok(()) };
        let results = spool.and_then(Spool::entries).map_err(ReportError::unspooled)?;
        let mut of_policies = PolicyEntries::default();
        of_policies.extend(std::mem::take(&mut self.of_policies).into_values());
        let document = Document::around(results, of_policies, run.played).with_times(run.times);
        write(&self.file, &document.of_shard(run.shard.cloned()))
    }
}

fn write(file: &Path, document: &impl Serialize) -> Result<(), ReportError> {
    written(file, |output| {
        serde_json::to_writer_pretty(&mut *output, document)?;
        output.write_all(b"\n")
    })
}

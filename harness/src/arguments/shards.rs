//! What can be typed about shards, the parts of a run that CI jobs play at the same time.

use std::path::{Path, PathBuf};

use clap::Args;
use cors_harness::reporters::Format;
use cors_harness::shards::Shard;

use super::reports::{ReportFile, report_help};
use super::written;

/// Which part of a run to play.
#[derive(Args, Debug)]
pub struct Sharding {
    /// Play only a part of the cases: `2/5` is the second of five parts, which have about the same cost. `merge` joins
    /// their JSON documents
    #[arg(long, value_name = "N/M", conflicts_with_all = ["strip_cors", "rerun_failed", "alone"])]
    pub shard: Option<Shard>,
    /// Split by what an earlier run took, as its JSON document says; by an estimate otherwise. Every shard needs the same
    /// documents. Can be given several times
    #[arg(long, value_name = "FILE", requires = "shard")]
    pub costs: Vec<PathBuf>,
}

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub struct Merge {
    /// The JSON documents of all shards
    #[arg(value_name = "FILE", required = true)]
    pub documents: Vec<PathBuf>,
    /// Compare whole runs, each a document of `run --shard 1/1`, instead of joining the shards of one: print a line for
    /// each case with the findings of each run, which is called by the name of its file. The HTML report has the same
    /// matrix
    #[arg(long)]
    pub compare: bool,
    /// Also write the joined document to this file; `-` is standard output, and the text then goes to standard error
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Reports to files
    #[arg(long = "report", value_name = "FORMAT=FILE", value_delimiter = ',', help = report_help())]
    pub reports: Vec<ReportFile>,
}

impl Merge {
    /// The reports that are to be written, each with its file.
    pub fn report_files(&self) -> impl Iterator<Item = (Format, &Path)> {
        written(self.json.as_deref(), &self.reports)
    }

    /// A requested format that cannot compare runs, if `--compare` is given.
    pub fn unable_to_compare(&self, able: &[&str]) -> Option<&'static str> {
        let mut names = self.reports.iter().map(|report| report.format.name);
        names.find(|name| self.compare && !able.contains(name))
    }
}

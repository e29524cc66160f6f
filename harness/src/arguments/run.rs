//! The arguments of `run`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use clap::Args;
use cors_harness::case::{Case, Stack};
use cors_harness::reporters::Format;
use cors_harness::run::Engine;
use cors_harness::shards::Shard;

use super::engines::engines;
use super::reports::{ReportFile, STDOUT, report_help, written};
use super::{Driver, EngineName, Environment, Folder, SNAPSHOTS, Upstreams};

/// Arguments of `run`.
#[derive(Args, Debug)]
pub struct Run {
    /// The cases
    #[command(flatten)]
    pub folder: Folder,
    /// Only these engines: a list of names, `all` (browsers and control), or `installed`, the
    /// default, which means those of them that are installed
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub engine: Vec<EngineName>,
    /// The driver
    #[command(flatten)]
    pub driver: Driver,
    /// Servers on other machines
    #[command(flatten)]
    pub upstreams: Upstreams,
    /// Variables for started servers
    #[command(flatten)]
    pub environment: Environment,
    /// The part of the cases
    #[command(flatten)]
    pub sharding: Sharding,
    /// Folder of reviewed snapshots
    #[arg(long, default_value = SNAPSHOTS, value_name = "DIR", env = "CORS_HARNESS_SNAPSHOTS")]
    pub snapshots: PathBuf,
    /// Also write all results to this file, as JSON; `-` is standard output, and the text then goes to standard
    /// error
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Also print where the time of pages went
    #[arg(long)]
    pub times: bool,
    /// Also show the lines of configuration for this server software where a policy has findings: express, fastapi,
    /// nginx, tower-http, django, flask, spring or caddy. express, nginx and caddy are recognised by their responses
    #[arg(long, value_name = "NAME")]
    pub stack: Option<Stack>,
    /// Reports to files
    #[arg(long = "report", value_name = "FORMAT=FILE", value_delimiter = ',', help = report_help())]
    pub reports: Vec<ReportFile>,
    /// Print every case with all of its rows, and in the end a matrix of the cases and engines
    #[arg(long, short)]
    pub verbose: bool,
    /// Only rows with these values, as `name=value`; only these are compared with the snapshot. Can be given
    /// several times
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "strip_cors")]
    pub row: Vec<String>,
    /// Also play the cases with `extended: true`, which are otherwise played only where a FILTER selects them
    #[arg(long)]
    pub all: bool,
    /// Only cases that failed in the last run
    #[arg(long)]
    pub rerun_failed: bool,
    /// Stop at the first case that fails
    #[arg(long)]
    pub fail_fast: bool,
    /// Open at most this many browsers at the same time; by default one for each core, at least one for each engine, and one more for Chromium alone
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Play everything N times, and report rows whose results differ between the rounds
    #[arg(long, value_name = "N", default_value = "1")]
    pub repeat: NonZeroU32,
    /// Play in an order shuffled by this seed, a further round by the next; the same seed makes the
    /// same order
    #[arg(long, value_name = "SEED")]
    pub shuffle: Option<u64>,
    /// Run every row in isolation as well, each in its own browser, and fail if any result differs. The
    /// first round is then in the order written
    #[arg(long)]
    pub alone: bool,
    /// Play cases with real servers twice, with and without the CORS headers of these servers: what CORS
    /// allows must be blocked without them
    #[arg(long, conflicts_with_all = ["repeat", "alone", "json", "reports"])]
    pub strip_cors: bool,
}

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

impl Run {
    /// The reports that are to be written: the name of the format, and the file.
    pub fn written_reports(&self) -> impl Iterator<Item = (String, String)> {
        self.report_files()
            .map(|(format, file)| (format.name.to_owned(), file.display().to_string()))
    }

    /// The reports that are to be written, each with its file.
    pub fn report_files(&self) -> impl Iterator<Item = (Format, &Path)> {
        written(self.json.as_deref(), &self.reports)
    }

    /// Whether a JSON document is written.
    pub fn writes_json(&self) -> bool {
        self.report_files().any(|(format, _)| format.name == "json")
    }

    /// Whether a case is played that the filters do not leave out: an extended case has to be asked for.
    pub fn plays(&self, case: &Case) -> bool {
        !case.extended || self.all || self.rerun_failed || !self.folder.filters.is_empty()
    }

    /// Whether the cases of the whole folder are read, with all of their rows.
    pub fn reads_every_case(&self) -> bool {
        let Folder { filters, exclude, .. } = &self.folder;
        filters.is_empty() && exclude.is_empty() && self.row.is_empty() && !self.rerun_failed
    }

    /// How many reports go to standard output.
    pub fn reports_to_stdout(&self) -> usize {
        self.report_files().filter(|(_, file)| *file == Path::new(STDOUT)).count()
    }

    /// The requested engines, each once. `installed` says whether an engine is installed.
    pub fn engines(&self, installed: impl Fn(Engine) -> bool) -> Vec<Engine> {
        let asked: &[_] =
            if self.engine.is_empty() { &[EngineName::Installed] } else { &self.engine };
        let mut engines = engines(asked, installed);
        engines.sort();
        engines
    }
}

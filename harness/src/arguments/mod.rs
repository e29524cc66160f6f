//! The command line.

mod driver;
mod engines;
mod examples;
mod files;
mod measure;
mod redaction;
mod reports;
mod servers;
mod shards;
mod why;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use cors_harness::case::{Case, Stack, Variable};
use cors_harness::engine::Kind;
use cors_harness::reporters::{Format, is_github};
use cors_harness::run::Engine;

pub use driver::{Driver, DriverError};
pub use engines::EngineName;
use engines::engines;
pub use files::{Completions, Framework, Init, Keep, Manual, Service};
pub use measure::{MaxAge, Measure, Quantity};
pub use reports::ReportFile;
use reports::report_help;
pub use servers::{Check, Compare, Upstreams};
pub use shards::{Merge, Sharding};
pub use why::Why;

/// Which cross-origin reads, preflights and cookie sends does a real browser allow?
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The arguments. Ends the process if they are wrong, or only ask for help.
    pub fn typed() -> Self {
        Self::try_parse().unwrap_or_else(|error| redaction::discreet(error).exit())
    }
}

/// Where cases are by default.
pub const CASES: &str = "cases";

/// Where reviewed snapshots are by default.
pub const SNAPSHOTS: &str = "snapshots";

const EXIT_CODES: &str = "Exit codes: 0 all as recorded, or two engines the same; 1 something \
                          differs, is missing or inconclusive; 2 a case or the command line is \
                          wrong; 3 the environment cannot run it; 128 and the number of the signal \
                          that ended it, as 130 for Ctrl-C";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play cases and compare what happened with the reviewed snapshots
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Show what the standard says of a case, and why
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Play a case on two engines and show what they did side by side
    #[command(after_help = examples::DIFF)]
    Diff(Diff),
    /// Show what pages can do to one endpoint of a server; no case is needed
    #[command(after_help = examples::CHECK)]
    Check(Check),
    /// Play a policy against two servers and show only what differs
    #[command(after_help = examples::COMPARE)]
    Compare(Compare),
    /// Explain a message about CORS from a browser's console: the cause, the repair, and how to check it
    #[command(after_help = examples::WHY)]
    Why(Why),
    /// Join the JSON documents of shards into one, with the reports and the exit code of a whole run
    #[command(after_help = examples::MERGE)]
    Merge(Merge),
    /// Measure what no specification fixes
    #[command(after_help = examples::MEASURE)]
    Measure(Measure),
    /// List the cases
    #[command(after_help = examples::LIST)]
    List(List),
    /// Print the JSON Schema of cases and policies, for editors
    #[command(after_help = examples::SCHEMA)]
    Schema,
    /// Write a first policy for the project in this folder, a job for CI, and lines of `.gitignore`
    #[command(after_help = examples::INIT)]
    Init(Init),
    /// Make what the last run put aside the reviewed snapshots
    #[command(after_help = examples::ACCEPT)]
    Accept(Keep),
    /// Show each change that the last run put aside, and ask whether to accept it
    #[command(after_help = examples::REVIEW)]
    Review(Keep),
    /// Show which engines are installed, and what is missing
    #[command(after_help = examples::DOCTOR)]
    Doctor,
    /// Print a script that completes commands and options in a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// Print the manual page
    #[command(after_help = examples::MAN)]
    Man(Manual),
}

/// Where cases are.
#[derive(Args, Clone, Debug)]
pub struct Cases {
    /// Folder of cases
    #[arg(long = "cases", default_value = CASES, value_name = "DIR", env = "CORS_HARNESS_CASES")]
    pub folder: PathBuf,
}

/// The selected cases.
#[derive(Args, Debug)]
pub struct Folder {
    /// Only cases whose id contains one of these; where one is the id of a case, only that
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Leave out cases whose id contains this; can be given several times
    #[arg(long, value_name = "FILTER")]
    pub exclude: Vec<String>,
    /// Their folder
    #[command(flatten)]
    pub cases: Cases,
}

/// One case, and the selected rows.
#[derive(Args, Debug)]
pub struct Rows {
    /// Id of the case, or enough of it to find one
    pub case: String,
    /// Only rows with these values, as `name=value`
    #[arg(long, value_name = "NAME=VALUE")]
    pub row: Vec<String>,
    /// Their folder
    #[command(flatten)]
    pub cases: Cases,
    /// Variables for started servers
    #[command(flatten)]
    pub environment: Environment,
}

/// Variables for servers that are started for cases.
#[derive(Args, Debug)]
pub struct Environment {
    /// Set a variable in the environment of every server that is started, overriding the case; can
    /// be given several times
    #[arg(long = "environment", value_name = "NAME=VALUE")]
    pub variables: Vec<Variable>,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The rows
    #[command(flatten)]
    pub rows: Rows,
    /// Also play it on these browsers, and show the reasons that they give; `standard` sends
    /// requests to real servers with a plain HTTP client
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub engine: Vec<EngineName>,
    /// The driver
    #[command(flatten)]
    pub driver: Driver,
    /// Servers on other machines
    #[command(flatten)]
    pub upstreams: Upstreams,
}

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
    /// Open at most this many browsers at the same time; by default one for each core and each engine
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

/// Arguments of `list`.
#[derive(Args, Debug)]
pub struct List {
    /// The cases
    #[command(flatten)]
    pub folder: Folder,
    /// Show how a browser would play the cases instead: which rows share a page, and why others do
    /// not
    #[arg(long)]
    pub plan: bool,
    /// Show the behaviors of `behaviors.json` instead: the cases that cover each, what their snapshots say about
    /// each browser, and what is not covered
    #[arg(long, conflicts_with = "plan")]
    pub covers: bool,
    /// Folder of reviewed snapshots, for `--covers`
    #[arg(long, default_value = SNAPSHOTS, value_name = "DIR", env = "CORS_HARNESS_SNAPSHOTS")]
    pub snapshots: PathBuf,
}

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// The rows
    #[command(flatten)]
    pub rows: Rows,
    /// Two engines, as `one,other`; by default, the first two installed browsers
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub engine: Vec<EngineName>,
    /// The driver
    #[command(flatten)]
    pub driver: Driver,
    /// Servers on other machines
    #[command(flatten)]
    pub upstreams: Upstreams,
}

/// Standard output as a file.
pub const STDOUT: &str = "/dev/stdout";

/// The file that a report is written to: `-` is standard output.
fn place(file: &Path) -> &Path {
    if file.as_os_str() == "-" { Path::new(STDOUT) } else { file }
}

/// The reports that are to be written, each with its file.
fn written<'a>(
    json: Option<&'a Path>,
    reports: &'a [ReportFile],
) -> impl Iterator<Item = (Format, &'a Path)> {
    let json = json.and_then(|file| Some((Format::named("json")?, file)));
    let asked = reports.iter().map(|report| (report.format, report.file.as_path()));
    let is_asked = reports.iter().any(|report| report.format.name == "github");
    let github = (is_github() && !is_asked).then(|| Format::named("github")).flatten();
    let all = json.into_iter().chain(asked).map(|(format, file)| (format, place(file)));
    all.chain(github.map(|github| (github, Path::new(""))))
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

impl Explain {
    /// The requested engines that enforce CORS, each once, in the order typed. `installed` says
    /// whether an engine is installed.
    pub fn engines(&self, installed: impl Fn(Engine) -> bool) -> Vec<Engine> {
        let engines = engines(&self.engine, installed).into_iter();
        engines.filter(|engine| *engine != Engine::Control).collect()
    }
}

impl Diff {
    /// The requested engines, each once, in the order typed. `installed` says whether an engine is
    /// installed.
    pub fn engines(&self, installed: impl Fn(Engine) -> bool) -> Vec<Engine> {
        if self.engine.is_empty() {
            let browsers = Kind::ALL.map(Engine::from).into_iter();
            return browsers.filter(|engine| installed(*engine)).take(2).collect();
        }
        engines(&self.engine, installed)
    }
}

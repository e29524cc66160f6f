//! The command line.

mod driver;
mod engines;
mod examples;
mod files;
mod measure;
mod reports;
mod run;
mod servers;

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Error, Parser, Subcommand};
use cors_harness::case::Variable;
use cors_harness::engine::Kind;
use cors_harness::run::Engine;

pub use driver::{ChosenBrowsers, Driver, DriverError};
pub use engines::EngineName;
use engines::engines;
pub use files::{Completions, Framework, Init, Keep, Manual, Service};
pub use measure::{MaxAge, Measure, Quantity};
pub use reports::{Merge, STDOUT};
pub use run::Run;
pub use servers::{Check, Compare, Upstreams};

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
        Self::try_parse().unwrap_or_else(|error| without_secrets(error).exit())
    }
}

/// The same error without a value that it would repeat, if that may contain a secret: a variable of
/// the environment, or a user's name and password in a URL.
fn without_secrets(mut error: Error) -> Error {
    if error.kind() == ErrorKind::ValueValidation && may_be_secret(&error) {
        error.insert(ContextKind::InvalidValue, ContextValue::String("…".to_owned()));
    }
    error
}

fn may_be_secret(error: &Error) -> bool {
    let is = |kind, of: fn(&str) -> bool| match error.get(kind) {
        Some(ContextValue::String(text)) => of(text),
        _ => false,
    };
    is(ContextKind::InvalidArg, |argument| argument.starts_with("--environment"))
        || is(ContextKind::InvalidValue, |value| value.contains('@'))
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
    /// Show what the standard says about a case, and why
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
    Doctor(ChosenBrowsers),
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

/// Arguments of `why`.
#[derive(Args, Debug)]
pub struct Why {
    /// The message, as the console shows it; or `-`, which reads a message or a log from standard input
    #[arg(required = true, value_name = "MESSAGE", allow_hyphen_values = true)]
    pub message: Vec<String>,
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

//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use cors_harness::run::Engine;

/// Which cross-origin reads, preflights and cookie sends does a real browser allow?
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all as recorded; 1 a snapshot differs, is missing, or a row \
                          is inconclusive; 2 a case or the command line is wrong; 3 the environment \
                          cannot do it";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play cases and compare what happened with the reviewed snapshots
    Run(Run),
    /// Say what the standard makes of a case, and why
    Explain(Explain),
    /// Show the cases there are
    List(Folder),
    /// Show which engines are installed, and what is missing
    Doctor,
}

/// Where cases are.
#[derive(Args, Debug)]
pub struct Folder {
    /// Only cases whose id contains this
    pub filter: Option<String>,
    /// Folder of cases
    #[arg(long, default_value = "cases", value_name = "DIR", env = "CORS_HARNESS_CASES")]
    pub cases: PathBuf,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// Id of the case, or enough of it to find one
    pub case: String,
    /// Only rows with these values, as `name=value`
    #[arg(long, value_name = "NAME=VALUE")]
    pub row: Vec<String>,
    /// Folder of cases
    #[arg(long, default_value = "cases", value_name = "DIR", env = "CORS_HARNESS_CASES")]
    pub cases: PathBuf,
}

/// Arguments of `run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Which cases
    #[command(flatten)]
    pub folder: Folder,
    /// Only these engines; may be given several times. Without it, chromium and control
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub engine: Vec<EngineName>,
    /// Folder of reviewed snapshots
    #[arg(long, default_value = "snapshots", value_name = "DIR", env = "CORS_HARNESS_SNAPSHOTS")]
    pub snapshots: PathBuf,
    /// Also write everything that was found to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// Engines as they are typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EngineName {
    /// Chromium through chromedriver
    Chromium,
    /// A plain HTTP client with no origin rules; runs the cases that name it
    Control,
    /// The model of the Fetch standard; needs no browser
    Standard,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Chromium => Self::Chromium,
            EngineName::Control => Self::Control,
            EngineName::Standard => Self::Standard,
        }
    }
}

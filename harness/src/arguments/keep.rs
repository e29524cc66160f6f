//! What can be typed about reviews, and about files that are made from the command line.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::SNAPSHOTS;

/// Arguments of `accept` and `review`.
#[derive(Args, Debug)]
pub struct Keep {
    /// Only cases whose id contains one of these; where one is the id of a case, only that
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Folder of reviewed snapshots
    #[arg(long, default_value = SNAPSHOTS, value_name = "DIR", env = "CORS_HARNESS_SNAPSHOTS")]
    pub snapshots: PathBuf,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct Manual {
    /// Write a page for the program and one for each command into this folder instead
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

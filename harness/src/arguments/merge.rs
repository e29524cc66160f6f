//! What can be typed about documents of shards.

use std::path::{Path, PathBuf};

use clap::Args;

use super::place;

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub struct Merge {
    /// JSON documents of `run --shard`
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write the joined document to this file; `-` is standard output, and the text then goes to standard error
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

impl Merge {
    /// The file for the joined document, and whether it is standard output.
    pub fn output(&self) -> Option<(&Path, bool)> {
        self.json.as_deref().map(|file| (place(file), file.as_os_str() == "-"))
    }
}

//! What runs take of this machine: TCP sockets and temporary files.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use walkdir::WalkDir;

/// How many TCP sockets there are, of all processes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sockets {
    /// Open.
    pub used: usize,
    /// Closed here, with a port that is not free for another connection to the same place yet.
    pub waiting: usize,
}

impl Sockets {
    /// As `/proc/net/sockstat` has them: `TCP: inuse 12 orphan 0 tw 5 alloc 20 mem 1`.
    pub fn now() -> Option<Self> {
        let text = fs::read_to_string("/proc/net/sockstat").ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("TCP:"))?;
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |name: &str| {
            let pair = words.chunks(2).find(|pair| pair[0] == name)?;
            pair.get(1)?.parse().ok()
        };
        Some(Self { used: number("inuse")?, waiting: number("tw")? })
    }
}

/// A block of `st_blocks`.
const BLOCK: u64 = 512;

/// How many bytes the files below a folder take, and those without a name that a process has open.
pub fn temporary_files(folder: &Path, process: i32) -> u64 {
    let named = WalkDir::new(folder).into_iter().flatten();
    let named = named.filter_map(|entry| entry.metadata().ok()).map(|file| file.blocks());
    let open = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let open = open.filter_map(|entry| fs::metadata(entry.path()).ok());
    let unnamed = open.filter(|file| file.is_file() && file.nlink() == 0).map(|file| file.blocks());
    BLOCK * named.chain(unnamed).sum::<u64>()
}

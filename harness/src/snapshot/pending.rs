//! Snapshots that wait for a review: what insta put aside as `.snap.new`.

use std::fs;
use std::path::{Path, PathBuf};

use insta::Snapshot;
use walkdir::WalkDir;

use super::store::{Reviewed, reviewed};

/// The end of a file that waits for a review.
const ASIDE: &str = ".snap.new";

/// A text that waits for a review.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pending {
    /// The case, and the engine where it has its own snapshot: `claims/12`, `claims/30@firefox`.
    pub id: String,
    file: PathBuf,
}

/// Everything below `root` that waits for a review, sorted by name.
pub fn pending(root: &Path) -> Vec<Pending> {
    let files = WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    let pending = |file: PathBuf| {
        let below = file.strip_prefix(root).ok()?.to_string_lossy().into_owned();
        let id = below.strip_suffix(ASIDE)?.to_owned();
        Some(Pending { id, file })
    };
    files.filter_map(pending).collect()
}

impl Pending {
    /// The reviewed snapshot, if there is one.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn reviewed(&self) -> Result<Option<Reviewed>, String> {
        reviewed(&self.target())
    }

    /// The new snapshot.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn now(&self) -> Result<Reviewed, String> {
        reviewed(&self.file)?.ok_or_else(|| "it is gone".to_owned())
    }

    /// Makes the new text the reviewed one.
    ///
    /// # Errors
    /// If a file cannot be read, written or removed.
    pub fn accept(&self) -> Result<(), String> {
        let snapshot = Snapshot::from_file(&self.file).map_err(|error| error.to_string())?;
        snapshot.save(&self.target()).map_err(|error| error.to_string())?;
        self.reject()
    }

    /// Removes the new text.
    ///
    /// # Errors
    /// If the file cannot be removed.
    pub fn reject(&self) -> Result<(), String> {
        fs::remove_file(&self.file).map_err(|error| error.to_string())
    }

    fn target(&self) -> PathBuf {
        self.file.with_extension("")
    }
}

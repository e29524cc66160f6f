//! Reviewed snapshots on disk, stored with insta: the path of each, whether it still matches, and
//! which files are unreferenced.
//!
//! The module neither judges nor prints: it gets a text and returns how it compares.

mod pending;
mod references;
mod store;
mod survey;

pub use pending::{Pending, pending};
pub use references::refer_to;
pub use store::{Info, Record, Reviewed, SnapshotState, StoreResult, keep, reviewed};
pub use survey::{Orphan, Survey, survey};

use std::path::{Path, PathBuf};

use crate::case::CaseId;

/// The place of a snapshot: `<case>.snap` for what all browsers agree on, `<case>@<engine>.snap`
/// for an engine that deviates.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    /// The place of a case below `root`, with the engine's name if it has its own snapshot.
    pub fn new(root: &Path, case: &CaseId, engine: Option<&str>) -> Self {
        let (folder, stem) = case.0.rsplit_once('/').unwrap_or(("", &case.0));
        let engine = engine.map(|engine| format!("@{engine}")).unwrap_or_default();
        Self { folder: root.join(folder), name: format!("{stem}{engine}") }
    }

    /// The reviewed file.
    pub fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.snap", self.name))
    }

    /// Where insta writes what is to be reviewed.
    pub fn put_aside(&self) -> PathBuf {
        self.folder.join(format!("{}.snap.new", self.name))
    }
}

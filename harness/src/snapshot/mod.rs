//! Reviewed snapshots on disk, kept by insta: where each stands, whether it still holds, and which
//! files belong to nobody.
//!
//! Knows neither how to judge nor how to print: it is handed a text and says what became of it.

mod pending;
mod references;
mod store;
mod survey;

pub use pending::{Pending, pending};
pub use references::refer_to;
pub use store::{Info, Record, SnapshotState, StoreResult, keep, reviewed};
pub use survey::{Orphan, Survey, survey};

use std::path::{Path, PathBuf};

use crate::case::CaseId;

/// Where a snapshot stands: `<case>.snap` for what all browsers agree on, `<case>@<engine>.snap` for
/// an engine of its own mind.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    /// The place of a case below `root`, with the engine's name if it has a snapshot of its own.
    pub fn new(root: &Path, case: &CaseId, engine: Option<&str>) -> Self {
        let (folder, stem) = case.0.rsplit_once('/').unwrap_or(("", &case.0));
        let engine = engine.map(|engine| format!("@{engine}")).unwrap_or_default();
        Self { folder: root.join(folder), name: format!("{stem}{engine}") }
    }

    /// The reviewed file.
    pub fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.snap", self.name))
    }

    /// Where insta puts what is to be reviewed.
    pub fn put_aside(&self) -> PathBuf {
        self.folder.join(format!("{}.snap.new", self.name))
    }
}

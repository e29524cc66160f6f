//! Reviewed snapshots on disk, stored with insta: the path of each, whether it still matches, and
//! which files are unreferenced.
//!
//! The module neither judges nor prints: it gets a text and returns how it compares.

mod pending;
mod store;
mod survey;

pub use pending::{Pending, pending};
pub use store::{Info, Record, Reviewed, SnapshotState, StoreResult, keep, reviewed};
pub use survey::{Orphan, Survey, survey};

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf, absolute};

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

/// The variable with the path of insta's list of files to which a test run referred, one on each
/// line. cargo-insta sets it, and treats every other snapshot as unreferenced.
const LIST: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Whether cargo-insta wants the list. The files of all cases belong to it, whatever a test run selects.
pub fn wants_references() -> bool {
    env::var_os(LIST).is_some()
}

/// Adds the files of all these places to the list for `cargo insta test --unreferenced=…`, if there is one. insta itself only adds what was
/// played.
pub fn refer_to(places: impl IntoIterator<Item = Place>) -> io::Result<()> {
    let Some(list) = env::var_os(LIST) else { return Ok(()) };
    let mut lines = String::new();
    for place in places {
        lines += &format!("{}\n", absolute(place.file())?.display());
    }
    OpenOptions::new().append(true).create(true).open(list)?.write_all(lines.as_bytes())
}

//! Finds unreferenced snapshot files by comparing sets of paths: this needs no browser.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Place;
use crate::case::CaseId;

/// The folder of snapshots compared with the places that cases have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// Files that belong to no case, and that the next run would leave unchanged.
    pub orphans: Vec<Orphan>,
    /// Places without a file that no available engine can write.
    pub missing: Vec<PathBuf>,
}

/// A file that belongs to no case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Orphan {
    /// The file.
    pub file: PathBuf,
    /// The case in its name.
    pub case: CaseId,
    /// The engine in its name, if there is one.
    pub engine: Option<String>,
}

/// Compares all files below `root` with all places, each with whether an available engine can write
/// it. A place may be given several times.
pub fn survey(root: &Path, places: impl IntoIterator<Item = (Place, bool)>) -> Survey {
    let mut wanted = BTreeMap::<_, bool>::new();
    for (place, somebody) in places {
        *wanted.entry(place.file()).or_default() |= somebody;
    }
    let found: BTreeSet<_> = snapshots(root).collect();
    let orphans = found.iter().filter(|file| !wanted.contains_key(*file));
    let missing = wanted.iter().filter(|(file, somebody)| !**somebody && !found.contains(*file));
    Survey {
        orphans: orphans.map(|file| Orphan::of(root, file)).collect(),
        missing: missing.map(|(file, _)| file.clone()).collect(),
    }
}

impl Orphan {
    fn of(root: &Path, file: &Path) -> Self {
        let below = file.strip_prefix(root).unwrap_or(file).with_extension("");
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let name = parts.join("/");
        let (case, engine) = match name.rsplit_once('@') {
            Some((case, engine)) => (case, Some(engine.to_owned())),
            None => (name.as_str(), None),
        };
        Self { file: file.to_owned(), case: CaseId(case.to_owned()), engine }
    }
}

fn snapshots(root: &Path) -> impl Iterator<Item = PathBuf> {
    let files = WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|end| end == "snap"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_without_a_case_is_unreferenced_and_an_unrecorded_one_is_missing() {
        let root = tempfile::tempdir().unwrap();
        let place = |case: &str, engine| Place::new(root.path(), &CaseId(case.to_owned()), engine);
        let (kept, orphan) = (place("a/kept", None), place("a/orphan", Some("webkit")));
        let (missing, shared) = (place("b/missing", None), place("b/shared", None));
        std::fs::create_dir(root.path().join("a")).unwrap();
        for file in [kept.file(), orphan.file()] {
            std::fs::write(file, "").unwrap();
        }
        let places =
            [(kept, false), (missing.clone(), false), (shared.clone(), false), (shared, true)];
        let survey = survey(root.path(), places);
        let orphan = Orphan {
            file: orphan.file(),
            case: CaseId("a/orphan".to_owned()),
            engine: Some("webkit".to_owned()),
        };
        assert_eq!(survey.orphans, [orphan]);
        assert_eq!(survey.missing, [missing.file()]);
    }
}

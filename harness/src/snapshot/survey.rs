//! Which snapshot files belong to nobody, as arithmetic on sets: no browser is needed to tell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::Place;

/// The folder of snapshots against the places that cases have.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// Files that no case has a place for, and that the next run would leave as they are.
    pub orphans: Vec<PathBuf>,
    /// Places without a file: nothing was reviewed there yet.
    pub missing: Vec<PathBuf>,
}

/// Surveys all files below `root` against all places there are.
pub fn survey<'a>(root: &Path, places: impl IntoIterator<Item = &'a Place>) -> Survey {
    let wanted: BTreeSet<_> = places.into_iter().map(Place::file).collect();
    let found: BTreeSet<_> = snapshots(root).collect();
    Survey {
        orphans: found.difference(&wanted).cloned().collect(),
        missing: wanted.difference(&found).cloned().collect(),
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
    use crate::case::CaseId;

    #[test]
    fn a_file_without_a_case_is_an_orphan_and_a_case_without_a_file_is_missing() {
        let root = tempfile::tempdir().unwrap();
        let place = |case: &str| Place::new(root.path(), &CaseId(case.to_owned()), None);
        let (kept, orphan, missing) = (place("a/kept"), place("a/orphan"), place("b/missing"));
        std::fs::create_dir(root.path().join("a")).unwrap();
        for file in [kept.file(), orphan.file()] {
            std::fs::write(file, "").unwrap();
        }
        let survey = survey(root.path(), [&kept, &missing]);
        assert_eq!(survey.orphans, [orphan.file()]);
        assert_eq!(survey.missing, [missing.file()]);
    }
}

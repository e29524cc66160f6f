//! The cases that failed in the last run of a folder, for `--rerun-failed`. They are kept in the user's cache.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where the failed cases of a folder are noted; `None` if the user has no folder for that.
fn file(cases: &Path) -> Option<PathBuf> {
    let below_home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let mut hasher = DefaultHasher::new();
    fs::canonicalize(cases).ok()?.hash(&mut hasher);
    let name = format!("failed-{:016x}", hasher.finish());
    Some(cache.or_else(below_home)?.join("cors-harness").join(name))
}

/// The ids of the cases that failed; `None` if no run has noted any.
pub(super) fn read(cases: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(file(cases)?).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Notes which of the cases that were played have failed. Cases that were not played stay as they were.
pub(super) fn note<'i>(cases: &Path, played: impl Iterator<Item = (&'i str, bool)>) {
    let mut failed = read(cases).unwrap_or_default();
    let played: Vec<_> = played.collect();
    played.iter().for_each(|(id, _)| _ = failed.remove(*id));
    failed.extend(played.iter().filter(|(_, failed)| *failed).map(|(id, _)| (*id).to_owned()));
    // What cannot be noted is no failure of the run.
    let _ = file(cases).map_or(Ok(()), |file| write(&file, &failed));
}

fn write(file: &Path, failed: &BTreeSet<String>) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    let lines: String = failed.iter().map(|id| format!("{id}\n")).collect();
    fs::write(file, lines)
}

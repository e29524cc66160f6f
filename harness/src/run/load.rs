//! Reads a folder: every case, and every complaint.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::case::{self, Case, CaseId, Complaints, MAX_BYTES};

/// The content of a folder.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Cases that can be run, sorted by id.
    pub cases: Vec<Case>,
    /// Files that are no valid case and folders that cannot be read, sorted by path.
    pub broken: Vec<(CaseId, Complaints)>,
}

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no case in it.
    #[error("no case in `{}`: a case is a file that ends in .yaml", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// It cannot be read.
    #[error("`{}` cannot be read: {words}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The system's message.
        words: String,
    },
}

/// Reads every case below `folder`.
pub fn load(folder: &Path) -> Result<Loaded, LoadError> {
    load_wanted(folder, |_| true, |_| {})
}

/// The same without the cases that are not wanted. Their files are not read, so nothing is said about them. `each` is
/// called for every case as soon as it is read, while others are still to come.
pub fn load_wanted(
    folder: &Path,
    wants: impl Fn(&CaseId) -> bool,
    mut each: impl FnMut(&Case),
) -> Result<Loaded, LoadError> {
    let mut loaded = Loaded::default();
    let mut is_empty = true;
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_yaml(entry.path()) => {
                is_empty = false;
                let id = id(folder, entry.path());
                if wants(&id) {
                    loaded.add(id, entry.path(), &mut each);
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder);
                if path == folder {
                    return Err(unreadable(path, &error));
                }
                loaded.broken.push((id(folder, path), Complaints::unreadable(path, &error)));
            }
        }
    }
    if is_empty && loaded.broken.is_empty() {
        return Err(LoadError::Empty { folder: folder.to_owned() });
    }
    Ok(loaded)
}

impl Loaded {
    fn add(&mut self, id: CaseId, path: &Path, each: &mut impl FnMut(&Case)) {
        let read = match (read_bounded(path), path.extension().is_some_and(|end| end == "yaml")) {
            (Err(error), _) => Err(Complaints::unreadable(path, &error)),
            (Ok(_), false) => Err(Complaints::misnamed(path)),
            (Ok(bytes), true) => {
                case::read_with(id.clone(), path, &bytes, &|name| env::var(name).ok())
            }
        };
        match read {
            Ok(case) => {
                each(&case);
                self.cases.push(case);
            }
            Err(complaints) => self.broken.push((id, complaints)),
        }
    }
}

/// Whether a file is YAML by its name, in any spelling: a misnamed case would never be played and
/// never fail.
fn is_yaml(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default();
    ["yaml", "yml"].iter().any(|yaml| end.eq_ignore_ascii_case(yaml))
}

/// The content of a file, up to what shows that it is too large.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let limit = 16 * MAX_BYTES as u64;
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn id(folder: &Path, path: &Path) -> CaseId {
    let below = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    CaseId(parts.join("/"))
}

fn unreadable(path: &Path, error: &impl std::fmt::Display) -> LoadError {
    LoadError::Unreadable { path: path.to_owned(), words: error.to_string() }
}

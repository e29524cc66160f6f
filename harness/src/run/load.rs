//! Reads a folder: every case, and every complaint.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::case::{self, Case, CaseId, Complaints, MAX_BYTES, ROWS_AT_ONCE};

/// The content of a folder.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Cases that can be run, sorted by id. If those that are not extended have more than [`ROWS_AT_ONCE`] rows together,
    /// no rows are in memory, and otherwise the rows of these.
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
    let mut rows = RowsInMemory::of(ROWS_AT_ONCE);
    let mut is_empty = true;
    for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_yaml(entry.path()) => {
                is_empty = false;
                let id = id(folder, entry.path());
                if wants(&id) {
                    loaded.add(id, entry.path(), &mut each);
                    rows.limit(&mut loaded.cases);
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

/// The rows of cases that are being read.
struct RowsInMemory {
    /// How many of them stay in memory at most.
    most: usize,
    /// How many there are, without those of extended cases.
    all: usize,
    /// How many cases were counted, and how many of these have set their rows aside.
    counted: usize,
    aside: usize,
}

impl RowsInMemory {
    fn of(most: usize) -> Self {
        Self { most, all: 0, counted: 0, aside: 0 }
    }

    /// Sets the rows of extended cases aside, which most runs do not play, and those of all cases as soon as there are
    /// too many. `cases` are those of the last call and further ones.
    fn limit(&mut self, cases: &mut [Case]) {
        for case in &mut cases[self.counted..] {
            match case.extended {
                true => case.set_rows_aside(),
                false => self.all += case.rows.len(),
            }
        }
        self.counted = cases.len();
        if self.all > self.most {
            cases[self.aside..].iter_mut().for_each(Case::set_rows_aside);
            self.aside = cases.len();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn case(rows: usize, extended: bool) -> Case {
        let values: Vec<_> = (0..rows).map(|row| format!("'{row}'")).collect();
        let text = format!(
            "name: n\nbecause: b\nextended: {extended}\n\
             servers: {{ 'http://a.test': {{ /x: {{ GET: {{}} }} }} }}\n\
             page: http://a.test\nmatrix: {{ row: [{}] }}\n\
             steps: [fetch: '/x?${{row}}']\n",
            values.join(", ")
        );
        case::read(CaseId("a".to_owned()), Path::new("a.yaml"), text.as_bytes()).unwrap()
    }

    /// Whether the rows of each case are in memory, after they were read.
    fn in_memory(most: usize, read: impl IntoIterator<Item = Case>) -> Vec<bool> {
        let (mut limit, mut cases) = (RowsInMemory::of(most), Vec::new());
        for case in read {
            cases.push(case);
            limit.limit(&mut cases);
        }
        cases.iter().map(|case| case.rows.are_in_memory()).collect()
    }

    #[test]
    fn the_rows_of_all_cases_are_in_memory_or_of_none() {
        let in_memory = |rows: &[usize]| in_memory(6, rows.iter().map(|rows| case(*rows, false)));
        assert_eq!(in_memory(&[2, 2, 2]), [true, true, true]);
        assert_eq!(in_memory(&[2, 2, 3]), [false, false, false]);
        assert_eq!(in_memory(&[2, 5, 1, 3]), [false, false, false, false]);
    }

    #[test]
    fn the_rows_of_extended_cases_are_not_in_memory() {
        let read = [case(2, false), case(9, true), case(2, false)];
        assert_eq!(in_memory(6, read), [true, false, true]);
    }
}

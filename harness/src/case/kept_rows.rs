//! The rows of a case in memory, or the text that they are made from again where a run has more rows than memory should
//! hold.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::slice::Iter;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::matrix::MOST_ROWS;
use super::{CaseId, Row, read_once};

/// How many rows a run holds in memory at the same time for one engine: as many as a case can have. A row takes about
/// 4 KiB.
pub const ROWS_AT_ONCE: usize = MOST_ROWS;

/// The rows of a case, in order. Never empty.
///
/// They are a slice of [`Row`]s. If they were set aside, the first use makes them again, and they stay as long as this
/// value; [`Rows::held`] returns them for a shorter time.
#[derive(Clone, Debug)]
pub struct Rows {
    count: usize,
    has_upstream: bool,
    waits: bool,
    made: OnceLock<Arc<Vec<Row>>>,
    /// What they can be made from again. Rows without it are never set aside.
    source: Option<RowSource>,
}

/// A file, and which of its rows are meant.
#[derive(Clone, Debug)]
struct RowSource {
    file: Arc<FileText>,
    /// The numbers of the rows in their order; `None` for all rows of the file.
    numbers: Option<Arc<[usize]>>,
}

/// The text of a file, and the variables of the environment that it uses.
pub(super) struct FileText {
    pub(super) id: CaseId,
    pub(super) path: PathBuf,
    pub(super) bytes: Box<[u8]>,
    pub(super) environment: BTreeMap<String, String>,
    /// All rows, while anything uses them.
    in_use: Mutex<Weak<Vec<Row>>>,
}

impl Rows {
    /// The same, which can be set aside.
    pub(super) fn of_file(self, file: FileText) -> Self {
        if let Some(made) = self.made.get() {
            *file.in_use.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(made);
        }
        let source = Some(RowSource { file: Arc::new(file), numbers: None });
        Self { source, ..self }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none, which is true for no case.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether any of them uses a real server.
    pub fn have_upstream(&self) -> bool {
        self.has_upstream
    }

    /// Whether time passes in any of them.
    pub fn wait(&self) -> bool {
        self.waits
    }

    /// Whether this value has them in memory.
    pub(super) fn are_made(&self) -> bool {
        self.made.get().is_some()
    }

    /// Whether they are in memory, here or wherever they are used.
    pub fn are_in_memory(&self) -> bool {
        self.are_made() || self.source.as_ref().is_some_and(RowSource::is_in_use)
    }

    /// The rows, in memory as long as the result is used.
    pub fn held(&self) -> Arc<Vec<Row>> {
        match (self.made.get(), &self.source) {
            (Some(made), _) => Arc::clone(made),
            (None, Some(source)) => source.rows(),
            (None, None) => Arc::default(),
        }
    }

    /// Those with these numbers, in this order.
    #[must_use]
    pub fn chosen(&self, numbers: &[usize]) -> Self {
        let held = self.held();
        let rows = numbers.iter().filter_map(|number| held.get(*number)).cloned();
        let chosen = Self::from(rows.collect::<Vec<_>>());
        match (self.made.get(), &self.source) {
            (None, Some(source)) => {
                Self { made: OnceLock::new(), source: Some(source.chosen(numbers)), ..chosen }
            }
            _ => chosen,
        }
    }

    /// The same rows, in memory as long as the result.
    pub(super) fn in_memory(&self) -> Self {
        Self { made: OnceLock::from(self.held()), ..self.clone() }
    }

    /// Removes them from memory, if they can be made again.
    pub(super) fn set_aside(&mut self) {
        if self.source.is_some() {
            self.made = OnceLock::new();
        }
    }
}

impl RowSource {
    fn is_in_use(&self) -> bool {
        let in_use = self.file.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        in_use.strong_count() > 0
    }

    fn rows(&self) -> Arc<Vec<Row>> {
        let all = self.file.rows();
        match &self.numbers {
            None => all,
            Some(numbers) => {
                let chosen = numbers.iter().filter_map(|number| all.get(*number));
                Arc::new(chosen.cloned().collect())
            }
        }
    }

    fn chosen(&self, numbers: &[usize]) -> Self {
        let of_file = |number: &usize| match &self.numbers {
            None => Some(*number),
            Some(of_file) => of_file.get(*number).copied(),
        };
        let numbers = numbers.iter().filter_map(of_file).collect();
        Self { file: Arc::clone(&self.file), numbers: Some(numbers) }
    }
}

impl FileText {
    pub(super) fn new(
        (id, path): (CaseId, PathBuf),
        bytes: &[u8],
        environment: BTreeMap<String, String>,
    ) -> Self {
        Self { id, path, bytes: bytes.into(), environment, in_use: Mutex::default() }
    }

    /// All rows: those that are in use, or else rows that are made again. The same text and variables make the same
    /// rows.
    fn rows(&self) -> Arc<Vec<Row>> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = in_use.upgrade() {
            return rows;
        }
        let environment = |name: &str| self.environment.get(name).cloned();
        let case = read_once(self.id.clone(), &self.path, &self.bytes, &environment);
        let rows = case.map(|case| case.rows.held()).unwrap_or_default();
        *in_use = Arc::downgrade(&rows);
        rows
    }
}

/// Without the text and the variables, which may be secret.
impl fmt::Debug for FileText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileText").field("path", &self.path).finish_non_exhaustive()
    }
}

impl From<Vec<Row>> for Rows {
    fn from(rows: Vec<Row>) -> Self {
        Self {
            count: rows.len(),
            has_upstream: rows.iter().any(Row::has_upstream),
            waits: rows.iter().any(Row::waits),
            made: OnceLock::from(Arc::new(rows)),
            source: None,
        }
    }
}

impl Deref for Rows {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        self.made.get_or_init(|| self.source.as_ref().map(RowSource::rows).unwrap_or_default())
    }
}

impl<'r> IntoIterator for &'r Rows {
    type Item = &'r Row;
    type IntoIter = Iter<'r, Row>;

    fn into_iter(self) -> Iter<'r, Row> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Case, read_with};
    use super::*;

    const CASE: &str = "
name: It is read
because: It is there.
servers: { 'https://api.example.com': { /me: { GET: { body: '${env TOKEN}' } } } }
page: https://app.example.com
matrix: { path: [me?a, me?b, me?c] }
steps: [{ fetch: 'https://api.example.com/${path}' }]
";

    fn case() -> Case {
        let variable = |name: &str| (name == "TOKEN").then(|| "the-value-of-it".to_owned());
        let id = CaseId("a".to_owned());
        read_with(id, Path::new("a.yaml"), CASE.as_bytes(), &variable).unwrap()
    }

    fn paths(rows: &[Row]) -> Vec<&str> {
        rows.iter().filter_map(|row| row.value("path")).collect()
    }

    #[test]
    fn rows_that_were_set_aside_are_made_again_with_the_same_environment() {
        let (kept, mut case) = (case(), case());
        assert!(case.rows.are_in_memory());
        case.set_rows_aside();
        assert!(!case.rows.are_in_memory());
        assert_eq!(case.rows.len(), 3);
        assert!(!case.rows.are_in_memory(), "the number of rows needs no rows");
        let case = Arc::new(case);
        let made = case.with_rows_in_memory();
        assert_eq!(format!("{:?}", &*made.rows), format!("{:?}", &*kept.rows));
        assert!(Arc::ptr_eq(&made.rows.held(), &case.rows.held()), "they are made once");
        drop(made);
        assert!(!case.rows.are_in_memory());
    }

    #[test]
    fn chosen_rows_are_set_aside_like_all() {
        let mut case = case();
        assert_eq!(paths(&case.rows.chosen(&[2, 0])), ["me?c", "me?a"]);
        case.set_rows_aside();
        let chosen = case.rows.chosen(&[2, 0]);
        assert!(!case.rows.are_in_memory() && !chosen.are_in_memory());
        let one = chosen.chosen(&[1]);
        assert_eq!((chosen.len(), one.len()), (2, 1));
        assert_eq!((paths(&chosen), paths(&one)), (vec!["me?c", "me?a"], vec!["me?a"]));
    }

    #[test]
    fn nothing_shows_the_text_of_a_file() {
        let shown = format!("{:?}", case().rows.source);
        assert!(
            !shown.contains("the-value-of-it") && !shown.contains("api.example.com"),
            "{shown}"
        );
    }
}

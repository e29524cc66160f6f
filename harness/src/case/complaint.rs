//! Reports what is wrong with a case, for its author.

use std::fmt;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};

/// The number of problems that are shown; the rest is only counted.
pub(super) const SHOWN: usize = 100;

/// Surroundings that are longer than this, in bytes, are not quoted.
const MOST_QUOTED: usize = 2000;

/// One problem.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Problem {
    what: String,
    /// `None` for a problem of the file as a whole.
    at: Option<SourceSpan>,
    /// The other of two places that conflict.
    earlier: Option<SourceSpan>,
    help: String,
    /// Whether the lines around it are short enough to show.
    quoted: bool,
}

impl Problem {
    /// `what` is wrong at `at`; `help` says what to write instead.
    pub(super) fn new(at: SourceSpan, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at: Some(at), ..Self::of_the_file(what, help) }
    }

    /// A problem without a place.
    pub(super) fn of_the_file(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), at: None, earlier: None, help: help.into(), quoted: true }
    }

    /// Adds the earlier place.
    pub(super) fn after(self, earlier: SourceSpan) -> Self {
        Self { earlier: Some(earlier), ..self }
    }

    /// Adds the rows in which it occurs.
    pub(super) fn with(mut self, circumstances: &str) -> Self {
        self.what.push_str(circumstances);
        self
    }

    fn offset(&self) -> usize {
        self.at.map_or(0, |at| at.offset())
    }

    /// Whether both problems have the same place.
    pub(super) fn shares_place(&self, other: &Self) -> bool {
        self.at == other.at
    }

    /// Makes the labels fit a screen. A label that covers several lines would hide more than it
    /// shows, so it ends with its first line.
    fn fitted(mut self, source: &str) -> Self {
        let Some(at) = self.at else { return self };
        self.at = Some(first_line(at, source));
        self.earlier = self.earlier.map(|at| first_line(at, source));
        let mut places = [self.at, self.earlier].into_iter().flatten();
        let quoted = |place: SourceSpan| surroundings(source, place.offset()) <= MOST_QUOTED;
        self.quoted = places.all(quoted);
        if !self.quoted {
            let (line, column) = position(source, at.offset());
            self.what.push_str(&format!(" (line {line}, column {column})"));
        }
        self
    }
}

/// Length of the line at `offset` and of its two neighbors.
fn surroundings(source: &str, offset: usize) -> usize {
    let (before, after) = source.split_at_checked(offset).unwrap_or((source, ""));
    let before = before.rsplit('\n').take(2).map(str::len);
    before.chain(after.split('\n').take(2).map(str::len)).sum()
}

fn first_line(at: SourceSpan, source: &str) -> SourceSpan {
    let start = at.offset().min(source.len());
    let rest = source.get(start..(start + at.len()).min(source.len())).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim_end();
    (start, line.len()).into()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let here = LabeledSpan::new_primary_with_span(None, self.at.filter(|_| self.quoted)?);
        let earlier =
            self.earlier.map(|at| LabeledSpan::new_with_span(Some("first here".to_owned()), at));
        Some(Box::new(earlier.into_iter().chain([here])))
    }
}

/// What is wrong with a value, independent of its place.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct ValueError {
    pub(super) what: String,
    pub(super) help: String,
}

impl ValueError {
    pub(super) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// All problems of one file.
pub struct Complaints {
    source: NamedSource<String>,
    problems: Vec<Problem>,
    count: usize,
}

impl Complaints {
    /// The places of the problems refer to `source`.
    pub(super) fn new(file: &Path, source: &str, mut problems: Vec<Problem>) -> Self {
        let count = problems.len();
        problems.sort_by_key(Problem::offset);
        problems.truncate(SHOWN);
        let problems = problems.into_iter().map(|problem| problem.fitted(source)).collect();
        let source = NamedSource::new(file.to_string_lossy(), source.to_owned());
        Self { source, problems, count }
    }

    /// A file whose name does not end in `.yaml`.
    pub fn misnamed(file: &Path) -> Self {
        let name = file.with_extension("yaml");
        let name = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let help = format!(
            "rename it to `{name}`, or move it to another folder if it is not a \
        case"
        );
        let what = "the name of a case ends in `.yaml`, and this one does not";
        Self::new(file, "", vec![Problem::of_the_file(what, help)])
    }

    /// A file or folder that cannot be read, with the system's message.
    pub fn unreadable(path: &Path, words: &impl fmt::Display) -> Self {
        let what = format!("it cannot be read: {words}");
        let help = "make it readable, or move it out of the folder of cases";
        Self::new(path, "", vec![Problem::of_the_file(what, help)])
    }

    /// The number of problems.
    pub fn count(&self) -> usize {
        self.count
    }

    /// `file:line:column: what` and a line of help for each problem, for logs and tests.
    pub fn plain(&self) -> String {
        self.problems.iter().map(|problem| self.plain_problem(problem)).collect()
    }

    /// What is wrong and what to write instead, without places: for a text that is generated.
    pub fn words(&self) -> String {
        let words = self.problems.iter().map(|problem| format!("{problem}: {}", problem.help));
        words.collect::<Vec<_>>().join("\n")
    }

    fn plain_problem(&self, problem: &Problem) -> String {
        let (line, column) = position(self.source.inner(), problem.offset());
        let (file, help) = (self.source.name(), problem.help.replace('\n', " "));
        format!("{file}:{line}:{column}: {problem}\n  help: {help}\n")
    }
}

/// Line and column of a byte, both from 1; columns count characters.
pub(super) fn position(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} cannot be used: {} problem{plural}", self.source.name(), self.count)?;
        match self.count.checked_sub(self.problems.len()) {
            Some(0) | None => Ok(()),
            Some(more) => write!(f, ", {more} of them not shown"),
        }
    }
}

impl fmt::Debug for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n{}", self.plain())
    }
}

impl std::error::Error for Complaints {}

impl Diagnostic for Complaints {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

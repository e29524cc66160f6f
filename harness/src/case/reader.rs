//! Reads the texts of one row: fills in their variables, parses the result, and collects the
//! problems.

use std::cell::Cell;
use std::fmt;
use std::path::Path;

use cors_servers::script::{Piece, Template};
use miette::SourceSpan;

use super::complaint::Problem;
use super::environment::variable_name;
use super::suggest::{self, brief};
use super::text::{Part, Placeholder, parts};
use super::tree::Node;
use super::upstream::PORT;
use super::values;
use crate::secrets::Secrets;

pub(super) use super::complaint::ValueError;
pub(super) use super::tree::Spanned;

/// A file, and what its texts refer to.
#[derive(Clone, Copy)]
pub(super) struct CaseFile<'a> {
    /// Its text, to locate parts of texts.
    pub(super) text: &'a str,
    /// Its folder.
    pub(super) folder: &'a Path,
    /// The variables of the environment.
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
}

impl fmt::Debug for CaseFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseFile").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The reader of one row.
pub(super) struct Reader<'a> {
    file: CaseFile<'a>,
    /// The value of `${page}`; unknown while the page itself is read.
    page: Option<String>,
    /// The row's values of the matrix.
    pub(super) values: Vec<(String, String)>,
    /// Variables without a value in any row, which were already reported.
    pub(super) valueless: Vec<String>,
    /// Whether the matrix is complained about, so that there may be other variables.
    pub(super) has_wrong_matrix: bool,
    pub(super) problems: Vec<Problem>,
    /// The values that texts have from the environment.
    pub(super) environment: Secrets,
    /// Whether `${port}` is allowed.
    pub(super) has_port: bool,
    /// How much text all rows together may still contain; 0 means that it was too much.
    budget: &'a Cell<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        file: CaseFile<'a>,
        values: Vec<(String, String)>,
        budget: &'a Cell<usize>,
    ) -> Self {
        Self {
            file,
            page: None,
            values,
            valueless: Vec::new(),
            has_wrong_matrix: false,
            problems: Vec::new(),
            environment: Secrets::default(),
            has_port: false,
            budget,
        }
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> &'a Path {
        self.file.folder
    }

    /// Sets `${page}`, also in the values.
    pub(super) fn settle(&mut self, page: String) {
        for (_, value) in &mut self.values {
            let filled = parts(value).into_iter().map(|part| match part {
                Part::Literal(text) => text,
                _ => page.as_str(),
            });
            *value = filled.collect();
        }
        self.page = Some(page);
    }

    /// Reads keys of a server that is started, in which `${port}` is its port.
    pub(super) fn with_port<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.has_port = true;
        let read = read(self);
        self.has_port = false;
        read
    }

    /// Records a problem at `at`.
    pub(super) fn complain(&mut self, at: SourceSpan, wrong: ValueError) {
        let hidden = |words: String| self.environment.hidden_in(&words);
        let problem = Problem::new(at, hidden(wrong.what), hidden(wrong.help));
        // A variable may be wrong in the same way several times in one text.
        if self.problems.last() != Some(&problem) {
            self.problems.push(problem);
        }
    }

    /// Fills in a text without variables that only a server knows. `None` after a complaint.
    pub(super) fn fill(&mut self, spanned: Spanned<'_>) -> Option<String> {
        let before = self.problems.len();
        let (pieces, is_all) = self.pieces(spanned);
        let mut filled = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(bytes) => filled.push_str(&String::from_utf8_lossy(&bytes)),
                Piece::RequestOrigin => self.only_in_servers(spanned, "${request.origin}"),
                Piece::Date { offset: 0 } => self.only_in_servers(spanned, "${request.date}"),
                Piece::Date { offset } => {
                    self.only_in_servers(spanned, &format!("${{request.date {offset:+}s}}"));
                }
                Piece::Served { method, path } => {
                    self.only_in_servers(spanned, &format!("${{served {method} {path}}}"));
                }
            }
        }
        (is_all && self.problems.len() == before).then_some(filled)
    }

    /// Fills in a text and parses it.
    pub(super) fn read<T>(
        &mut self,
        spanned: Spanned<'_>,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Option<T> {
        let filled = self.fill(spanned)?;
        parse(&filled).map_err(|wrong| self.complain(spanned.at, wrong)).ok()
    }

    /// The text of an optional `key` of `node`, parsed. The outer `None` is a complaint.
    pub(super) fn maybe<T>(
        &mut self,
        node: &Node,
        key: &str,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Option<Option<T>> {
        match node.find(key) {
            None => Some(None),
            Some(value) => self.read(Spanned::of(value)?, parse).map(Some),
        }
    }

    /// An optional `key` of `node` whose value is one of a few words. The outer `None` is a complaint.
    pub(super) fn choice<T: Clone>(
        &mut self,
        node: &Node,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<Option<T>> {
        self.maybe(node, key, values::choice(key, choices))
    }

    /// Text of a server, with the words that only the server can fill.
    pub(super) fn template(&mut self, spanned: Spanned<'_>, paths: &[String]) -> Option<Template> {
        let before = self.problems.len();
        let (pieces, is_all) = self.pieces(spanned);
        for piece in &pieces {
            let Piece::Served { method, path } = piece else {
                continue;
            };
            if !paths.contains(path) {
                let known = paths.iter().map(String::as_str);
                let what = format!("this server has no path `{}`", brief(path));
                let at = self.within(spanned, &format!("${{served {method} {path}}}"));
                self.complain(
                    at,
                    ValueError::new(what, suggest::help(path, "its paths are", known)),
                );
            }
        }
        (is_all && self.problems.len() == before).then_some(Template(pieces))
    }

    /// The pieces of a text, and whether none was left out because of a complaint.
    fn pieces(&mut self, spanned: Spanned<'_>) -> (Vec<Piece>, bool) {
        // Most texts end up as one piece.
        let mut pieces = Vec::with_capacity(1);
        let mut is_all = true;
        for part in parts(spanned.text) {
            match self.piece(spanned, part) {
                Some(piece) => push(&mut pieces, piece),
                None => is_all = false,
            }
        }
        (pieces, is_all)
    }

    fn piece(&mut self, spanned: Spanned<'_>, part: Part<'_>) -> Option<Piece> {
        let text = match part {
            Part::Literal(text) => self.within_budget(text)?,
            Part::Open => return self.never_closed(spanned),
            Part::Placeholder(word) => match Placeholder::of(word) {
                Placeholder::RequestOrigin => return Some(Piece::RequestOrigin),
                Placeholder::Served { method, path } => {
                    let (method, path) = (method.to_owned(), path.to_owned());
                    return Some(Piece::Served { method, path });
                }
                Placeholder::BadServed => return self.bad_served(spanned, word),
                Placeholder::Date(offset) => return Some(Piece::Date { offset }),
                Placeholder::BadDate => return self.bad_date(spanned, word),
                Placeholder::Environment(name) => return self.of_environment(spanned, word, name),
                Placeholder::Port if self.has_port => PORT,
                Placeholder::Port => return self.no_port(spanned),
                Placeholder::Page => self.page(spanned)?,
                Placeholder::Variable(name) => self.variable(spanned, name)?,
            },
        };
        Some(Piece::Text(text.into()))
    }

    fn page(&mut self, spanned: Spanned<'_>) -> Option<&str> {
        if self.page.is_none() {
            let at = self.within(spanned, "${page}");
            self.complain(
                at,
                ValueError::new("the page cannot use its own origin", "write the page's origin"),
            );
        }
        self.within_budget(self.page.as_deref()?)
    }

    fn variable(&mut self, spanned: Spanned<'_>, name: &str) -> Option<&str> {
        let Some(index) = self.values.iter().position(|(variable, _)| variable == name) else {
            let is_known =
                self.has_wrong_matrix || self.valueless.iter().any(|variable| variable == name);
            return if is_known { None } else { self.unknown_word(spanned, name) };
        };
        if self.page.is_none() && super::text::words(&self.values[index].1).next().is_some() {
            let what = format!(
                "the value of `{name}` contains `${{page}}`, and the page cannot use its own origin"
            );
            self.complain(spanned.at, ValueError::new(what, "write the page's origin"));
            return None;
        }
        self.within_budget(&self.values[index].1)
    }

    /// The value of a variable of the environment. From now on no problem shows it.
    fn of_environment(&mut self, spanned: Spanned<'_>, word: &str, name: &str) -> Option<Piece> {
        let at = self.within(spanned, &format!("${{{word}}}"));
        if let Err(wrong) = variable_name(name) {
            let help = format!("{}, as in `${{env TOKEN}}`", wrong.help);
            self.complain(at, ValueError::new("`env` needs the name of a variable", help));
            return None;
        }
        let Some(value) = (self.file.environment)(name) else {
            let what = format!("the environment has no variable `{name}`");
            let help = format!("set it where you start the command: `export {name}=…`");
            self.complain(at, ValueError::new(what, help));
            return None;
        };
        self.environment.learn_variable(name, &value);
        self.within_budget(&value).map(|value| Piece::Text(value.into()))
    }

    /// Subtracts `text` from the budget that is left.
    fn within_budget<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.budget.set(self.budget.get().saturating_sub(text.len()));
        (self.budget.get() > 0).then_some(text)
    }

    /// The place of `needle` in a text, or the whole text if an escape or a fold hides it.
    pub(super) fn within(&self, spanned: Spanned<'_>, needle: &str) -> SourceSpan {
        found(spanned, needle, self.written(spanned).find(needle))
    }

    /// The last such place.
    pub(super) fn last_within(&self, spanned: Spanned<'_>, needle: &str) -> SourceSpan {
        found(spanned, needle, self.written(spanned).rfind(needle))
    }

    fn written(&self, spanned: Spanned<'_>) -> &str {
        let start = spanned.at.offset();
        self.file.text.get(start..start + spanned.at.len()).unwrap_or_default()
    }
}

fn found(spanned: Spanned<'_>, needle: &str, at: Option<usize>) -> SourceSpan {
    at.map_or(spanned.at, |at| (spanned.at.offset() + at, needle.len()).into())
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (piece, pieces.last_mut()) {
        (Piece::Text(more), _) if more.is_empty() => {}
        (Piece::Text(more), Some(Piece::Text(bytes))) => bytes.extend_from_slice(&more),
        (piece, _) => pieces.push(piece),
    }
}

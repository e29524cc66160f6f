//! Checks the matrix as written, before rows are made.

use std::collections::HashSet;

use super::complaint::Problem;
use super::suggest::{self, brief};
use super::text::{Part, Placeholder, parts, words};
use super::tree::{Node, Spanned};

/// More rows than a reader of the snapshot can review.
pub(super) const MOST_ROWS: usize = 4096;

/// A variable and its values. Without any, it has no part in the rows.
pub(super) struct Variable<'n> {
    name: Spanned<'n>,
    values: Vec<Spanned<'n>>,
}

impl Variable<'_> {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.name.text
    }

    /// Its values.
    pub(super) fn values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.values.iter().map(|value| value.text)
    }
}

/// Reads `matrix:`.
pub(super) fn read(tree: &Node) -> Vec<Variable<'_>> {
    let entries = tree.find("matrix").into_iter().flat_map(Node::entries);
    entries
        .map(|(name, node)| {
            let values = node.items().iter().filter_map(Spanned::of).collect();
            Variable { name, values }
        })
        .collect()
}

/// Checks the matrix. `false` if no rows can be made of it: repeated and missing values only change
/// the number of rows.
pub(super) fn check(
    variables: &[Variable<'_>],
    used: &HashSet<String>,
    tree: &Node,
    problems: &mut Vec<Problem>,
) -> bool {
    for variable in variables {
        check_number(variable, tree, problems);
    }
    let before = problems.len();
    for Variable { name, values } in variables {
        problems.extend(check_name(*name));
        let wrong = values.iter().filter_map(|value| Some((value.at, check_value(value.text)?)));
        problems.extend(wrong.map(|(at, (what, help))| Problem::new(at, what, help)));
    }
    let product = variables
        .iter()
        .try_fold(1_usize, |rows, variable| rows.checked_mul(variable.values.len().max(1)));
    if product.is_none_or(|rows| rows > MOST_ROWS) {
        let what = format!("a case has at most {MOST_ROWS} rows, and this matrix makes more");
        problems.push(Problem::new(tree.key("matrix"), what, "split it into several cases"));
    }
    let usable = problems.len() == before;
    if usable {
        unused(variables, used, problems);
    }
    usable
}

fn check_name(name: Spanned<'_>) -> Option<Problem> {
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (what, help) = match Placeholder::of(name.text) {
        Placeholder::Variable(name) if !name.is_empty() && name.chars().all(sign) => return None,
        Placeholder::Variable(name) => (
            format!("`{}` cannot be the name of a variable", brief(name)),
            "a name has letters, digits, `-` and `_`",
        ),
        _ => (
            format!("`${{{}}}` already means something else", brief(name.text)),
            "choose another name",
        ),
    };
    Some(Problem::new(name.at, what, help))
}

/// Reports a name without values, and values that occur twice.
fn check_number(variable: &Variable<'_>, tree: &Node, problems: &mut Vec<Problem>) {
    let Variable { name, values } = variable;
    let is_empty = tree.get("matrix").get(name.text).is_empty_list();
    if is_empty {
        let help = "list its values, or remove it from the matrix";
        let what = format!("`{}` has no values", brief(name.text));
        problems.push(Problem::new(name.at, what, help));
    }
    let mut seen = HashSet::new();
    for value in values.iter().filter(|value| !seen.insert(value.text)) {
        let what = format!("`{}` occurs twice, and makes the same rows twice", brief(value.text));
        problems.push(Problem::new(value.at, what, "keep one of the two"));
    }
}

fn check_value(value: &str) -> Option<(String, String)> {
    parts(value).into_iter().find_map(|part| match part {
        Part::Literal(_) | Part::Placeholder("page") => None,
        Part::Open => {
            Some(("`${` without a `}`".to_owned(), "close it; `$${` is a literal `${`".to_owned()))
        }
        Part::Placeholder(word) if matches!(Placeholder::of(word), Placeholder::Environment(_)) => {
            let help = format!("results show the values of the matrix: write `${{{word}}}` in the text that uses it");
            Some((format!("a value of the matrix cannot contain `${{{}}}`", brief(word)), help))
        }
        Part::Placeholder(word) => Some((
            format!("a value of the matrix cannot contain `${{{}}}`", brief(word)),
            suggest::help(word, "the only variable here is", ["page"]),
        )),
    })
}

/// The words in all that is filled, whether or not it belongs there.
pub(super) fn used(tree: &Node) -> HashSet<String> {
    const NOT_FILLED: [&str; 7] =
        ["name", "because", "covers", "spec", "matrix", "engines", "known"];
    let filled = tree.entries().filter(|(key, _)| !NOT_FILLED.contains(&key.text));
    filled.flat_map(|(_, node)| node.texts()).flat_map(words).map(str::to_owned).collect()
}

/// Reports a variable that the case does not use, because it would make equal rows.
fn unused(variables: &[Variable<'_>], used: &HashSet<String>, problems: &mut Vec<Problem>) {
    for Variable { name, .. } in variables.iter().filter(|it| !used.contains(it.name.text)) {
        let what = format!("nothing uses `{}`", brief(name.text));
        let help = format!("write `${{{}}}` where its value is needed", brief(name.text));
        problems.push(Problem::new(name.at, what, help));
    }
}

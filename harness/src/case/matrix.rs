//! Checks the matrix as written, before rows are made.

use std::collections::HashSet;

use super::complaint::Problem;
use super::file::{CaseFile, Text};
use super::rows::MOST_ROWS;
use super::suggest::{self, brief};
use super::text::{Part, Placeholder, parts, words};
use super::tree::Node;

/// Checks the matrix. `false` if no rows can be made of it: repeated and missing values only change
/// the number of rows.
pub(super) fn check(file: &CaseFile, tree: &Node, problems: &mut Vec<Problem>) -> bool {
    let node = tree.get("matrix");
    for (name, values) in &file.matrix {
        check_number(name, values, node, problems);
    }
    let before = problems.len();
    for (name, values) in &file.matrix {
        problems.extend(check_name(name, node));
        check_values(name, values, node, problems);
    }
    let product = file
        .matrix
        .values()
        .try_fold(1_usize, |rows, values| rows.checked_mul(values.len().max(1)));
    if product.is_none_or(|rows| rows > MOST_ROWS) {
        let what = format!("a case has at most {MOST_ROWS} rows, and this matrix makes more");
        problems.push(Problem::new(tree.key("matrix"), what, "split it into several cases"));
    }
    let usable = problems.len() == before;
    if usable {
        unused(file, tree, problems);
    }
    usable
}

fn check_name(name: &Text, node: &Node) -> Option<Problem> {
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let (what, help) = match Placeholder::of(&name.0) {
        Placeholder::Variable(name) if !name.is_empty() && name.chars().all(sign) => return None,
        Placeholder::Variable(name) => (
            format!("`{}` cannot be the name of a variable", brief(name)),
            "a name has letters, digits, `-` and `_`",
        ),
        _ => (
            format!("`${{{}}}` already means something else", brief(&name.0)),
            "choose another name",
        ),
    };
    Some(Problem::new(node.key(&name.0), what, help))
}

/// Reports a name without values, and values that occur twice.
fn check_number(name: &Text, values: &[Text], node: &Node, problems: &mut Vec<Problem>) {
    let list = node.get(&name.0);
    if values.is_empty() {
        let help = "list its values, or remove it from the matrix";
        problems.push(Problem::new(
            node.key(&name.0),
            format!("`{}` has no values", brief(&name.0)),
            help,
        ));
    }
    let mut seen = HashSet::new();
    for (index, value) in values.iter().enumerate() {
        let at = list.item(index).at;
        if !seen.insert(value) {
            let what = format!("`{}` occurs twice, and makes the same rows twice", brief(&value.0));
            problems.push(Problem::new(at, what, "keep one of the two"));
        }
    }
}

fn check_values(name: &Text, values: &[Text], node: &Node, problems: &mut Vec<Problem>) {
    let list = node.get(&name.0);
    for (index, value) in values.iter().enumerate() {
        let wrong = check_value(&value.0);
        let at = list.item(index).at;
        problems.extend(wrong.map(|(what, help)| Problem::new(at, what, help)));
    }
}

fn check_value(value: &str) -> Option<(String, String)> {
    parts(value).into_iter().find_map(|part| match part {
        Part::Literal(_) | Part::Placeholder("page") => None,
        Part::Open => {
            Some(("`${` without a `}`".to_owned(), "close it; `$${` is a literal `${`".to_owned()))
        }
        Part::Placeholder(word) => Some((
            format!("a value of the matrix cannot contain `${{{}}}`", brief(word)),
            suggest::help(word, "the only variable here is", ["page"]),
        )),
    })
}

/// Reports a variable that the case does not use, because it would make equal rows.
fn unused(file: &CaseFile, tree: &Node, problems: &mut Vec<Problem>) {
    const FILLED: [&str; 6] =
        ["servers", "cookies", "page", "steps", "third-party-cookies", "names"];
    let present = FILLED.iter().filter(|part| tree.keys().any(|(key, _)| key == **part));
    let used: HashSet<&str> =
        present.flat_map(|part| tree.get(part).texts()).flat_map(words).collect();
    for (name, _) in file.matrix.iter().filter(|(name, _)| !used.contains(name.0.as_str())) {
        let what = format!("nothing uses `{}`", brief(&name.0));
        let help = format!("write `${{{}}}` where its value is needed", brief(&name.0));
        problems.push(Problem::new(tree.get("matrix").key(&name.0), what, help));
    }
}

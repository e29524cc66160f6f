//! Reads YAML files, and returns [`Case`]s or problems. It is also the vocabulary of a case.
//!
//! Pure: it takes bytes and opens nothing. Only this module uses the YAML crates. The steps:
//!
//! * `source` makes text of bytes, and `tree` a tree of it with the place of everything;
//! * `shape` compares the tree with the JSON Schema of `schema`, complains about every difference, and
//!   marks what is wrong, so that the rest is read too;
//! * `metadata`, `matrix` and `known` read what a case says about itself, and `rows` each row, where it stands
//!   in the tree; `policy` does so for a policy. They share the `reader`, which fills `${…}`;
//! * `case_model`, `row`, `page`, `step` and `upstream` define what comes out.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod abort;
mod answers;
mod build_limit;
mod case_model;
mod complaint;
mod content;
mod cookies;
mod cors;
mod delivery;
mod draft_secrets;
mod environment;
mod kept_rows;
mod known;
mod label;
mod lines;
mod matrix;
mod metadata;
mod origin;
mod page;
mod policy;
mod policy_draft;
mod reader;
mod reply_schema;
mod row;
mod rows;
mod schema;
mod schema_terms;
#[cfg(test)]
mod second_parser;
mod servers;
mod shape;
mod source;
mod stack;
mod step;
mod step_options;
mod steps;
mod suggest;
mod tabs;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod typed;
mod upstream;
mod upstream_reader;
mod values;
mod variable_errors;
mod yaml;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

pub use crate::contexts::Context;
pub use crate::initiators::Initiator;
pub use abort::{Abort, AbortBy, AbortMoment};
pub use build_limit::BuildLimit;
pub use case_model::*;
pub use complaint::Complaints;
pub use draft_secrets::SecretVariable;
pub use environment::Variable;
pub use kept_rows::{ROWS_AT_ONCE, Rows};
pub use label::Label;
pub use origin::Origin;
pub use page::{OpenedPage, Page};
pub use policy::{Asked, Beyond, NotAsked, OriginKind, Policy};
pub use policy_draft::PolicyDraft;
pub use row::*;
pub use source::MAX_BYTES;
pub use stack::Stack;
pub use step::*;
pub use typed::{address, endpoint, header_line, login_cookie, method};
pub use upstream::*;

use complaint::Problem;
use kept_rows::FileText;
use reader::CaseFile;
use tree::{Node, Spanned};

/// The JSON Schema of cases and policies, for editors.
pub fn json_schema() -> String {
    let mut text = serde_json::to_string_pretty(&schema::schema()).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads one case where the environment has no variables. `id` and `file` are for messages; `bytes` is the file's
/// content.
pub fn read(id: CaseId, file: &Path, bytes: &[u8]) -> Result<Case, Complaints> {
    read_with(id, file, bytes, &|_| None)
}

/// Reads one case. `environment` returns the value of a variable that it names as `${env NAME}`.
pub fn read_with(
    id: CaseId,
    file: &Path,
    bytes: &[u8],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Case, Complaints> {
    let used = RefCell::new(BTreeMap::new());
    let noting = |name: &str| {
        let value = environment(name)?;
        used.borrow_mut().insert(name.to_owned(), value.clone());
        Some(value)
    };
    let case = read_once(id, file, bytes, &noting)?;
    let file = FileText::new((case.id.clone(), case.file.clone()), bytes, used.into_inner());
    Ok(Case { rows: case.rows.of_file(file), ..case })
}

/// Reads a case whose rows cannot be set aside.
fn read_once(
    id: CaseId,
    file: &Path,
    bytes: &[u8],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Case, Complaints> {
    let mut problems = Vec::new();
    match read_bytes((id, file), bytes, environment, &mut problems) {
        Some(case) if problems.is_empty() => Ok(case),
        _ => Err(Complaints::new(file, &source::quotable(bytes), problems)),
    }
}

fn read_bytes(
    (id, file): (CaseId, &Path),
    bytes: &[u8],
    environment: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Option<Case> {
    let text = source::text(bytes).map_err(|problem| problems.push(problem)).ok()?;
    let text = &source::ended(text);
    problems.extend(metadata::check_file_name(&id, file));
    let tree = tree::read(text, problems).map_err(|last| problems.push(last)).ok()?;
    let is_policy = tree.has("policy");
    let definition = if is_policy { schema::POLICY } else { schema::CASE };
    let used = matrix::used(&tree);
    let tree = shape::check(text, tree, (&schema::schema(), definition), problems);
    let mut further = Vec::new();
    // Relative paths begin at the folder of the file.
    let source = CaseFile { text, folder: file.parent().unwrap_or(file), environment };
    metadata::check(&tree, &mut further);
    let mut contents = match is_policy {
        true => policy_contents(source, &tree, &mut further),
        false => contents(source, &tree, &used, &mut further),
    };
    lines::set(&mut contents.rows, text, &tree);
    let case = case((id, file, line(text, &tree)), &tree, contents, &mut further);
    // What has the wrong shape has no meaning worth a second complaint.
    further.retain(|one| !problems.iter().any(|shape| shape.shares_place(one)));
    problems.append(&mut further);
    Some(case)
}

/// The line of the steps or of the policy, from 1.
fn line(text: &str, tree: &Node) -> usize {
    let key = tree.keys().find(|(key, _)| ["policy", "steps"].contains(key));
    let before = key.and_then(|(_, at)| text.get(..at.offset()));
    1 + before.map_or(0, |before| before.matches('\n').count())
}

/// The content of a case without its metadata.
struct Contents {
    variables: Vec<String>,
    rows: Vec<Row>,
    policy: Option<Policy>,
}

fn contents(
    file: CaseFile<'_>,
    tree: &Node,
    used: &HashSet<String>,
    problems: &mut Vec<Problem>,
) -> Contents {
    let matrix = matrix::read(tree);
    let rows = match matrix::check(&matrix, used, tree, problems) {
        true => rows::read(file, tree, &matrix, problems),
        false => Vec::new(),
    };
    let variables = matrix.iter().map(|variable| variable.name().to_owned()).collect();
    Contents { variables, rows, policy: None }
}

fn policy_contents(file: CaseFile<'_>, tree: &Node, problems: &mut Vec<Problem>) -> Contents {
    let (rows, policy) = policy::read(file, tree, problems);
    let variables = Asked::VARIABLES.map(str::to_owned).to_vec();
    Contents { variables, rows, policy: Some(policy) }
}

fn case(
    (id, file, line): (CaseId, &Path, usize),
    tree: &Node,
    Contents { variables, rows, policy }: Contents,
    problems: &mut Vec<Problem>,
) -> Case {
    let engines = metadata::engines(tree.find("engines"), policy.is_some(), problems);
    let known = known::read(tree, &rows, &engines, problems);
    let text = |node: &Node| Spanned::of(node).map(|spanned| spanned.text.trim().to_owned());
    let covers = tree.find("covers").into_iter().flat_map(Node::items);
    let is_true = |key| tree.find(key).and_then(Spanned::of).is_some_and(|it| it.text == "true");
    Case {
        id,
        file: file.to_owned(),
        line,
        // `>` and `|` end their text with a line break.
        name: tree.find("name").and_then(text).unwrap_or_default(),
        because: tree.find("because").and_then(text).unwrap_or_default(),
        covers: covers.filter_map(Spanned::of).map(|id| id.text.to_owned()).collect(),
        extended: is_true("extended"),
        compares_reasons: is_true("compare-reasons"),
        spec: tree.find("spec").and_then(Spanned::of).map(|spec| spec.text.to_owned()),
        engines,
        known,
        variables,
        rows: rows.into(),
        policy,
    }
}

//! Reads YAML files, and returns [`Case`]s or problems. It is also the vocabulary of a case.
//!
//! Pure: it takes bytes and opens nothing. Only this module uses the YAML crates. The steps:
//!
//! * `source` turns bytes into text, `tree` builds a tree that knows the place of every value, and
//!   `shape` compares the tree with the schema of `file`;
//! * `repaired` guesses what was meant by a file with mistakes at its top level, so that the rest
//!   is read too;
//! * `parse` turns the tree into a `file` with serde, through `deserializer`, and `second_parser`
//!   checks that another parser reads the same text in the same way;
//! * `metadata`, `matrix` and `rows` make a [`Case`] of both, row by row;
//! * `case_model`, `row` and `step` are the result.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod case_model;
mod complaint;
mod content;
mod cookies;
mod cors;
mod deserializer;
mod environment;
mod file;
mod host;
mod known;
mod label;
mod lines;
mod matrix;
mod metadata;
mod name;
mod origin;
mod page;
mod parse;
mod policy;
mod policy_draft;
mod reader;
mod repaired;
mod row;
mod rows;
mod second_parser;
mod server_file;
mod servers;
mod shape;
mod source;
mod step;
mod step_options;
mod steps;
mod suggest;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod typed;
mod upstream;
mod upstream_reader;
mod values;
mod yaml;

use std::path::Path;

pub use crate::contexts::Context;
pub use crate::initiators::Initiator;
pub use case_model::*;
pub use complaint::Complaints;
pub use environment::Variable;
pub use label::Label;
pub use policy::{Asked, Beyond, NotAsked, OriginKind, Policy};
pub use policy_draft::PolicyDraft;
pub use row::*;
pub use source::MAX_BYTES;
pub use step::*;
pub use typed::{address, endpoint, header_line, login_cookie, method};
pub use upstream::*;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use complaint::Problem;
use file::CaseFile;
use tree::Node;

/// Reads one case. `id` and `file` are for messages; `bytes` is the file's content.
pub fn read(id: CaseId, file: &Path, bytes: &[u8]) -> Result<Case, Complaints> {
    read_bytes(id, file, bytes)
        .map_err(|problems| Complaints::new(file, &source::quotable(bytes), problems))
}

fn read_bytes(id: CaseId, file: &Path, bytes: &[u8]) -> Result<Case, Vec<Problem>> {
    let text = source::text(bytes).map_err(|problem| vec![problem])?;
    let text = &source::ended(text);
    let mut problems: Vec<_> = name::check(&id, file).into_iter().collect();
    let tree = match tree::read(text, &mut problems) {
        Ok(tree) => tree,
        Err(last) => {
            problems.push(last);
            return Err(problems);
        }
    };
    let source = Source { id, file, text, tree: &tree };
    if tree.keys().any(|(key, _)| key == "policy") {
        read_as(&source, problems, policy::understand)
    } else {
        read_as(&source, problems, understand)
    }
}

/// A file that is being read.
struct Source<'a> {
    id: CaseId,
    file: &'a Path,
    text: &'a str,
    tree: &'a Node,
}

impl Source<'_> {
    /// The folder to which paths are relative.
    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(self.file)
    }

    /// The line of the steps or of the policy, from 1.
    fn line(&self) -> usize {
        let mut keys = self.tree.keys();
        let key = keys.find(|(key, _)| ["policy", "steps"].contains(key));
        let before = key.and_then(|(_, at)| self.text.get(..at.offset()));
        1 + before.map_or(0, |before| before.matches('\n').count())
    }
}

/// Reads a file that is written as an `F`.
fn read_as<F: DeserializeOwned + JsonSchema>(
    source: &Source<'_>,
    mut problems: Vec<Problem>,
    understand: impl FnOnce(&Source<'_>, F, &mut Vec<Problem>) -> Case,
) -> Result<Case, Vec<Problem>> {
    shape::check::<F>(source.text, source.tree, &mut problems);
    if problems.is_empty() {
        problems.extend(second_parser::check(source.text, source.tree));
        return further(source, problems, understand);
    }
    let mended = repaired::mended::<F>(source.tree);
    let source = Source { tree: &mended, id: source.id.clone(), ..*source };
    further(&source, problems, understand)
}

/// Reads the content of a file in which problems are already known.
fn further<F: DeserializeOwned>(
    source: &Source<'_>,
    mut problems: Vec<Problem>,
    understand: impl FnOnce(&Source<'_>, F, &mut Vec<Problem>) -> Case,
) -> Result<Case, Vec<Problem>> {
    let case = match parse::file(source.tree) {
        Ok(written) => {
            let mut further = Vec::new();
            let case = understand(source, written, &mut further);
            // A value with the wrong shape gets no second complaint.
            further.retain(|one| !problems.iter().any(|shape| shape.shares_place(one)));
            problems.extend(further);
            case
        }
        // The shape already says why.
        Err(_) if !problems.is_empty() => return Err(problems),
        Err(problem) => return Err(vec![problem]),
    };
    if problems.is_empty() { Ok(case) } else { Err(problems) }
}

fn understand(source: &Source<'_>, written: CaseFile, problems: &mut Vec<Problem>) -> Case {
    let Source { text, tree, .. } = source;
    metadata::check(&written, tree, problems);
    let usable = matrix::check(&written, tree, problems);
    let rows = match usable {
        true => rows::read(text, source.folder(), tree, &written, problems),
        false => Vec::new(),
    };
    let variables = written.matrix.keys().map(|name| name.0.clone()).collect();
    case(source, written, Contents { variables, rows, policy: None }, problems)
}

/// The content of a case without its metadata.
struct Contents {
    variables: Vec<String>,
    rows: Vec<Row>,
    policy: Option<Policy>,
}

fn case(
    source: &Source<'_>,
    written: CaseFile,
    contents: Contents,
    problems: &mut Vec<Problem>,
) -> Case {
    let Source { id, file, text, tree } = source;
    let Contents { variables, mut rows, policy } = contents;
    lines::set(&mut rows, text, tree);
    let engines = metadata::engines(written.engines.as_deref(), tree.get("engines"), problems);
    let known = known::read(&written, tree, &rows, &engines, problems);
    Case {
        id: id.clone(),
        file: (*file).to_owned(),
        line: source.line(),
        name: written.name.0.trim().to_owned(),
        // `>` and `|` end their text with a line break.
        because: written.because.0.trim().to_owned(),
        covers: written.covers.into_iter().map(|id| id.0).collect(),
        spec: written.spec.map(|spec| spec.0),
        engines,
        known,
        variables,
        rows,
        policy,
    }
}

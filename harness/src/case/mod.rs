//! The vocabulary of a case: YAML in, [`Case`]s or complaints out.
//!
//! Pure: takes bytes, opens nothing. The YAML crates are used only here. On the way,
//!
//! * `source` makes text of bytes, `tree` a tree of it that knows where everything stands, `shape`
//!   compares that with the schema of `file`;
//! * `parse` makes a `file` of the same text with serde;
//! * `head`, `matrix` and `rows` make a [`Case`] of both, row by row.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod complaint;
mod cookies;
mod cors;
mod file;
mod head;
mod known;
mod matrix;
mod origin;
mod own;
mod own_servers;
mod page;
mod parse;
mod reader;
mod row;
mod rows;
mod server_file;
mod servers;
mod shape;
mod source;
mod steps;
mod suggest;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod values;
mod yaml;

use std::path::Path;

pub use complaint::Complaints;
pub use own::*;
pub use row::*;
pub use source::MAX_BYTES;

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
    let mut problems = Vec::new();
    let tree = match tree::read(text, &mut problems) {
        Ok(tree) => tree,
        Err(last) => {
            problems.push(last);
            return Err(problems);
        }
    };
    shape::check(text, &tree, &mut problems);
    let case = match parse::file(text, &tree) {
        Ok(written) => {
            let mut further = Vec::new();
            let case = understand(id, file, text, &tree, written, &mut further);
            // What has the wrong shape has no meaning worth a second complaint.
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

fn understand(
    id: CaseId,
    file: &Path,
    text: &str,
    tree: &Node,
    written: CaseFile,
    problems: &mut Vec<Problem>,
) -> Case {
    head::check(&written, tree, problems);
    let engines = head::engines(written.engines.as_deref(), tree.get("engines"), problems);
    let folder = file.parent().unwrap_or(file);
    let usable = matrix::check(&written, tree, problems);
    let rows = if usable { rows::read(text, folder, tree, &written, problems) } else { Vec::new() };
    let known = known::read(&written, tree, &rows, &engines, problems);
    Case {
        id,
        file: file.to_owned(),
        name: written.name.0.trim().to_owned(),
        // `>` and `|` end their text with a line break.
        because: written.because.0.trim().to_owned(),
        covers: written.covers.into_iter().map(|id| id.0).collect(),
        spec: written.spec.map(|spec| spec.0),
        engines,
        known,
        variables: written.matrix.into_keys().map(|name| name.0).collect(),
        rows,
    }
}

//! Turns the tree into the file with serde.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::complaint::Problem;
use super::tree::Node;

/// Reads the file whose tree is `tree`.
pub(super) fn file<F: DeserializeOwned>(tree: &Node) -> Result<F, Problem> {
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let at = error.path().iter().fold(tree, step).at;
        Problem::new(at, error.inner().to_string(), "write it as cases/README.md shows")
    })
}

fn step<'a>(node: &'a Node, segment: &Segment) -> &'a Node {
    match segment {
        Segment::Seq { index } => node.item(*index),
        Segment::Map { key } => node.get(key),
        Segment::Enum { .. } | Segment::Unknown => node,
    }
}

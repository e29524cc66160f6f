//! The file as serde reads it. Two parsers have now read it, and a case is only what they agree on.

use miette::SourceSpan;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

use super::complaint::Problem;
use super::tree::{Kind, Node};

const ODD: &str = "this is rare YAML: write it in a plainer way, with quotes around the text";

/// Reads the file whose tree is `tree`.
pub(super) fn file<F: DeserializeOwned>(text: &str, tree: &Node) -> Result<F, Problem> {
    let file = serde_path_to_error::deserialize(serde_yaml::Deserializer::from_str(text)).map_err(
        |error| {
            let at = error.path().iter().fold(tree, step).at;
            Problem::new(at, error.inner().to_string(), ODD)
        },
    )?;
    let value = serde_yaml::from_str(text)
        .map_err(|error| Problem::new(tree.at, error.to_string(), ODD))?;
    match disagreement(&value, tree) {
        None => Ok(file),
        Some(at) => Err(Problem::new(at, "two YAML parsers read this differently", ODD)),
    }
}

fn step<'a>(node: &'a Node, segment: &Segment) -> &'a Node {
    match segment {
        Segment::Seq { index } => node.item(*index),
        Segment::Map { key } => node.get(key),
        Segment::Enum { .. } | Segment::Unknown => node,
    }
}

/// Where the two readings part. Numbers and booleans are the same plain text to both.
fn disagreement(value: &Value, node: &Node) -> Option<SourceSpan> {
    match (value, &node.kind) {
        (Value::String(ours), Kind::Text { text, null: false }) => {
            (ours != text).then_some(node.at)
        }
        (Value::Number(_) | Value::Bool(_), Kind::Text { null: false, .. }) => None,
        (Value::Null, Kind::Text { null: true, .. }) => None,
        (Value::Sequence(ours), Kind::List(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).find_map(|(value, node)| disagreement(value, node))
        }
        (Value::Mapping(ours), Kind::Map(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).find_map(|((key, value), (theirs, entry))| {
                let same = key.as_str().is_none_or(|key| key == theirs);
                if same { disagreement(value, &entry.value) } else { Some(entry.key) }
            })
        }
        _ => Some(node.at),
    }
}

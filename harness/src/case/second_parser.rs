//! Compares with a second YAML parser: a case is only what both read in the same way.

use std::fmt;

use miette::SourceSpan;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::complaint::{Problem, offset};
use super::tree::{Kind, Node};
use super::yaml;

const ODD: &str = "write it in a simpler way, with quotes around the text";

/// Reports where the second parser rejects the text or reads something other than `tree`.
pub(super) fn check(text: &str, tree: &Node) -> Option<Problem> {
    match serde_yaml::from_str(text) {
        Ok(reading) => disagreement(&reading, tree)
            .map(|at| Problem::new(at, "YAML parsers disagree on this", ODD)),
        Err(error) => Some(refusal(text, tree, &error)),
    }
}

fn refusal(text: &str, tree: &Node, error: &serde_yaml::Error) -> Problem {
    match error.location() {
        Some(place) => {
            yaml::explain(text, offset(text, place.line(), place.column()), &error.to_string())
        }
        None => Problem::new(tree.at, error.to_string(), ODD),
    }
}

/// A value as the second parser reads it.
enum Reading {
    Text(String),
    /// A number or a boolean, which has the same plain text in both.
    Plain,
    Nothing,
    List(Vec<Reading>),
    Map(Vec<(Reading, Reading)>),
}

/// Where the two readings differ.
fn disagreement(reading: &Reading, node: &Node) -> Option<SourceSpan> {
    match (reading, &node.kind) {
        (Reading::Text(ours), Kind::Text { text, null: false }) => {
            (ours != text).then_some(node.at)
        }
        (Reading::Plain, Kind::Text { null: false, .. }) => None,
        (Reading::Nothing, Kind::Text { null: true, .. }) => None,
        (Reading::List(ours), Kind::List(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).find_map(|(value, node)| disagreement(value, node))
        }
        (Reading::Map(ours), Kind::Map(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).find_map(|((key, value), (theirs, entry))| match key {
                Reading::Text(key) if key != theirs => Some(entry.key),
                _ => disagreement(value, &entry.value),
            })
        }
        _ => Some(node.at),
    }
}

impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadingVisitor)
    }
}

struct ReadingVisitor;

impl<'de> Visitor<'de> for ReadingVisitor {
    type Value = Reading;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a list or a mapping")
    }

    fn visit_str<E>(self, text: &str) -> Result<Reading, E> {
        Ok(Reading::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Reading, E> {
        Ok(Reading::Plain)
    }

    fn visit_unit<E>(self) -> Result<Reading, E> {
        Ok(Reading::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Reading, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Reading::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Reading::Map(entries))
    }
}

//! Another YAML parser reads whatever is accepted in the same way: a case means the same to every tool.

use std::fmt;

use miette::SourceSpan;
use proptest::prelude::*;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::source;
use super::tests::mutated;
use super::tree::{self, Kind, Node};

/// A text that is accepted, and its tree. What is not a mapping is never a case.
fn accepted(text: &str) -> Option<(String, Node)> {
    let text = source::ended(source::text(text.as_bytes()).ok()?).into_owned();
    let mut problems = Vec::new();
    let tree = tree::read(&text, &mut problems).ok()?;
    (problems.is_empty() && matches!(tree.kind, Kind::Map(_))).then_some((text, tree))
}

/// What the other parser says about a text that is accepted, if it is not the same.
fn differs(text: &str) -> Option<String> {
    let (text, tree) = accepted(text)?;
    match serde_yaml::from_str(&text) {
        Ok(reading) => disagreement(&reading, &tree).map(|at| format!("another value at {at:?}")),
        Err(error) => Some(error.to_string()),
    }
}

proptest! {
    #[test]
    fn a_mutated_case_is_read_alike(bytes in mutated()) {
        prop_assert_eq!(differs(&String::from_utf8_lossy(&bytes)), None);
    }

    #[test]
    fn any_yaml_is_read_alike(text in soup()) {
        prop_assert_eq!(differs(&text), None);
    }
}

#[test]
fn yaml_that_parsers_read_differently_is_rejected() {
    for text in [
        "a:\n  \t\n  b",
        "a:\n-\tb",
        "a: |\n  b\n \t\nc: d",
        "a: |\n  \t\n  b",
        "a: |0\nb: c",
        "a: b\rc: d",
        "a: [?b]",
        "a: [:b]",
        "a: [b:]",
        "a: {b:, c: d}",
        "a: { b\n c: d }",
        "a: [|-]",
    ] {
        assert!(accepted(text).is_none(), "{text:?}");
    }
    for text in ["a: \"b\n  \tc\"", "a: |\n  b\tc\n  \td", "a: b\t", "a: [\"b:\", c:d]", "a: ?b"] {
        assert!(accepted(text).is_some() && differs(text).is_none(), "{text:?}");
    }
}

/// Signs of YAML, in any order.
fn soup() -> impl Strategy<Value = String> {
    let signs = prop::sample::select(vec![
        "a", "b: ", "c:", "- ", "-", "\n", "\n", "\n  ", "\n    ", " ", "\t", "\"", "'", "[", "]",
        "{", "}", ",", ": ", ":", "?", "? ", "|", ">", "|-", ">+", "|2", "#", " #", "!", "&", "*",
        "%", "@", "`", "~", "null", "...", "---", "\r", "\r\n", "\\", "\\n", "1", "0x1", "true",
        "\u{a0}", "\u{85}", "é", "<<", "=", "1e3", ".inf",
    ]);
    let starts =
        prop::sample::select(vec!["a: ", "a:\n  ", "a:\n- ", "a: [", "a: {", "a: |\n", ""]);
    let soup = (starts, prop::collection::vec(signs, 0..14));
    soup.prop_map(|(start, signs)| start.to_owned() + &signs.concat())
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

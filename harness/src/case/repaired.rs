//! Guesses what was meant by a file with mistakes at its top level, so that all mistakes below are
//! reported at once.

use indexmap::IndexMap;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use super::shape::{forms, is_kind};
use super::suggest::nearest;
use super::tree::{Entry, Kind, Node};

/// Keys on which others depend: without their values, many more complaints would follow.
const NEEDED: [&str; 3] = ["servers", "matrix", "policy"];

/// The tree of a file `F` whose deviations were reported: each unknown key is taken for the nearest
/// missing one, and a value of the wrong kind is removed.
pub(super) fn mended<F: JsonSchema>(tree: &Node) -> Node {
    let Kind::Map(written) = &tree.kind else { return tree.clone() };
    let root = Value::from(SchemaGenerator::default().into_root_schema_for::<F>());
    let none = Map::new();
    let known = root["properties"].as_object().unwrap_or(&none);
    let mut map = IndexMap::new();
    for (key, entry) in written {
        let key = meant(key, written, known);
        let forms = known.get(key).map_or_else(Vec::new, |schema| forms(&root, schema));
        let value =
            if NEEDED.contains(&key) { entry.value.clone() } else { fitting(&forms, entry) };
        map.entry(key.to_owned()).or_insert(Entry { key: entry.key, value });
    }
    Node { at: tree.at, kind: Kind::Map(map) }
}

fn meant<'k>(
    key: &'k str,
    written: &IndexMap<String, Entry>,
    known: &'k Map<String, Value>,
) -> &'k str {
    if known.contains_key(key) {
        return key;
    }
    let absent = known.keys().map(String::as_str).filter(|known| !written.contains_key(*known));
    nearest(key, absent).unwrap_or(key)
}

/// The value, or an empty value of a kind that is allowed here, at the same place.
fn fitting(forms: &[&Value], Entry { key, value }: &Entry) -> Node {
    let may_be = |kind| forms.iter().any(|form| is_kind(form, kind));
    let fits = match value.kind {
        Kind::Text { null, .. } => may_be("string") && !null,
        Kind::List(_) => may_be("array"),
        Kind::Map(_) => may_be("object"),
    };
    let kind = match (fits, may_be("string"), may_be("array")) {
        (false, true, _) => Kind::Text { text: String::new(), null: false },
        (false, false, true) => Kind::List(Vec::new()),
        _ => return value.clone(),
    };
    Node { at: if value.at.is_empty() { *key } else { value.at }, kind }
}

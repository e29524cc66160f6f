//! What the JSON Schema of a file is made of: mappings, lists, texts and words.

use serde_json::{Map, Value, json};

/// What header lines are.
pub(super) const LINES: &str = "a list of header lines: `- Name: value`";

/// What a body is.
pub(super) const BODY: &str = "text; JSON goes into single quotes: '{\"a\": 1}'";

/// A key, the schema of its value, and what that is: the rest of a sentence that begins with the key.
pub(super) type Key = (&'static str, Value, &'static str);

/// A mapping with these keys and no others.
pub(super) fn mapping(
    about: &str,
    keys: impl IntoIterator<Item = Key>,
    required: &[&str],
) -> Value {
    let key = |(key, schema, about): Key| (key.to_owned(), described(schema, about));
    let mut mapping = json!({
        "type": "object",
        "properties": keys.into_iter().map(key).collect::<Map<_, _>>(),
        "additionalProperties": false,
    });
    if !about.is_empty() {
        mapping["description"] = about.into();
    }
    if !required.is_empty() {
        mapping["required"] = required.into();
    }
    mapping
}

/// A scalar as its source text: `True`, `600` and `1.10` stay what they look like.
pub(super) fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

/// One of some words, or a text that becomes one of them when it is filled.
pub(super) fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    json!({ "anyOf": [exactly(words), { "type": "string", "pattern": "\\$\\{" }] })
}

/// One of some words.
pub(super) fn exactly<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    let word = |word: &'w str| match word.parse::<bool>() {
        Ok(boolean) => vec![json!(word), json!(boolean)],
        Err(_) => vec![json!(word)],
    };
    let words: Vec<Value> = words.into_iter().flat_map(word).collect();
    json!({ "type": ["string", "boolean"], "enum": words })
}

/// A mapping with keys of the case's own.
pub(super) fn entries(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

pub(super) fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A text in place of the long form.
pub(super) fn short(long: Value) -> Value {
    json!({ "anyOf": [text(), long] })
}

pub(super) fn definition(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// A schema with a description; keywords beside a reference would be ignored.
pub(super) fn described(schema: Value, about: &str) -> Value {
    let mut schema =
        if schema.get("$ref").is_some() { json!({ "allOf": [schema] }) } else { schema };
    schema["description"] = about.into();
    schema
}

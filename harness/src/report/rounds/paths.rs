//! Finds where JSON values differ, as JSON pointers.

use std::collections::BTreeSet;

use serde_json::Value;

/// Every path at which not all values are equal: the deepest that all of them have.
pub(super) fn differing(values: &[&Value]) -> BTreeSet<String> {
    let Some((first, others)) = values.split_first() else { return BTreeSet::new() };
    let mut paths = BTreeSet::new();
    for other in others {
        walk(first, other, String::new(), &mut paths);
    }
    paths
}

fn walk(one: &Value, other: &Value, path: String, paths: &mut BTreeSet<String>) {
    match (one, other) {
        _ if one == other => {}
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for (name, value) in one {
                walk(value, &other[name], format!("{path}/{}", escaped(name)), paths);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                walk(one, other, format!("{path}/{number}"), paths);
            }
        }
        _ => {
            paths.insert(path);
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6901#section-3>
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

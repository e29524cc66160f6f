//! The JSON Schema for editors: it is up to date, every shipped file names it and is valid, and what it rejects the
//! harness rejects too.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use cors_harness::case::{CaseId, json_schema, read};
use jsonschema::{Validator, validator_for};
use serde_json::{Value, json};
use walkdir::WalkDir;

/// Folders with cases and policies.
const FOLDERS: [&str; 2] = ["cases", "servers/stacks/policies"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    validator_for(&schema).expect("a schema")
}

/// Every shipped case and policy, with its text.
fn shipped() -> Vec<(PathBuf, String)> {
    let files =
        FOLDERS.iter().flat_map(|folder| WalkDir::new(root().join(folder)).sort_by_file_name());
    let files = files.map(|entry| entry.expect("a file").into_path());
    let yaml = files.filter(|path| path.extension() == Some(OsStr::new("yaml")));
    yaml.map(|path| (path.clone(), fs::read_to_string(path).expect("text"))).collect()
}

#[test]
fn the_published_schema_is_up_to_date() {
    let published = fs::read_to_string(root().join("cases/schema.json")).unwrap_or_default();
    let renew = "cases/schema.json is out of date: run `cargo run -- schema > cases/schema.json`";
    assert!(published == json_schema(), "{renew}");
}

#[test]
fn every_shipped_file_names_the_schema_and_is_valid() {
    let validator = validator();
    let files = shipped();
    assert!(files.len() > FOLDERS.len());
    for (path, text) in files {
        let line = text.lines().next().unwrap_or_default();
        let schema = line.strip_prefix("# yaml-language-server: $schema=").unwrap_or_default();
        let schema = path.parent().unwrap_or(&path).join(schema);
        let (named, published) = (schema.canonicalize().ok(), root().join("cases/schema.json"));
        assert_eq!(named, published.canonicalize().ok(), "{}", path.display());
        let value: Value = serde_yaml::from_str(&text).expect("YAML");
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}

/// Whether the harness reads it.
fn is_read(value: &Value) -> bool {
    let text = serde_yaml::to_string(value).expect("YAML");
    read(CaseId("a".to_owned()), Path::new("a.yaml"), text.as_bytes()).is_ok()
}

/// JSON pointers to everything in a value.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| {
                pointers(value, &format!("{here}/{}", escaped(key)), found);
            });
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| {
                pointers(item, &format!("{here}/{index}"), found);
            });
        }
        _ => {}
    }
}

/// Copies of a value, each with one mistake that has something to do with its shape.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    pointers(value, "", &mut all);
    let mut mutations = Vec::new();
    for pointer in all {
        let mut changed = |what: &str, change: &dyn Fn(&mut Value)| {
            let mut copy = value.clone();
            change(copy.pointer_mut(&pointer).expect("a place"));
            if copy != *value {
                mutations.push((format!("{what} at {pointer}"), copy));
            }
        };
        changed("lists", &|place| *place = json!([[]]));
        changed("an unknown key", &|place| {
            if let Some(map) = place.as_object_mut() {
                map.insert("no-such-key".to_owned(), json!("x"));
            }
        });
        changed("no first key", &|place| {
            if let Some(map) = place.as_object_mut() {
                let first = map.keys().next().cloned();
                first.map(|key| map.shift_remove(&key));
            }
        });
        changed("another word", &|place| {
            if let Some(text) = place.as_str() {
                *place = format!("{text}x").into();
            }
        });
    }
    mutations
}

#[test]
fn what_the_schema_rejects_the_harness_rejects() {
    let validator = validator();
    let mut rejected = 0;
    // One file of each folder has all that the others have.
    let mut files = shipped();
    files.dedup_by_key(|(path, _)| path.parent().map(Path::to_owned));
    for (path, text) in files {
        let value: Value = serde_yaml::from_str(&text).expect("YAML");
        // Every fourth, for speed.
        for (what, wrong) in mutations(&value).into_iter().step_by(4) {
            let is_valid = validator.is_valid(&wrong);
            assert!(!what.starts_with("lists") || !is_valid, "{}: {what}", path.display());
            rejected += usize::from(!is_valid);
            assert!(is_valid || !is_read(&wrong), "{}: {what}", path.display());
        }
    }
    assert!(rejected > 50, "{rejected}");
}

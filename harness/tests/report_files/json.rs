//! The JSON document and its published schema.

use jsonschema::validator_for;
use serde_json::{Value, json};

use crate::json_report;

/// The published schema.
fn schema() -> Value {
    serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap()
}

/// The same that takes no member that it does not describe.
fn strict(mut schema: Value) -> Value {
    fn close(node: &mut Value) {
        if let Value::Object(members) = node {
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            members.values_mut().for_each(close);
        } else if let Value::Array(items) = node {
            items.iter_mut().for_each(close);
        }
    }
    close(&mut schema);
    schema
}

/// Fails with everything in the document that the schema does not allow, with formats such as `date-time`.
#[track_caller]
pub fn is_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(document).collect();
    let words: Vec<_> =
        errors.iter().map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(words.is_empty(), "{}", words.join("\n"));
}

#[test]
fn the_schema_describes_every_member() {
    let document = json_report("json");
    is_valid(&schema(), &document);
    is_valid(&strict(schema()), &document);
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let mut document = json_report("json");
    assert!(validator_for(&schema()).unwrap().is_valid(&document));
    document["results"][0]["snapshot"] = json!("perhaps");
    assert!(!validator_for(&schema()).unwrap().is_valid(&document));
    assert!(!validator_for(&schema()).unwrap().is_valid(&json!({ "schema": 1 })));
}

#[test]
fn a_row_says_where_it_comes_from_and_how_it_differs() {
    let document = json_report("json");
    let of = |case: &str| {
        let mut rows = document["results"].as_array().unwrap().iter();
        rows.find(|row| row["case"] == case).unwrap()
    };
    let (reads, steady, wide) = (of("reads"), of("steady"), of("wide"));
    assert_eq!(reads["case_file"], "cases/reads.yaml");
    assert_eq!((&reads["line"], &wide["line"]), (&json!(14), &json!(11)));
    assert!(reads["duration"].as_f64().is_some_and(|took| took >= 0.0), "{reads}");
    assert_eq!(wide["duration"], Value::Null);
    assert_eq!((&steady["was"], &steady["is"]), (&Value::Null, &Value::Null));
    let saw = |lines: &Value| lines[0]["script saw"].as_str().unwrap().to_owned();
    assert!(saw(&reads["was"]).contains("hello"), "{}", reads["was"]);
    assert!(saw(&reads["is"]).contains("good morning"), "{}", reads["is"]);
    assert_eq!(reads["exchanges"][0]["step"], 0);
}

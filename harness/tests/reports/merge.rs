//! Joining the documents of shards.

use cors_harness::report::merge;
use serde_json::{Value, json};

fn document(number: usize, of: usize, case: &str, status: &str) -> (String, Value) {
    let document = json!({
        "schema": 1, "suite": "1", "standard": "s", "shard": { "number": number, "of": of },
        "engines": [{ "name": "chromium", "version": "1" }],
        "results": [{ "case": case, "engine": "chromium", "row": {} }],
        "findings": [], "changes": [], "not_run": [],
        "matrix": [{ "case": case, "engines": { "chromium": status },
                     "snapshots": { "chromium": "match" }, "rows": [] }],
        "times": [{ "engine": "chromium", "wall": 10, "rows": number }],
    });
    (format!("{number}.json"), document)
}

#[test]
fn documents_of_all_shards_are_one_document() {
    let merged = merge(vec![document(2, 2, "a", "agrees"), document(1, 2, "b", "known")]);
    let merged = merged.unwrap();
    let all = &merged.document;
    assert!(merged.is_as_recorded(), "{}", merged.text());
    assert_eq!(all["shard"], Value::Null);
    assert_eq!(all["missing_shards"], json!([]));
    assert_eq!(all["engines"].as_array().unwrap().len(), 1);
    for member in ["results", "matrix"] {
        let cases: Vec<_> =
            all[member].as_array().unwrap().iter().map(|one| &one["case"]).collect();
        assert_eq!(cases, ["a", "b"], "{member}");
    }
    assert_eq!(all["times"], json!([{ "engine": "chromium", "wall": 20, "rows": 3 }]));
    assert_eq!(merged.text(), "chromium 1: 2 rows\n2 cases, 0 not as recorded");
}

#[test]
fn a_missing_shard_is_named_and_no_run_with_one_is_as_recorded() {
    let merged = merge(vec![document(2, 4, "a", "agrees"), document(3, 4, "b", "agrees")]).unwrap();
    assert!(!merged.is_as_recorded());
    assert_eq!(merged.document["missing_shards"], json!([1, 4]));
    assert!(merged.text().contains("missing: 1, 4."), "{}", merged.text());
}

#[test]
fn a_case_that_is_not_as_recorded_is_named() {
    for status in ["departs", "vanished", "inconclusive", "not-run", "differs"] {
        let merged = merge(vec![document(1, 1, "a", status)]).unwrap();
        assert!(!merged.is_as_recorded());
        assert!(merged.text().contains(&format!("a: chromium {status}")), "{}", merged.text());
    }
    let (file, mut changed) = document(1, 1, "a", "agrees");
    changed["matrix"][0]["snapshots"]["chromium"] = json!("differs");
    let merged = merge(vec![(file, changed)]).unwrap();
    assert!(merged.text().contains("chromium agrees (snapshot: differs)"), "{}", merged.text());
    assert!(!merged.is_as_recorded());
}

#[test]
fn documents_that_do_not_belong_together_are_rejected() {
    let (file, mut whole) = document(1, 2, "a", "agrees");
    whole["shard"] = Value::Null;
    let (_, mut newer) = document(2, 2, "b", "agrees");
    newer["suite"] = json!("2");
    let first = || document(1, 2, "a", "agrees");
    for (documents, words) in [
        (vec![(file, whole)], "document of a whole run"),
        (vec![("x".to_owned(), json!({ "schema": 2 }))], "is not a document of `run --json`"),
        (vec![first(), ("2.json".to_owned(), newer)], "different runs"),
        (vec![first(), document(2, 3, "b", "agrees")], "different runs"),
        (vec![first(), first()], "the same shard, 1"),
        (vec![first(), document(2, 2, "a", "agrees")], "made from different cases"),
    ] {
        let wrong = merge(documents).unwrap_err();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].contains(words), "{wrong:?}");
    }
}

//! The JSON document that other programs read, and what is printed beside it.

use serde_json::{Value, json};

use crate::folder::{CASE, Folder, ends};

#[test]
fn the_json_document_has_everything_that_other_programs_rely_on() {
    let folder = Folder::with(&[("reads.yaml", CASE)]);
    folder.accept();
    ends(&folder.run(&["run", "--verbose", "--engine", "control", "--json", "out.json"]), 0, &[]);
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    assert!(!text.contains("secret"), "values of cookies and Authorization stay out:\n{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], 1);
    assert_eq!(document["suite"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["engines"][0]["name"], "control");
    assert_eq!(document["not_run"], json!([]));
    let matrix = json!([{
        "case": "reads",
        "engines": { "control": "recorded" },
        "snapshots": { "control": "match" },
        "rows": [],
    }]);
    assert_eq!(document["matrix"], matrix);
    assert_eq!(document["results"].as_array().unwrap().len(), 2);
    let result = &document["results"][1];
    let keys: Vec<_> = result.as_object().unwrap().keys().collect();
    let members = [
        "case",
        "case_file",
        "line",
        "row",
        "engine",
        "played_by",
        "policy",
        "verdict",
        "differences",
        "permitted",
        "time",
        "known",
        "engine_wide",
        "broken",
        "repeated",
        "reasons_unavailable",
        "notes",
        "duration",
        "snapshot",
        "was",
        "is",
        "steps",
        "exchanges",
    ];
    assert_eq!(keys, members);
    assert_eq!(result["case"], "reads");
    assert_eq!(result["row"], json!({ "credentials": "include" }));
    assert_eq!(result["engine"], "control");
    assert_eq!(result["played_by"], "plain-client");
    assert_eq!(result["snapshot"], "match");
    let answer = json!({
        "status": 200,
        "headers": [["access-control-allow-origin", "*"]],
        "redirects_to": null,
    });
    assert_eq!(
        result["steps"],
        json!([{
            "step": "fetch https://api.example.com/me",
            "read": "allowed",
            "why": null,
            "inconclusive": null,
            "unserved": [],
            "preflights": [],
            "requests": [{
                "method": "GET",
                "url": "https://api.example.com/me",
                "origin": "https://app.example.com",
                "cookies": ["sid"],
                "headers": [["accept", "*/*"], ["authorization", "as given, 13 bytes"]],
                "answer": answer,
            }],
            "response": {
                "type": null,
                "status": 200,
                "redirected": false,
                "headers": ["access-control-allow-origin", "content-length", "x-who"],
                "body": "hello",
            },
            "error": null,
            "words": null,
            "reasons": [],
        }])
    );
    let wire = &result["exchanges"][0];
    assert_eq!(wire["request"], "GET https://api.example.com/me");
    assert_eq!(wire["reply"]["body_length"], 5);
    assert!(wire["headers"].as_array().unwrap().contains(&json!(["cookie", "sid=<6 bytes>"])));
}

#[test]
fn a_matrix_shows_differences_between_engines() {
    let both = CASE.replace("[control]", "[control, standard]");
    let folder = Folder::with(&[("both.yaml", &both), ("reads.yaml", CASE)]);
    folder.accept();
    let output = folder.run(&["run", "--verbose", "--engine", "control,standard"]);
    let counted = "1 case: control did as recorded\n\n";
    let heading = "      control   standard\n";
    let cells = "both  recorded  new\n    standard  its snapshot: new\n";
    ends(&output, 1, &[&(counted.to_owned() + heading + cells)]);
    let alone = folder.run(&["run", "--verbose", "--engine", "control"]);
    ends(&alone, 0, &["as recorded  [control] both"]);
    assert!(!String::from_utf8_lossy(&alone.stdout).contains("did as recorded"));
}

#[test]
fn the_json_document_has_the_ruling_and_its_reason() {
    let folder = Folder::with(&[("reads.yaml", &CASE.replace("[control]", "[standard]"))]);
    ends(
        &folder.run(&["run", "--verbose", "--engine", "standard", "--json", "out.json"]),
        1,
        &["1 new"],
    );
    let text = std::fs::read_to_string(folder.path("out.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["standard"], "586cd2a");
    let result = &document["results"][1];
    assert_eq!(result["verdict"], "agrees");
    assert_eq!(result["snapshot"], "new");
    let step = &result["steps"][0];
    assert_eq!(step["read"], "blocked");
    let why = json!({
        "stage": "cors-preflight",
        "reason": "wildcard-with-credentials",
        "value": "*",
    });
    assert_eq!(step["why"], why);
    assert_eq!(step["preflights"][0]["headers"], "authorization");
    assert_eq!(step["requests"], json!([]));
}

#[test]
fn a_credential_that_no_header_can_carry_is_shown_by_its_length() {
    let case = CASE.replace("[control]", "[standard]").replace("Bearer secret", "Bearer secret→");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    let run = folder.run(&["run", "--verbose", "--engine", "standard", "--json", "out.json"]);
    ends(&run, 1, &["construction: invalid-header-value `Bearer <9 bytes>`"]);
    let printed = [run.stdout, std::fs::read(folder.path("out.json")).unwrap()].concat();
    assert!(!String::from_utf8_lossy(&printed).contains("secret"));
}

#[test]
fn long_cells_fit_into_tables_and_snapshots() {
    let long = "x".repeat(66_000);
    let text = CASE.replace(
        "fetch: https://api.example.com/me",
        &format!("fetch: https://api.example.com/me?{long}"),
    );
    let folder = Folder::with(&[("long.yaml", &text), ("reads.yaml", CASE)]);
    folder.accept();
    ends(
        &folder.run(&["run", "--verbose", "--engine", "control"]),
        0,
        &["as recorded  [control] long", "[control] reads", "2 as recorded"],
    );
    let kept = std::fs::read_to_string(folder.path("snapshots/long@control.snap")).unwrap();
    assert!(kept.contains(&long));
}

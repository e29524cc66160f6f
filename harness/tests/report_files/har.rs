//! HAR: it is read back as one, and its exchanges are those of the run.

use std::collections::BTreeSet;

use har::v1_2::Log;
use serde_json::{Value, json};

use crate::folder::{CASE, Folder};
use crate::json::is_valid;
use crate::json_report;

/// A report of requests with queries, of a request without a body, and of one that gets no response.
fn unusual() -> Value {
    let case = CASE
        .replace("    /me:\n", "    /closes: { GET: { closes: before-headers } }\n    /me:\n")
        .replace(
            "fetch: https://api.example.com/me",
            "fetch: \"https://api.example.com/me?q=a b&empty&token=secret\"",
        )
        .replace("Bearer secret }]", "Bearer secret }]\n  - fetch: https://api.example.com/closes");
    let folder = Folder::with(&[("reads.yaml", &case)]);
    let output = folder.run(&["run", "--engine", "control", "--report", "har=out.har"]);
    let text = std::fs::read_to_string(folder.path("out.har"));
    serde_json::from_str(
        &text.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))),
    )
    .unwrap()
}

#[test]
fn the_har_has_the_members_of_its_specification() {
    let schema: Value = serde_json::from_str(include_str!("har.schema.json")).unwrap();
    for document in [json_report("har"), unusual()] {
        is_valid(&schema, &document);
        let log = &document["log"];
        let pages = log["pages"].as_array().unwrap();
        let ids: BTreeSet<_> = pages.iter().map(|page| page["id"].as_str()).collect();
        assert_eq!(ids.len(), pages.len(), "every page has its own id");
        for entry in log["entries"].as_array().unwrap() {
            assert!(ids.contains(&entry["pageref"].as_str()), "{entry:#}");
            let phases = ["blocked", "dns", "connect", "send", "wait", "receive"];
            let phases = phases.iter().filter_map(|phase| entry["timings"][phase].as_f64());
            let sum: f64 = phases.filter(|time| *time >= 0.0).sum();
            assert!((sum - entry["time"].as_f64().unwrap()).abs() < 0.01, "{entry:#}");
        }
    }
    let document = unusual();
    let urls: Vec<_> = document["log"]["entries"].as_array().unwrap().iter().collect();
    assert_eq!(
        urls[0]["request"]["url"],
        "https://api.example.com/me?q=a%20b&empty&token=%3C6%20bytes%3E"
    );
    let gone = urls.iter().find(|entry| entry["response"]["status"] == 0).unwrap();
    assert_eq!(gone["response"]["comment"], "There was no response.");
}

#[test]
fn the_schema_refuses_what_importers_do_not_read() {
    let schema: Value = serde_json::from_str(include_str!("har.schema.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let document = json_report("har");
    assert!(validator.is_valid(&document));
    for (place, wrong) in [
        ("/log/version", json!("1.1")),
        ("/log/pages/0/startedDateTime", json!("2026-11-27 20:56:24")),
        ("/log/entries/0/request/url", json!("https://api.example.com/me?a=<1 bytes>")),
        ("/log/entries/0/response/status", json!("200")),
        ("/log/entries/0/response/content", json!({ "size": 5 })),
        ("/log/entries/0/timings/wait", json!(-1)),
        ("/log/entries/0/connection", json!(7)),
    ] {
        let mut faulty = document.clone();
        *faulty.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = wrong;
        assert!(!validator.is_valid(&faulty), "{place}");
    }
}

#[test]
fn every_exchange_is_an_entry_of_a_page() {
    let document = json_report("har");
    assert_eq!(document["log"]["version"], "1.2");
    let log: Log = serde_json::from_value(document["log"].clone()).unwrap();
    let pages = log.pages.unwrap();
    // Two rows of two cases: of each the request alone, for the control sends no preflight.
    assert_eq!((pages.len(), log.entries.len()), (4, 4));
    for entry in &log.entries {
        let page = pages.iter().find(|page| Some(&page.id) == entry.pageref.as_ref()).unwrap();
        assert!(page.started_date_time <= entry.started_date_time, "{entry:?}");
        assert_eq!(entry.request.url, "https://api.example.com/me");
        assert_eq!((entry.response.status, entry.response.status_text.as_str()), (200, "OK"));
    }
    let cookie = log.entries.iter().flat_map(|entry| &entry.request.cookies).next().unwrap();
    assert_eq!((cookie.name.as_str(), cookie.value.as_str()), ("sid", "<6 bytes>"));
}

#[test]
fn times_in_the_har_are_wall_clock_times() {
    let document = json_report("har");
    let began = document["log"]["entries"][0]["startedDateTime"].as_str().unwrap();
    let now = time::OffsetDateTime::now_utc();
    assert!(began.starts_with(&format!("{}-", now.year())), "{began}");
    assert!(
        document["log"]["entries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["time"] != Value::Null)
    );
}

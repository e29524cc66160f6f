//! Reports for services: SARIF, GitHub and wpt.

use serde_json::{Value, json};

use crate::{cases, json_report, report};

#[test]
fn findings_are_results_of_rules() {
    let document = json_report("sarif");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["help"]["text"].as_str().unwrap().len() > 20);
        assert!(rules[index]["properties"]["security-severity"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "cases/wide.yaml");
        assert_eq!(place["region"]["startLine"], 11);
    }
    let first = &results[0];
    assert_eq!(first["ruleId"], "reads-for-any-site-with-login");
    assert_eq!(first["level"], "error");
    let fingerprint =
        json!({ "corsHarnessFinding/v1": "wide/reads-for-any-site-with-login/GET /me" });
    assert_eq!(first["partialFingerprints"], fingerprint);
    let repair = &first["properties"]["repair"];
    assert_eq!(repair["responses"][0]["origin"], "https://evil.example", "{repair:#}");
    assert!(
        repair["curl"].as_str().unwrap().starts_with("curl -i 'https://api.my-company.com/me'")
    );
}

#[test]
fn the_fingerprint_stays_when_the_file_changes_elsewhere() {
    let folder = cases();
    let fingerprints = || {
        folder.run(&["run", "wide", "--engine", "standard", "--report", "sarif=out.sarif"]);
        let text = std::fs::read_to_string(folder.path("out.sarif")).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let before = fingerprints();
    let file = folder.path("cases/wide.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, "# A comment that moves every line.\n".to_owned() + &text).unwrap();
    assert_eq!(fingerprints(), before);
}

#[test]
fn github_gets_annotations_and_a_summary_by_itself() {
    let folder = cases();
    let mut command = folder.command(&["run", "--engine", "control,standard"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.path("summary.md"));
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    let failed = "::error file=cases/reads.yaml,line=14,title=reads [control] differs::";
    assert!(printed.contains(failed), "{printed}");
    let found = "::warning file=cases/wide.yaml,line=11,title=critical%3A reads-for-any-site-with-login [standard]::";
    assert!(printed.contains(found), "{printed}");
    assert!(
        printed
            .lines()
            .filter(|line| line.starts_with("::"))
            .all(|line| line.matches("::").count() >= 2)
    );
    let summary = std::fs::read_to_string(folder.path("summary.md")).unwrap();
    assert!(summary.starts_with("## cors-harness: 2 of 3 results failed\n"), "{summary}");
}

#[test]
fn github_gets_nothing_elsewhere() {
    let folder = cases();
    let mut command = folder.command(&["run", "--engine", "control,standard"]);
    command.env_remove("GITHUB_ACTIONS").env("GITHUB_STEP_SUMMARY", folder.path("summary.md"));
    let output = command.output().unwrap();
    assert!(!String::from_utf8(output.stderr).unwrap().contains("::error"));
    assert!(!folder.path("summary.md").exists());
}

#[test]
fn a_report_for_wpt_is_of_browsers_alone() {
    let document: Value = serde_json::from_str(&report("wptreport", "wpt.json")).unwrap();
    assert_eq!(document["results"], json!([]));
    assert!(document["time_end"].as_u64() >= document["time_start"].as_u64());
}

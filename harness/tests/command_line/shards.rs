//! `run --shard` and `merge`: shards together are a whole run.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::folder::{CASE, Folder, POLICY, ends};

const ENGINES: [&str; 2] = ["--engine", "control,standard"];

/// Seven cases that are as recorded, one that differs, and a policy with findings.
fn cases() -> Folder {
    let names: Vec<_> = (0..8).map(|number| format!("case-{number}.yaml")).collect();
    let mut all: Vec<_> = names.iter().map(|name| (name.as_str(), CASE)).collect();
    all.push(("wide.yaml", POLICY));
    let folder = Folder::with(&all);
    let accepted =
        folder.command(&[&["run"], &ENGINES[..]].concat()).env("INSTA_UPDATE", "always").output();
    assert_eq!(accepted.unwrap().status.code(), Some(0));
    fs::write(folder.path("cases/case-3.yaml"), CASE.replace("body: hello", "body: bye")).unwrap();
    folder
}

fn run(folder: &Folder, more: &[&str]) -> Output {
    folder.run(&[&["run"], &ENGINES[..], more].concat())
}

fn shard(folder: &Folder, shard: &str, more: &[&str]) -> String {
    let file = format!("{}.json", shard.replace('/', "-"));
    run(folder, &[&["--shard", shard, "--json", &file], more].concat());
    file
}

fn document(folder: &Folder, file: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.path(file)).unwrap()).unwrap()
}

/// A document without what differs from run to run.
fn compared(mut document: Value) -> Value {
    for member in ["times", "costs", "shard"] {
        document.as_object_mut().unwrap().remove(member);
    }
    for result in document["results"].as_array_mut().unwrap() {
        result["duration"] = Value::Null;
        for exchange in result["exchanges"].as_array_mut().unwrap() {
            exchange["connection"] = Value::Null;
        }
    }
    document
}

fn played(document: &Value) -> BTreeSet<&str> {
    let results = document["results"].as_array().unwrap().iter();
    results.map(|result| result["case"].as_str().unwrap()).collect()
}

#[test]
fn shards_are_disjoint_and_together_they_are_a_whole_run() {
    let folder = cases();
    ends(&run(&folder, &["--json", "whole.json", "--report", "html=whole.html"]), 1, &[]);
    let files: Vec<_> = (1..=3).map(|number| shard(&folder, &format!("{number}/3"), &[])).collect();
    let documents: Vec<_> = files.iter().map(|file| document(&folder, file)).collect();
    let all: Vec<_> = documents.iter().flat_map(played).collect();
    assert_eq!(all.len(), 9, "no case is in two shards: {all:?}");
    assert!(documents.iter().all(|document| !played(document).is_empty()));
    let merge = ["merge", &files[2], &files[0], &files[1], "--json", "merged.json"];
    let output = folder.run(&merge);
    ends(
        &output,
        1,
        &["shards 1, 2, 3 of 3: 1 of 9 results failed", "[control] case-3", "\"bye\""],
    );
    let (whole, merged) = (document(&folder, "whole.json"), document(&folder, "merged.json"));
    assert_eq!(compared(merged), compared(whole));
}

#[test]
fn every_report_of_merged_shards_is_that_of_a_whole_run() {
    let folder = cases();
    let reports = |name: &str| {
        let formats = ["har", "junit", "markdown", "sarif", "wptreport", "html", "json"];
        formats.map(|format| format!("{format}={name}.{format}")).join(",")
    };
    let whole =
        folder.command(&[&["run"], &ENGINES[..], &["--report", &reports("whole")]].concat());
    ends(&{ whole }.output().unwrap(), 1, &[]);
    let files = [shard(&folder, "1/2", &[]), shard(&folder, "2/2", &[])];
    let merge = ["merge", &files[0], &files[1], "--report", &reports("merged")];
    ends(&folder.run(&merge), 1, &["junit report: merged.junit"]);
    let text = |file: &str| fs::read_to_string(folder.path(file)).unwrap();
    let count = |file: &str, words: &str| text(file).matches(words).count();
    for (format, words) in [
        ("junit", "<testcase "),
        ("junit", "<failure "),
        ("markdown", "#### Repair of "),
        ("markdown", "\n| row |"),
        ("har", "\"pageref\""),
        ("html", "\"because\""),
        ("html", "\"exchanges\""),
    ] {
        let whole = count(&format!("whole.{format}"), words);
        assert!(whole > 0, "{format} has {words}");
        assert_eq!(count(&format!("merged.{format}"), words), whole, "{format}: {words}");
    }
    assert_eq!(text("merged.sarif"), text("whole.sarif"));
    let again = folder.run(&["merge", "merged.json", "--report", "sarif=again.sarif"]);
    ends(&again, 1, &[]);
    assert_eq!(text("again.sarif"), text("whole.sarif"), "a joined document can be reported again");
}

#[test]
fn merging_shards_that_are_all_as_recorded_ends_with_0() {
    let folder = Folder::with(&[("a.yaml", CASE), ("b.yaml", CASE)]);
    folder.accept();
    let of = |number: &str| {
        let file = format!("{number}.json");
        let part = format!("{number}/3");
        let shard = ["run", "--engine", "control", "--shard", &part, "--json", &file];
        ends(&folder.run(&shard), 0, &[]);
        file
    };
    let files = ["1", "2", "3"].map(of);
    let merge = ["merge", &files[0], &files[1], &files[2]];
    ends(&folder.run(&merge), 0, &["all 2 results are as recorded"]);
}

#[test]
fn a_missing_shard_is_named_with_its_cases() {
    let folder = cases();
    let files = [shard(&folder, "1/3", &[]), shard(&folder, "3/3", &[])];
    let output = folder.run(&["merge", &files[0], &files[1], "--json", "part.json"]);
    ends(&output, 1, &["shard 2/3 is missing; it has the cases ", "shards 1, 3 of 3"]);
    let file = shard(&folder, "2/3", &[]);
    ends(
        &folder.run(&["merge", "part.json", &file]),
        1,
        &["shards 1, 2, 3 of 3: 1 of 9 results failed"],
    );
}

#[test]
fn documents_that_are_not_of_one_run_are_refused_with_all_reasons() {
    let folder = cases();
    let (one, two) = (shard(&folder, "1/2", &[]), shard(&folder, "2/2", &[]));
    let merge = |files: &[&str]| folder.run(&[&["merge"], files].concat());
    ends(&merge(&[&one, &one]), 2, &["1-2.json and 1-2.json are both shard 1/2"]);
    run(&folder, &["--json", "whole.json"]);
    fs::write(folder.path("text.json"), "x").unwrap();
    ends(
        &merge(&["whole.json", &one]),
        2,
        &["whole.json: it is the document of a whole run: play shards with `--shard`"],
    );
    ends(
        &merge(&["text.json", "none.json"]),
        2,
        &["text.json: it is not JSON", "none.json: No such file"],
    );
    let mut other = document(&folder, &two);
    other["suite"] = "0.0.1".into();
    fs::write(folder.path("old.json"), other.to_string()).unwrap();
    ends(&merge(&[&one, "old.json"]), 2, &["old.json: cors-harness 0.0.1 has written it"]);
    run(&folder, &["--shard", "2/2", "--json", "control.json", "--exclude", "wide"]);
    ends(
        &merge(&[&one, "control.json"]),
        2,
        &["different suites: only one of them has the case `wide`"],
    );
    fs::write(folder.path("cases/case-0.yaml"), CASE.replace("hello", "good day")).unwrap();
    let changed = shard(&folder, "2/2", &[]);
    ends(&merge(&[&one, &changed]), 2, &["different suites: the case `case-0` is not the same"]);
    let other = shard(&folder, "2/3", &[]);
    ends(&merge(&[&one, &other]), 2, &["are of 2 and of 3 shards"]);
    fs::write(folder.path("cases/case-0.yaml"), CASE).unwrap();
    let control = ["--exclude", "wide"];
    let (one, two) = (shard(&folder, "1/2", &control), shard(&folder, "2/2", &control));
    let mut newer = document(&folder, &one);
    newer["engines"][0]["version"] = "2.0".into();
    fs::write(folder.path("newer.json"), newer.to_string()).unwrap();
    ends(&merge(&["newer.json", &two]), 2, &["were played in control 2.0 and "]);
}

#[test]
fn costs_of_an_earlier_run_decide_the_split() {
    let folder = cases();
    run(&folder, &["--json", "whole.json"]);
    let mut costs = document(&folder, "whole.json");
    for entry in costs["costs"].as_array_mut().unwrap() {
        let is_expensive = entry["case"] == "case-5";
        entry["milliseconds"] = if is_expensive { 10_000.into() } else { 1.into() };
    }
    fs::write(folder.path("costs.json"), costs.to_string()).unwrap();
    let file = shard(&folder, "1/2", &["--costs", "costs.json"]);
    assert_eq!(played(&document(&folder, &file)), BTreeSet::from(["case-5"]));
    let other = shard(&folder, "2/2", &[]);
    ends(&folder.run(&["merge", &file, &other]), 2, &["split differently", "`--costs`"]);
    fs::write(folder.path("wrong.json"), "{}").unwrap();
    let wrong = run(&folder, &["--shard", "1/2", "--costs", "wrong.json", "--costs", "none.json"]);
    ends(
        &wrong,
        2,
        &["`wrong.json`: it is not the JSON document of a run", "`none.json`: No such file"],
    );
}

#[test]
fn a_snapshot_of_another_shard_is_not_unreferenced() {
    let folder = Folder::with(&[("a.yaml", CASE), ("b.yaml", CASE)]);
    folder.accept();
    let shard = |number: &str| {
        let file = format!("{number}.json");
        let part = format!("{number}/2");
        (folder.run(&["run", "--engine", "control", "--shard", &part, "--json", &file]), file)
    };
    ends(&shard("1").0, 0, &[]);
    fs::write(folder.path("snapshots/a.snap"), "").unwrap();
    fs::write(folder.path("snapshots/gone.snap"), "").unwrap();
    let (one, two) = (shard("1"), shard("2"));
    ends(&one.0, 1, &["a.snap is unreferenced"]);
    ends(&two.0, 0, &[]);
    for output in [&one.0, &two.0] {
        assert!(!String::from_utf8_lossy(&output.stdout).contains("gone.snap"));
    }
    let merged = folder.run(&["merge", &one.1, &two.1]);
    ends(
        &merged,
        1,
        &["a.snap is unreferenced", "gone.snap is unreferenced: there is no such case"],
    );
    assert_eq!(String::from_utf8_lossy(&merged.stdout).matches("gone.snap").count(), 1);
}

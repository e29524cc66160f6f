//! What is printed of a run that several shards have played.

use std::fmt::Write;

use serde_json::Value;

use super::MergedRun;
use crate::report::{engine_wide_gone, run_verdict};
use crate::shards::ShardRecord;

/// So many cases of a missing shard are named.
const NAMED: usize = 5;

/// What failed, the matrix of the cases in which something differs, the engines, and how the run ended.
pub fn merged_text(run: &MergedRun<'_>) -> String {
    let mut text = String::new();
    for trial in run.trials().iter().filter(|trial| trial.problem.is_some()) {
        let _ = writeln!(text, "[{}] {}\n{}\n", trial.engine, trial.case, trial.text.trim_end());
    }
    text += &matrix(&run.merged.document);
    let record = &run.merged.record;
    text += &engine_wide_gone(&record.engine_wide).unwrap_or_default();
    text.extend(record.unreferenced.iter().map(|sentence| format!("{sentence}\n")));
    write_engines(&mut text, run);
    text.extend(missing(record).iter().map(|sentence| format!("{sentence}\n")));
    let shards = record.numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let verdict = run_verdict(run.trials().len(), run.failed());
    let _ = write!(text, "shards {shards} of {}: {verdict}", record.of);
    text
}

/// A sentence for each shard that is missing.
fn missing(record: &ShardRecord) -> Vec<String> {
    let sentence = |(shard, cases): (_, Vec<&str>)| {
        let named = cases.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        match cases.len() {
            0 => format!("shard {shard} is missing; it has no case"),
            1 => format!("shard {shard} is missing; it has the case {named}"),
            count if count <= NAMED => {
                format!("shard {shard} is missing; it has the cases {named}")
            }
            count => format!("shard {shard} is missing; it has {count} cases: {named}, …"),
        }
    };
    record.missing().into_iter().map(sentence).collect()
}

fn write_engines(text: &mut String, run: &MergedRun<'_>) {
    for engine in run.merged.document["engines"].as_array().into_iter().flatten() {
        let (name, version) =
            (engine["name"].as_str().unwrap_or_default(), engine["version"].as_str());
        let rows = run.trials().iter().filter(|trial| trial.engine == name).map(|trial| trial.rows);
        let times = run.times().iter().find(|(of, _)| of.as_str() == name);
        let seconds = times.map_or(0.0, |(_, times)| times.wall.as_secs_f64());
        let (version, rows) = (version.unwrap_or_default(), rows.sum::<usize>());
        let _ = writeln!(
            text,
            "  {name:9} {version:15} {rows:>6} rows  {seconds:.1} s in the longest shard"
        );
    }
}

/// The cases in which an engine differs from the standard or from its snapshot, with the status of each engine.
fn matrix(document: &Value) -> String {
    let words = |of: &Value| -> Vec<String> {
        let pairs = of.as_object().into_iter().flatten();
        pairs
            .map(|(engine, word)| format!("{engine} {}", word.as_str().unwrap_or_default()))
            .collect()
    };
    let is_quiet = |entry: &Value| {
        let all = |of: &Value, quiet: &[&str]| {
            let words = of.as_object().into_iter().flatten();
            words.filter_map(|(_, word)| word.as_str()).all(|word| quiet.contains(&word))
        };
        all(&entry["engines"], &["agrees", "recorded", "known", "permitted"])
            && all(&entry["snapshots"], &["match"])
    };
    let loud: Vec<_> = document["matrix"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|entry| !is_quiet(entry))
        .collect();
    let id = |entry: &Value| entry["case"].as_str().unwrap_or_default().to_owned();
    let width = loud.iter().map(|entry| id(entry).chars().count()).max().unwrap_or_default();
    let line = |entry: &&Value| {
        let (engines, snapshots) = (words(&entry["engines"]), words(&entry["snapshots"]));
        format!(
            "  {:width$}  {}; snapshots: {}\n",
            id(entry),
            engines.join(", "),
            snapshots.join(", ")
        )
    };
    loud.iter().map(line).collect()
}

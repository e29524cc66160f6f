//! Joins the JSON documents of the shards of a run into one document, with one matrix.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// Members that are lists with entries of one case each.
const OF_CASES: [&str; 5] = ["results", "findings", "changes", "not_run", "matrix"];

/// Members that are the same in all shards.
const SAME: [&str; 3] = ["schema", "suite", "standard"];

/// The joined document.
#[derive(Clone, Debug)]
pub struct Merged {
    /// It has the form of the document of a run. `missing_shards` lists the numbers of shards that are missing.
    pub document: Value,
}

/// Joins documents, each with the name of its file.
///
/// # Errors
/// Everything that is wrong with them, as sentences.
pub fn merge(documents: Vec<(String, Value)>) -> Result<Merged, Vec<String>> {
    let mut shards = BTreeMap::<u64, &(String, Value)>::new();
    let mut wrong = Vec::new();
    for one in &documents {
        match number(one) {
            Ok(number) => {
                if let Some((other, _)) = shards.insert(number, one) {
                    wrong.push(format!("`{other}` and `{}` are the same shard, {number}", one.0));
                }
            }
            Err(words) => wrong.push(words),
        }
    }
    wrong.extend(different(&documents));
    let Some(first) = documents.first().filter(|_| wrong.is_empty()) else { return Err(wrong) };
    let twice = played_twice(&documents);
    if !twice.is_empty() {
        return Err(twice);
    }
    let all = first.1["shard"]["of"].as_u64().unwrap_or_default();
    let missing: Vec<_> = (1..=all).filter(|number| !shards.contains_key(number)).collect();
    Ok(Merged { document: joined(&documents, &missing) })
}

/// The number of the shard of a document.
fn number((file, document): &(String, Value)) -> Result<u64, String> {
    if document["schema"] != 1 || !document["results"].is_array() {
        return Err(format!("`{file}` is not a document of `run --json`"));
    }
    document["shard"]["number"].as_u64().ok_or_else(|| {
        format!("`{file}` is the document of a whole run: write it with `run --shard`")
    })
}

/// Documents of different programs or runs.
fn different(documents: &[(String, Value)]) -> Vec<String> {
    let Some(((first, reference), others)) = documents.split_first() else { return Vec::new() };
    let differ = |document: &Value| {
        let same = SAME.iter().all(|member| document[*member] == reference[*member]);
        !same || document["shard"]["of"] != reference["shard"]["of"]
    };
    let others = others.iter().filter(|(_, document)| differ(document));
    others
        .map(|(file, _)| {
            format!(
                "`{first}` and `{file}` are of different runs: they differ in the version of cors-harness, in \
                 the revision of the standard or in the number of shards"
            )
        })
        .collect()
}

/// Cases that are in several shards.
fn played_twice(documents: &[(String, Value)]) -> Vec<String> {
    let mut known = BTreeMap::<&str, &str>::new();
    let mut twice = Vec::new();
    for (file, document) in documents {
        for case in entries(document, "matrix").filter_map(|entry| entry["case"].as_str()) {
            if let Some(other) = known.insert(case, file) {
                twice.push(format!(
                    "`{case}` is in `{other}` and in `{file}`: the shards were made from different cases"
                ));
            }
        }
    }
    twice
}

fn joined(documents: &[(String, Value)], missing: &[u64]) -> Value {
    let documents = || documents.iter().map(|(_, document)| document);
    let mut all = Map::new();
    for member in SAME {
        let value = documents().next().map(|document| document[member].clone());
        all.insert(member.to_owned(), value.unwrap_or_default());
    }
    all.insert("shard".to_owned(), Value::Null);
    all.insert("missing_shards".to_owned(), json!(missing));
    let mut engines = Vec::new();
    for engine in documents().flat_map(|document| entries(document, "engines")) {
        if !engines.contains(engine) {
            engines.push(engine.clone());
        }
    }
    all.insert("engines".to_owned(), Value::Array(engines));
    for member in OF_CASES {
        let mut of_all: Vec<_> =
            documents().flat_map(|document| entries(document, member)).cloned().collect();
        of_all.sort_by(|one, other| one["case"].as_str().cmp(&other["case"].as_str()));
        all.insert(member.to_owned(), Value::Array(of_all));
    }
    let times = documents().flat_map(|document| entries(document, "times"));
    all.insert("times".to_owned(), summed(times));
    Value::Object(all)
}

fn entries<'d>(document: &'d Value, member: &str) -> impl Iterator<Item = &'d Value> {
    document[member].as_array().into_iter().flatten()
}

/// The times of each engine on all machines together.
fn summed<'d>(times: impl Iterator<Item = &'d Value>) -> Value {
    let mut engines = IndexMap::<&str, Map<String, Value>>::new();
    for entry in times {
        let Some(engine) = entry["engine"].as_str() else { continue };
        let sum = engines.entry(engine).or_default();
        for (name, value) in entry.as_object().into_iter().flatten() {
            let value = match (sum.get(name).and_then(Value::as_u64), value.as_u64()) {
                (Some(sum), Some(value)) => json!(sum + value),
                _ => value.clone(),
            };
            sum.insert(name.clone(), value);
        }
    }
    engines.into_values().map(Value::Object).collect()
}

impl Merged {
    /// Whether no shard is missing, and every case of every engine is as recorded.
    pub fn is_as_recorded(&self) -> bool {
        self.missing().next().is_none() && self.different().next().is_none()
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let (cases, rows) = ("matrix", "results");
        let mut lines = Vec::new();
        for engine in entries(&self.document, "engines") {
            let name = engine["name"].as_str().unwrap_or_default();
            let rows = entries(&self.document, rows).filter(|row| row["engine"] == engine["name"]);
            let version = engine["version"].as_str().unwrap_or_default();
            lines.push(format!("{name} {version}: {} rows", rows.count()));
        }
        let differing: Vec<_> = self.different().collect();
        let count = entries(&self.document, cases).count();
        lines.push(format!("{count} cases, {} not as recorded", differing.len()));
        lines.extend(differing);
        let missing: Vec<_> = self.missing().map(|number| number.to_string()).collect();
        if !missing.is_empty() {
            lines.push(format!(
                "shards that are missing: {}. Their cases are not in this report.",
                missing.join(", ")
            ));
        }
        lines.join("\n")
    }

    fn missing(&self) -> impl Iterator<Item = u64> {
        entries(&self.document, "missing_shards").filter_map(Value::as_u64)
    }

    /// The cases that are not as recorded, each with the status on each engine.
    fn different(&self) -> impl Iterator<Item = String> {
        entries(&self.document, "matrix").filter_map(|entry| {
            let wrong = |(engine, status): (&String, &Value)| {
                let (status, snapshot) = (status.as_str()?, entry["snapshots"][engine].as_str());
                let snapshot = snapshot.unwrap_or_default();
                const GOOD: [&str; 4] = ["agrees", "permitted", "known", "recorded"];
                let is_recorded = GOOD.contains(&status) && ["match", ""].contains(&snapshot);
                (!is_recorded).then(|| match snapshot {
                    "" => format!("{engine} {status}"),
                    _ => format!("{engine} {status} (snapshot: {snapshot})"),
                })
            };
            let engines = entry["engines"].as_object().into_iter().flatten();
            let wrong: Vec<_> = engines.filter_map(wrong).collect();
            let case = entry["case"].as_str().unwrap_or_default();
            (!wrong.is_empty()).then(|| format!("  {case}: {}", wrong.join(", ")))
        })
    }
}

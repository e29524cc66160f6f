//! Joins the JSON documents of shards into the one that a whole run would have written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{SCHEMA, ShardRecord};

/// A JSON document with the name of its file.
#[derive(Clone, Debug)]
pub struct Named {
    /// The file.
    pub name: String,
    /// The document.
    pub document: Value,
}

/// Documents that were joined.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The document.
    pub document: Value,
    /// Its member `shard`.
    pub record: ShardRecord,
    /// The names of the runs that it compares; empty where shards of one run were joined.
    pub compared: Vec<String>,
}

/// Why documents do not belong together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Incompatible(pub Vec<String>);

/// Lists of the document whose entries name a case.
pub(super) const LISTS: [&str; 6] =
    ["results", "changes", "findings", "not_run", "matrix", "costs"];

/// Joins documents.
///
/// # Errors
/// Everything that keeps them from being parts of one run.
pub fn merge(documents: Vec<Named>) -> Result<Merged, Incompatible> {
    let mut wrong = Vec::new();
    let mut shards = Vec::new();
    for Named { name, document } in documents {
        match record(&document) {
            Ok(record) => shards.push((name, document, record)),
            Err(words) => wrong.push(format!("{name}: {words}")),
        }
    }
    if let Some((first, others)) = shards.split_first() {
        others.iter().for_each(|other| wrong.extend(differences(first, other)));
    }
    wrong.extend(played_twice(&shards));
    match wrong.is_empty() && !shards.is_empty() {
        true => Ok(joined(shards)),
        false => Err(Incompatible(wrong)),
    }
}

/// The name of a document, the document and its member `shard`.
pub(super) type Part = (String, Value, ShardRecord);

pub(super) fn record(document: &Value) -> Result<ShardRecord, String> {
    let version = env!("CARGO_PKG_VERSION");
    if document["schema"] != json!(SCHEMA) || !document["results"].is_array() {
        return Err(format!("it is not a JSON document of cors-harness {version}"));
    }
    if document["suite"] != json!(version) {
        let other = document["suite"].as_str().unwrap_or_default();
        return Err(format!(
            "cors-harness {other} has written it, and this is cors-harness {version}: use the same version"
        ));
    }
    let shard = document.get("shard").filter(|shard| !shard.is_null());
    let shard = shard.ok_or("it is the document of a whole run: play shards with `--shard`, and a whole run with `--shard 1/1`")?;
    serde_json::from_value(shard.clone()).map_err(|error| format!("its member `shard`: {error}"))
}

/// In which respects two documents are not of one run.
fn differences(one: &Part, other: &Part) -> Vec<String> {
    let (first, document, record) = one;
    let (second, other_document, other_record) = other;
    let mut wrong = Vec::new();
    let mut differ = |what: String| wrong.push(format!("{first} and {second} {what}"));
    if document["standard"] != other_document["standard"] {
        differ("rule by different revisions of the Fetch standard".to_owned());
    }
    if record.of != other_record.of {
        differ(format!("are of {} and of {} shards", record.of, other_record.of));
    }
    if record.engines != other_record.engines {
        let (engines, others) = (record.engines.join(", "), other_record.engines.join(", "));
        differ(format!("were played by different engines: {engines}; and {others}"));
    }
    let versions = (versions(document), self::versions(other_document));
    for (engine, version) in &versions.0 {
        let other = versions.1.get(engine).filter(|other| *other != version);
        if let Some(other) = other {
            let list = |versions: &BTreeSet<&str>| {
                versions.iter().copied().collect::<Vec<_>>().join(" and ")
            };
            differ(format!("were played in {engine} {} and {}", list(version), list(other)));
        }
    }
    if let Some(words) = of_other_cases(record, other_record) {
        differ(words);
    }
    wrong
}

fn versions(document: &Value) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut versions = BTreeMap::<_, BTreeSet<_>>::new();
    for engine in document["engines"].as_array().into_iter().flatten() {
        if let (Some(name), Some(version)) = (engine["name"].as_str(), engine["version"].as_str())
            && !version.is_empty()
        {
            versions.entry(name).or_default().insert(version);
        }
    }
    versions
}

fn of_other_cases(one: &ShardRecord, other: &ShardRecord) -> Option<String> {
    let only = |here: &ShardRecord, there: &ShardRecord| {
        here.cases.keys().find(|case| !there.cases.contains_key(*case)).cloned()
    };
    if let Some(case) = only(one, other).or_else(|| only(other, one)) {
        return Some(format!("are of different suites: only one of them has the case `{case}`"));
    }
    let both = || one.cases.iter().filter_map(|(id, case)| Some((id, case, other.cases.get(id)?)));
    let mut changed = both().filter(|(_, case, other)| case.digest != other.digest);
    if let Some((id, ..)) = changed.next() {
        return Some(format!("are of different suites: the case `{id}` is not the same"));
    }
    let moved = both().any(|(_, case, other)| case.shard != other.shard);
    moved.then(|| "were split differently: give every shard the same `--costs`".to_owned())
}

/// Shards that are in several documents.
fn played_twice(shards: &[Part]) -> Vec<String> {
    let mut seen = BTreeMap::<usize, &str>::new();
    let mut twice = Vec::new();
    for (name, _, record) in shards {
        for number in &record.numbers {
            if let Some(other) = seen.insert(*number, name) {
                twice.push(format!("{other} and {name} are both shard {number}/{}", record.of));
            }
        }
    }
    twice
}

pub(super) fn joined(parts: Vec<Part>) -> Merged {
    let mut documents = Vec::with_capacity(parts.len());
    let mut records = Vec::with_capacity(parts.len());
    for (_, document, record) in parts {
        documents.push(document);
        records.push(record);
    }
    let record = joined_records(records);
    let places: BTreeMap<&str, usize> =
        record.cases.keys().enumerate().map(|(place, case)| (case.as_str(), place)).collect();
    let mut document = documents[0].clone();
    for list in LISTS {
        let lists = documents.iter_mut().map(|document| document[list].take());
        let lists = lists.filter_map(|list| match list {
            Value::Array(entries) => Some(entries),
            _ => None,
        });
        let mut entries: Vec<_> = lists.flatten().collect();
        // Entries of a case are in one document, in their order.
        entries
            .sort_by_key(|entry| entry["case"].as_str().and_then(|case| places.get(case)).copied());
        document[list] = Value::Array(entries);
    }
    document["engines"] = engines(&documents, &record);
    document["times"] = times(&documents);
    document["shard"] = json!(record);
    Merged { document, record, compared: Vec::new() }
}

fn joined_records(records: Vec<ShardRecord>) -> ShardRecord {
    let mut all = ShardRecord::default();
    for record in records {
        let ShardRecord { numbers, of, engines, cases, unreferenced, engine_wide, trials } = record;
        (all.of, all.engines, all.cases) = (of, engines, cases);
        all.numbers.extend(numbers);
        all.unreferenced.extend(unreferenced);
        all.engine_wide.extend(&engine_wide);
        all.trials.extend(trials);
    }
    all.numbers.sort_unstable();
    all.unreferenced.sort_unstable();
    all.unreferenced.dedup();
    let cases = std::mem::take(&mut all.cases);
    all.trials.sort_by_key(|trial| cases.get_index_of(&trial.case));
    all.cases = cases;
    all
}

/// Every engine with every version, once, in the order in which they play.
fn engines(documents: &[Value], record: &ShardRecord) -> Value {
    let mut engines = Vec::<Value>::new();
    for engine in documents.iter().filter_map(|document| document["engines"].as_array()).flatten() {
        if !engines.contains(engine) {
            engines.push(engine.clone());
        }
    }
    engines.sort_by_key(|engine| {
        record.trials.iter().position(|trial| engine["name"] == json!(trial.engine))
    });
    engines.into()
}

/// The times of shards add up, but for the total: they were played at the same time.
fn times(documents: &[Value]) -> Value {
    let mut engines = Vec::<(String, Map<String, Value>)>::new();
    for times in documents.iter().filter_map(|document| document["times"].as_array()).flatten() {
        let (Some(engine), Some(times)) = (times["engine"].as_str(), times.as_object()) else {
            continue;
        };
        let Some((_, all)) = engines.iter_mut().find(|(name, _)| name == engine) else {
            engines.push((engine.to_owned(), times.clone()));
            continue;
        };
        for (part, took) in times.iter().filter_map(|(part, took)| Some((part, took.as_u64()?))) {
            let before = all.get(part).and_then(Value::as_u64).unwrap_or_default();
            let sum = if part == "wall" { before.max(took) } else { before.saturating_add(took) };
            all.insert(part.clone(), sum.into());
        }
    }
    engines.into_iter().map(|(_, times)| Value::Object(times)).collect()
}

//! Compares the rounds of one run: the same cases, and the same documents.

mod canonical;
mod entries;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::json::{ResultEntry, results};
use super::wrapping::hanging;
use crate::case::Case;
use crate::results::{Judged, Judgement};
use canonical::{canonical, leave_out_dates};
use entries::Entries;

/// The played rounds, in order: the first, and the differences of the others.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    /// For each row on each engine the content of its result, without `snapshot`. Rows in which the
    /// time decides, or the browser does what is permitted, are not compared, because it need not
    /// do so in every round.
    rows: Entries,
    /// For each case on each engine how it compares with its snapshot, or why it was not run.
    cases: Entries,
}

impl Rounds {
    /// Begins a round.
    pub fn begin(&mut self) {
        self.rows.begin();
        self.cases.begin();
    }

    /// Adds a trial to the current round. Fails only if one of its results cannot be written as
    /// JSON.
    pub fn add(&mut self, case: &Case, judged: &Judged) -> serde_json::Result<()> {
        let name = format!("[{}] {}", judged.engine.as_str(), case.id);
        for (result, outcome) in results(case, judged).zip(&judged.rows) {
            if !outcome.is_set_aside() {
                self.rows.add(name.clone() + &row(&result), row_entry(&result)?);
            }
            self.cases.add(name.clone(), json!({ "snapshot": result.snapshot }));
        }
        if let Judgement::NotRun(reason) = &judged.judgement {
            self.cases.add(name, json!({ "not_run": reason }));
        }
        Ok(())
    }

    /// How the last round differs from the first, in a few words; `None` if it does not.
    pub fn departure(&self) -> Option<String> {
        match (self.rows.departures(), self.cases.departures()) {
            (0, 0) => None,
            (0, 1) => Some("differs in the status of 1 case".to_owned()),
            (0, cases) => Some(format!("differs in the status of {cases} cases")),
            (1, _) => Some("differs in 1 row".to_owned()),
            (rows, _) => Some(format!("differs in {rows} rows")),
        }
    }

    /// Everything in which any two rounds differ; empty if all are equal.
    pub fn differences(&self) -> String {
        let entries = self.rows.different().into_iter().chain(self.cases.different());
        entries.filter_map(|(key, rounds)| difference(key, &rounds)).collect()
    }
}

/// A row by its values, after its case.
fn row(result: &ResultEntry) -> String {
    let values = result
        .row
        .iter()
        .map(|(name, value)| format!(" {name}={}", value.as_str().unwrap_or_default()));
    let values: String = values.collect();
    if values.is_empty() { values } else { format!(" row{values}") }
}

/// The content of a result without its key. How it compares with the snapshot belongs to the whole
/// case.
fn row_entry(result: &ResultEntry) -> serde_json::Result<Value> {
    let mut entry = serde_json::to_value(canonical(result))?;
    leave_out_dates(&mut entry);
    if let Value::Object(members) = &mut entry {
        members.retain(|name, _| !matches!(name.as_str(), "case" | "row" | "engine" | "snapshot"));
    }
    Ok(entry)
}

/// An entry in which rounds differ, with its value in each round that has it. If a row was not run
/// in a round, its case says so.
fn difference(key: &str, there: &[(usize, Value)]) -> Option<String> {
    let values: Vec<_> = there.iter().map(|(_, value)| value).collect();
    let paths = differing(&values).into_iter().map(|path| both_values(&path, there));
    let words: String = paths.collect();
    (!words.is_empty()).then(|| format!("{key}\n{words}"))
}

/// A path, its values, and the rounds of each value.
fn both_values(path: &str, rounds: &[(usize, Value)]) -> String {
    let mut values = IndexMap::<String, Vec<String>>::new();
    for (number, entry) in rounds {
        let value = entry.pointer(path).map_or_else(|| "nothing".to_owned(), Value::to_string);
        values.entry(value).or_default().push(number.to_string());
    }
    let lines = values.iter().map(|(value, rounds)| {
        let rounds = match rounds.as_slice() {
            [round] => format!("round {round}"),
            several => format!("rounds {}", several.join(", ")),
        };
        hanging(&format!("    {rounds}: "), value)
    });
    let path = if path.is_empty() { path.to_owned() } else { format!("  {path}\n") };
    path + &lines.collect::<String>()
}

/// The JSON pointers of all places where not all values are equal: the deepest that all of them have.
fn differing(values: &[&Value]) -> BTreeSet<String> {
    let Some((first, others)) = values.split_first() else { return BTreeSet::new() };
    let mut paths = BTreeSet::new();
    for other in others {
        walk(first, other, String::new(), &mut paths);
    }
    paths
}

fn walk(one: &Value, other: &Value, path: String, paths: &mut BTreeSet<String>) {
    match (one, other) {
        _ if one == other => {}
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for (name, value) in one {
                walk(value, &other[name], format!("{path}/{}", escaped(name)), paths);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                walk(one, other, format!("{path}/{number}"), paths);
            }
        }
        _ => {
            paths.insert(path);
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6901#section-3>
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

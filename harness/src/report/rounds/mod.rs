//! The rounds of one run against one another: the same cases, and the same documents of them.

mod canonical;
mod entries;
mod paths;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::json::{ResultEntry, results};
use super::wrapping::hanging;
use crate::case::Case;
use crate::results::{Judged, Judgement};
use canonical::canonical;
use entries::Entries;
use paths::differing;

/// The rounds that were played, in their order: the first, and in what others are otherwise.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    /// Of each row on each engine what a result holds, but for `snapshot`. Rows in which the time decides, or the
    /// browser makes use of what the standard leaves to it, are not compared: it need not do so in every round.
    rows: Entries,
    /// Of each case on each engine how it stands to its snapshot, or why it was not run.
    cases: Entries,
}

impl Rounds {
    /// Begins a round, to which what is added next belongs.
    pub fn begin(&mut self) {
        self.rows.begin();
        self.cases.begin();
    }

    /// Adds a trial to the round that began last. Fails only if a result of it has no form in JSON.
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

    /// How the last round stands to the first, in a few words; `None` if they are the same.
    pub fn departure(&self) -> Option<String> {
        match (self.rows.departures(), self.cases.departures()) {
            (0, 0) => None,
            (0, 1) => Some("differs in how 1 case stands".to_owned()),
            (0, cases) => Some(format!("differs in how {cases} cases stand")),
            (1, _) => Some("differs in 1 row".to_owned()),
            (rows, _) => Some(format!("differs in {rows} rows")),
        }
    }

    /// Everything in which any two rounds differ, in words; nothing if they are all the same.
    pub fn differences(&self) -> String {
        let entries = self.rows.different().into_iter().chain(self.cases.different());
        entries.filter_map(|(key, rounds)| difference(key, &rounds)).collect()
    }
}

/// A row by its values, behind its case.
fn row(result: &ResultEntry) -> String {
    let values = result
        .row
        .iter()
        .map(|(name, value)| format!(" {name}={}", value.as_str().unwrap_or_default()));
    let values: String = values.collect();
    if values.is_empty() { values } else { format!(" row{values}") }
}

/// What a result says besides what it is of. Its standing to the snapshot is the whole case's.
fn row_entry(result: &ResultEntry) -> serde_json::Result<Value> {
    let mut entry = serde_json::to_value(canonical(result))?;
    if let Value::Object(members) = &mut entry {
        members.retain(|name, _| !matches!(name.as_str(), "case" | "row" | "engine" | "snapshot"));
    }
    Ok(entry)
}

/// An entry in which rounds differ, with its value in each round that has it: of a row that was not run
/// in a round its case says so.
fn difference(key: &str, there: &[(usize, Value)]) -> Option<String> {
    let values: Vec<_> = there.iter().map(|(_, value)| value).collect();
    let paths = differing(&values).into_iter().map(|path| both_values(&path, there));
    let words: String = paths.collect();
    (!words.is_empty()).then(|| format!("{key}\n{words}"))
}

/// A place, its values, and the rounds of each.
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

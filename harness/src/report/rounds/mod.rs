//! The rounds of one run against one another: the same cases, and the same documents of them.

mod canonical;
mod paths;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};

use super::json::{Document, ResultEntry};
use super::wrapping::hanging;
use canonical::canonical;
use paths::differing;

/// What a document says, by what it says it of.
type Entries = IndexMap<String, Value>;

/// The rounds that were played, in their order.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Vec<Round>);

#[derive(Clone, Debug, Default)]
struct Round {
    /// Of each row on each engine what a result holds, but for `snapshot`.
    rows: Entries,
    /// Of each case on each engine how it stands to its snapshot, or why it was not run.
    cases: Entries,
}

impl Rounds {
    /// Adds a round. Fails only if its document has no form in JSON.
    pub fn add(&mut self, document: &Document) -> serde_json::Result<()> {
        self.0.push(Round::of(document)?);
        Ok(())
    }

    /// How the last round stands to the first, in a few words; `None` if they are the same.
    pub fn departure(&self) -> Option<String> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        let rows = differences(&[&first.rows, &last.rows]).len();
        let cases = differences(&[&first.cases, &last.cases]).len();
        match (rows, cases) {
            (0, 0) => None,
            (0, 1) => Some("differs in how 1 case stands".to_owned()),
            (0, _) => Some(format!("differs in how {cases} cases stand")),
            (1, _) => Some("differs in 1 row".to_owned()),
            _ => Some(format!("differs in {rows} rows")),
        }
    }

    /// Everything in which any two rounds differ, in words; nothing if they are all the same.
    pub fn differences(&self) -> String {
        let rows: Vec<_> = self.0.iter().map(|round| &round.rows).collect();
        let cases: Vec<_> = self.0.iter().map(|round| &round.cases).collect();
        differences(&rows).into_iter().chain(differences(&cases)).collect()
    }
}

impl Round {
    fn of(document: &Document) -> serde_json::Result<Self> {
        let mut round = Self::default();
        for result in &document.results {
            let case = format!("[{}] {}", result.engine, result.case);
            round.rows.insert(case.clone() + &row(result), row_entry(result)?);
            round.cases.insert(case, json!({ "snapshot": result.snapshot }));
        }
        for not_run in &document.not_run {
            let case = format!("[{}] {}", not_run.engine, not_run.case);
            round.cases.insert(case, json!({ "not_run": not_run.reason }));
        }
        Ok(round)
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

/// Each entry in which rounds differ. Of a row that was not run in a round its case says so.
fn differences(rounds: &[&Entries]) -> Vec<String> {
    let keys: IndexSet<_> = rounds.iter().flat_map(|round| round.keys()).collect();
    keys.into_iter().filter_map(|key| difference(key, rounds)).collect()
}

fn difference(key: &str, rounds: &[&Entries]) -> Option<String> {
    let numbered = rounds.iter().enumerate();
    let there: Vec<_> =
        numbered.filter_map(|(number, round)| Some((number + 1, round.get(key)?))).collect();
    let values: Vec<_> = there.iter().map(|(_, value)| *value).collect();
    let paths = differing(&values).into_iter().map(|path| both_values(&path, &there));
    let words: String = paths.collect();
    (!words.is_empty()).then(|| format!("{key}\n{words}"))
}

/// A place, its values, and the rounds of each.
fn both_values(path: &str, rounds: &[(usize, &Value)]) -> String {
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

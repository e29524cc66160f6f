//! What several runs show of the same cases, side by side: a line for each case and a column for each run.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::report::{folded_table, records};
use crate::shards::Merged;

/// The matrix of several runs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RunMatrix {
    names: Vec<String>,
    lines: Vec<MatrixLine>,
}

/// A case in every run.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct MatrixLine {
    case: String,
    cells: Vec<MatrixCell>,
}

/// A case in one run.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct MatrixCell {
    /// The id of the case in the joined document, if the run has it.
    id: Option<String>,
    /// The names of the findings of a policy; else one text.
    words: Vec<String>,
}

impl RunMatrix {
    /// The matrix of the runs that a document compares; `None` for a document that compares none.
    pub fn of(Merged { document, record, compared }: &Merged) -> Option<Self> {
        if compared.is_empty() {
            return None;
        }
        let in_run = |id: &str| Some(id.split_once('/')?.1.to_owned());
        let mut cases = Vec::new();
        for case in record.cases.keys().filter_map(|id| in_run(id)) {
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
        let cell = |name: &String, case: &String| {
            let id = format!("{name}/{case}");
            let words = words(document, &id);
            MatrixCell { id: record.cases.contains_key(&id).then_some(id), words }
        };
        let lines = cases.into_iter().map(|case| MatrixLine {
            cells: compared.iter().map(|name| cell(name, &case)).collect(),
            case,
        });
        Some(Self { names: compared.clone(), lines: lines.collect() })
    }

    /// The matrix for a terminal of this width: a table, or a paragraph for each case where a column would break words.
    pub fn text(&self, width: usize) -> String {
        let head = std::iter::once("case".to_owned()).chain(self.names.iter().cloned()).collect();
        let lines = self.lines.iter().map(|line| {
            let cells = line.cells.iter().map(|cell| cell.words.join(", "));
            std::iter::once(line.case.clone()).chain(cells).collect()
        });
        let all: Vec<Vec<String>> = std::iter::once(head).chain(lines).collect();
        let words = all.iter().flatten().flat_map(|cell| cell.split(' '));
        let longest = words.map(|word| word.chars().count()).max().unwrap_or_default();
        match longest + 2 <= width / (self.names.len() + 1) {
            true => folded_table(&all, width, 0),
            false => records(&all, width, 0),
        }
    }
}

/// What a run shows of a case: the findings of a policy, or the CORS headers of the last response.
fn words(document: &Value, id: &str) -> Vec<String> {
    let of_case = |list: &str| {
        let entries = document[list].as_array().into_iter().flatten();
        entries.filter(|entry| entry["case"] == *id).collect::<Vec<_>>()
    };
    let results = of_case("results");
    let is_inconclusive = |result: &&Value| {
        let mut steps = result["steps"].as_array().into_iter().flatten();
        steps.any(|step| !step["inconclusive"].is_null())
    };
    if !of_case("not_run").is_empty() {
        return vec!["not run".to_owned()];
    }
    let Some(last) = results.last() else { return vec!["not played".to_owned()] };
    if results.iter().any(is_inconclusive) {
        return vec!["inconclusive".to_owned()];
    }
    if last["policy"].is_null() {
        return vec![sent(last)];
    }
    let findings = of_case("findings");
    let names: Vec<_> = findings.iter().filter_map(|finding| finding["name"].as_str()).collect();
    let mut seen = BTreeSet::new();
    let distinct: Vec<_> =
        names.into_iter().filter(|name| seen.insert(*name)).map(str::to_owned).collect();
    if distinct.is_empty() { vec!["no finding".to_owned()] } else { distinct }
}

/// The CORS headers of the last response of a row.
fn sent(result: &Value) -> String {
    let last = result["exchanges"].as_array().and_then(|all| all.last());
    let lines = last.and_then(|exchange| exchange["reply"]["headers"].as_array());
    let text =
        |line: &Value| Some((line[0].as_str()?.to_ascii_lowercase(), line[1].as_str()?.to_owned()));
    let lines = lines.into_iter().flatten().filter_map(text);
    let lines: Vec<_> = lines
        .filter_map(|(name, value)| {
            Some(format!("{}: {value}", name.strip_prefix("access-control-")?))
        })
        .collect();
    if lines.is_empty() { "no CORS header".to_owned() } else { lines.join("; ") }
}

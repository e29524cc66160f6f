//! Joins the JSON documents of several whole runs into one, to compare what the runs show case by case.

use std::path::Path;

use serde_json::Value;

use super::merge::{Incompatible, LISTS, Merged, Named, Part, joined, record};

/// Joins documents of whole runs. The ids of its cases begin with the name of the file: `express/allowlist`.
///
/// # Errors
/// Everything that keeps them from being compared.
pub fn compare(documents: Vec<Named>) -> Result<Merged, Incompatible> {
    let count = documents.len();
    let mut wrong = Vec::new();
    let mut runs: Vec<Part> = Vec::with_capacity(count);
    for (place, Named { name, document }) in documents.into_iter().enumerate() {
        match whole_run(&name, document, (place + 1, count)) {
            Ok(run) if runs.iter().all(|(other, ..)| *other != run.0) => runs.push(run),
            Ok((run, ..)) => wrong.push(format!("{name}: another file is called `{run}` as well")),
            Err(words) => wrong.push(format!("{name}: {words}")),
        }
    }
    if count < 2 {
        wrong.push("one run cannot be compared: give the documents of two or more".to_owned());
    }
    let standards = || runs.iter().map(|(_, document, _)| &document["standard"]);
    if standards().any(|standard| Some(standard) != standards().next()) {
        wrong.push("the runs rule by different revisions of the Fetch standard".to_owned());
    }
    if !wrong.is_empty() {
        return Err(Incompatible(wrong));
    }
    let names = runs.iter().map(|(name, ..)| name.clone()).collect();
    share_records(&mut runs);
    Ok(Merged { compared: names, ..joined(runs) })
}

/// A document as one of several, with the ids that its cases get.
fn whole_run(
    file: &str,
    mut document: Value,
    (number, of): (usize, usize),
) -> Result<Part, String> {
    let mut record = record(&document)?;
    if !record.missing().is_empty() {
        return Err("shards are missing: join them with `merge --json` first".to_owned());
    }
    let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let named = |case: &str| format!("{name}/{case}");
    for list in LISTS {
        for entry in document[list].as_array_mut().into_iter().flatten() {
            if let Some(case) = entry["case"].as_str() {
                entry["case"] = named(case).into();
            }
        }
    }
    record.cases = record.cases.into_iter().map(|(case, it)| (named(&case), it)).collect();
    record.trials.iter_mut().for_each(|trial| trial.case = named(&trial.case));
    (record.numbers, record.of) = (vec![number], of);
    Ok((name, document, record))
}

/// Gives every record the cases and the engines of all, as the records of shards have them.
fn share_records(runs: &mut [Part]) {
    let cases: Vec<_> = runs.iter().flat_map(|(.., record)| record.cases.clone()).collect();
    let mut engines = Vec::new();
    for engine in runs.iter().flat_map(|(.., record)| &record.engines) {
        if !engines.contains(engine) {
            engines.push(engine.clone());
        }
    }
    for (.., record) in runs {
        record.cases = cases.iter().cloned().collect();
        record.engines.clone_from(&engines);
    }
}

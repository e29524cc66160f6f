//! Reads `known:`, the departures from the standard that have an explanation.

use super::case_model::{EngineChoice, Known, KnownKind};
use super::complaint::Problem;
use super::file::{CaseFile, KnownFile, Short, Text};
use super::row::Row;
use super::suggest::{self, brief};
use super::tree::Node;
use crate::browsers::Kind;

/// Reads `known:`. The selected rows are checked against the rows of the case, and the engine
/// against the engines that run it.
pub(super) fn read(
    file: &CaseFile,
    tree: &Node,
    rows: &[Row],
    engines: &[EngineChoice],
    problems: &mut Vec<Problem>,
) -> Vec<Known> {
    let mut entries = Vec::new();
    for (index, entry) in file.known.iter().enumerate() {
        let node = tree.get("known").item(index);
        if let Some(known) = read_entry(entry, node, rows, problems) {
            check_engine(&known, node, engines, problems);
            check_need(&known, node, &entries, rows, problems);
            entries.push(known);
        }
    }
    entries
}

/// Reports an engine that does not run the case.
fn check_engine(known: &Known, node: &Node, engines: &[EngineChoice], problems: &mut Vec<Problem>) {
    let runs = |choice: &EngineChoice| match choice {
        EngineChoice::Browsers => true,
        EngineChoice::Named(name) => *name == known.engine,
    };
    if !engines.is_empty() && !engines.iter().any(runs) {
        let what = format!("this case does not run on `{}`", known.engine);
        let help = "name the engine under `engines`, or remove the entry";
        problems.push(Problem::new(node.get("engine").at, what, help));
    }
}

/// Reports an entry whose rows are all explained by earlier entries, which take precedence.
fn check_need(
    known: &Known,
    node: &Node,
    before: &[Known],
    rows: &[Row],
    problems: &mut Vec<Problem>,
) {
    let explained =
        |row: &&Row| before.iter().any(|other| other.engine == known.engine && other.selects(row));
    let selected: Vec<_> = rows.iter().filter(|row| known.selects(row)).collect();
    if !selected.is_empty() && selected.iter().all(explained) {
        let what = format!("entries before this one explain all its rows on `{}`", known.engine);
        let help =
            "the first entry that selects a row counts: narrow the others, or remove this one";
        problems.push(Problem::new(node.at, what, help));
    }
}

fn read_entry(
    entry: &KnownFile,
    node: &Node,
    rows: &[Row],
    problems: &mut Vec<Problem>,
) -> Option<Known> {
    let before = problems.len();
    let engine =
        choice(&entry.engine, node.get("engine"), "engine", &Kind::ALL.map(Kind::as_str), problems);
    let kinds = KnownKind::ALL.map(KnownKind::as_str);
    let kind = choice(&entry.kind, node.get("kind"), "kind", &kinds, problems);
    if entry.because.0.trim().is_empty() {
        let help = "say why it departs";
        problems.push(Problem::new(node.get("because").at, "`because` is empty", help));
    }
    if let Some(link) = entry.link.as_ref().filter(|link| !link.0.starts_with("https://")) {
        let what = format!("`{}` is not a link", brief(&link.0));
        problems.push(Problem::new(node.get("link").at, what, "a link begins with `https://`"));
    }
    let known = Known {
        engine: engine?.to_owned(),
        kind: KnownKind::ALL.into_iter().find(|known| Some(known.as_str()) == kind)?,
        because: entry.because.0.trim().to_owned(),
        link: entry.link.as_ref().map(|link| link.0.clone()),
        values: entry.rows.iter().map(|(name, values)| (name.0.clone(), listed(values))).collect(),
    };
    check_rows(&known, node, rows, problems);
    (problems.len() == before).then_some(known)
}

fn choice<'c>(
    text: &Text,
    node: &Node,
    key: &str,
    choices: &[&'c str],
    problems: &mut Vec<Problem>,
) -> Option<&'c str> {
    let found = choices.iter().find(|choice| **choice == text.0).copied();
    if found.is_none() {
        let help = suggest::help(&text.0, "the choices are", choices.iter().copied());
        let what = format!("`{key}` cannot be `{}`", brief(&text.0));
        problems.push(Problem::new(node.at, what, help));
    }
    found
}

fn listed(values: &Short<Vec<Text>>) -> Vec<String> {
    match values {
        Short::Text(value) => vec![value.0.clone()],
        Short::Long(values) => values.iter().map(|value| value.0.clone()).collect(),
    }
}

/// Reports variables that are not in the matrix, values that no row has, and an entry that selects
/// no row.
fn check_rows(known: &Known, node: &Node, rows: &[Row], problems: &mut Vec<Problem>) {
    let Some(first) = rows.first() else { return };
    let before = problems.len();
    let selected = node.get("where");
    for (name, values) in &known.values {
        let variables = first.values.iter().map(|(variable, _)| variable.as_str());
        if !variables.clone().any(|variable| variable == name) {
            let what = format!("the matrix has no `{}`", brief(name));
            let help = suggest::help(name, "it has", variables);
            problems.push(Problem::new(selected.key(name), what, help));
            continue;
        }
        let there: Vec<_> = rows.iter().filter_map(|row| row.value(name)).collect();
        for value in values.iter().filter(|value| !there.contains(&value.as_str())) {
            let what = format!("no row has `{}` = `{}`", brief(name), brief(value));
            let mut some = there.clone();
            some.dedup();
            let help = suggest::help(value, "the values are", some);
            problems.push(Problem::new(selected.get(name).at, what, help));
        }
    }
    if problems.len() == before && !rows.iter().any(|row| known.selects(row)) {
        let help = "widen it, or remove the entry";
        problems.push(Problem::new(selected.at, "`where` selects no row", help));
    }
}

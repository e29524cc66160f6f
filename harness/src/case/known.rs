//! Reads `known:`, the departures from the standard that have an explanation.

use indexmap::IndexSet;

use super::build_limit::{self, BuildLimit};
use super::case_model::{EngineChoice, Known, KnownKind};
use super::complaint::{Problem, ValueError};
use super::row::Row;
use super::suggest::{self, brief};
use super::tree::{Node, Spanned};
use crate::browsers::Kind;

/// Engines that can depart from the standard.
pub(super) fn browsers() -> Vec<&'static str> {
    Kind::ALL.map(Kind::as_str).to_vec()
}

/// Reads `known:`. The selected rows are checked against the rows of the case, and the engine
/// against the engines that run it.
pub(super) fn read(
    tree: &Node,
    rows: &[Row],
    engines: &[EngineChoice],
    problems: &mut Vec<Problem>,
) -> Vec<Known> {
    let mut entries = Vec::new();
    for node in tree.find("known").map_or(&[][..], Node::items) {
        if let Some(known) = read_entry(node, rows, problems) {
            check_engine(&known, node, engines, problems);
            check_limits(&known, node, &entries, problems);
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

/// Every combination of the limits of an engine can have its own snapshot.
const MOST_LIMITS: usize = 4;

/// Reports an entry with one limit more than an engine can have.
fn check_limits(known: &Known, node: &Node, before: &[Known], problems: &mut Vec<Problem>) {
    let Some(limit) = &known.limit else { return };
    let others = before.iter().filter(|other| other.engine == known.engine);
    let others: IndexSet<_> =
        others.filter_map(|other| other.limit.as_ref()).map(BuildLimit::slug).collect();
    if others.len() >= MOST_LIMITS && !others.contains(&limit.slug()) {
        let what = format!("`{}` has more than {MOST_LIMITS} different limits", known.engine);
        let help = "use the `version` and `build` of another entry, or split the case";
        problems.push(Problem::new(node.at, what, help));
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
    let explains = |other: &&Known| {
        other.engine == known.engine && (other.limit.is_none() || other.limit == known.limit)
    };
    let explained = |row: &&Row| before.iter().filter(explains).any(|other| other.selects(row));
    let selected: Vec<_> = rows.iter().filter(|row| known.selects(row)).collect();
    if !selected.is_empty() && selected.iter().all(explained) {
        let what = format!("entries before this one explain all its rows on `{}`", known.engine);
        let help =
            "the first entry that selects a row counts: narrow the others, or remove this one";
        problems.push(Problem::new(node.at, what, help));
    }
}

fn read_entry(node: &Node, rows: &[Row], problems: &mut Vec<Problem>) -> Option<Known> {
    let before = problems.len();
    let text = |key| node.find(key).and_then(Spanned::of);
    let (engine, kind) = (text("engine"), text("kind"));
    let engine = engine.and_then(|it| choice(it, "engine", &browsers(), problems));
    let kinds = KnownKind::ALL.map(KnownKind::as_str);
    let kind = kind.and_then(|kind| choice(kind, "kind", &kinds, problems));
    let because = text("because").map(|because| Spanned { text: because.text.trim(), ..because });
    if let Some(empty) = because.filter(|because| because.text.is_empty()) {
        let help = "say why it departs";
        problems.push(Problem::new(empty.at, "`because` is empty", help));
    }
    let link = text("link");
    if let Some(link) = link.filter(|link| !link.text.starts_with("https://")) {
        let what = format!("`{}` is not a link", brief(link.text));
        problems.push(Problem::new(link.at, what, "a link begins with `https://`"));
    }
    let limit = limit(node, problems);
    let values = |(name, node): (Spanned<'_>, &Node)| {
        let values = node.one_or_more().iter().filter_map(Spanned::of);
        (name.text.to_owned(), values.map(|value| value.text.to_owned()).collect())
    };
    let known = Known {
        engine: engine?.to_owned(),
        kind: KnownKind::ALL.into_iter().find(|known| Some(known.as_str()) == kind)?,
        because: because?.text.to_owned(),
        link: link.map(|link| link.text.to_owned()),
        limit,
        applies: true,
        values: node.find("where").into_iter().flat_map(Node::entries).map(values).collect(),
    };
    if node.holds_wrong() {
        return None;
    }
    check_rows(&known, node, rows, problems);
    (problems.len() == before).then_some(known)
}

/// The builds that an entry is limited to.
fn limit(node: &Node, problems: &mut Vec<Problem>) -> Option<BuildLimit> {
    let version = value(node.find("version"), build_limit::version, problems);
    let build = value(node.find("build"), build_limit::build, problems);
    BuildLimit::new(version, build)
}

fn value<T>(
    node: Option<&Node>,
    parse: impl Fn(&str) -> Result<T, ValueError>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let spanned = node.and_then(Spanned::of)?;
    let complain =
        |wrong: ValueError| problems.push(Problem::new(spanned.at, wrong.what, wrong.help));
    parse(spanned.text).map_err(complain).ok()
}

fn choice<'c>(
    spanned: Spanned<'_>,
    key: &str,
    choices: &[&'c str],
    problems: &mut Vec<Problem>,
) -> Option<&'c str> {
    let found = choices.iter().find(|choice| **choice == spanned.text).copied();
    if found.is_none() {
        let help = suggest::help(spanned.text, "the choices are", choices.iter().copied());
        let what = format!("`{key}` cannot be `{}`", brief(spanned.text));
        problems.push(Problem::new(spanned.at, what, help));
    }
    found
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

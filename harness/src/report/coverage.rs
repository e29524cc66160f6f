//! What `list --covers` shows: behaviors, the cases that cover them, and what the snapshots say about each engine.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::behaviors::Covered;
use crate::browsers::Kind;
use crate::case::Case;
use crate::results::Engine;

/// A Markdown table of the behaviors with a case, and a list of those without. `is_recorded` says whether a case has a
/// reviewed snapshot for an engine.
pub fn coverage_text(
    covered: &[Covered<'_>],
    is_recorded: impl Fn(&Case, Engine) -> bool,
) -> String {
    let mut text = totals(covered);
    let engines = Kind::ALL.map(Engine::Browser);
    let names = engines.map(Engine::as_str).join(" | ");
    let _ = writeln!(text, "\n| id | behavior | case | {names} |");
    let _ = writeln!(text, "| --- | --- | --- |{}", " --- |".repeat(engines.len()));
    for Covered { behavior, cases } in covered {
        for (place, case) in cases.iter().enumerate() {
            let (id, sentence) = if place == 0 {
                (behavior.id.as_str(), behavior.behavior.as_str())
            } else {
                ("", "")
            };
            let cells = engines.map(|engine| cell(case, engine, is_recorded(case, engine)));
            let _ = writeln!(text, "| {id} | {sentence} | {} | {} |", case.id, cells.join(" | "));
        }
    }
    uncovered(&mut text, covered);
    text
}

/// How many behaviors of each priority have a case.
fn totals(covered: &[Covered<'_>]) -> String {
    let priorities: BTreeSet<_> = covered.iter().map(|one| one.behavior.priority).collect();
    let total = |priority| {
        let of = || covered.iter().filter(move |one| one.behavior.priority == priority);
        let with = of().filter(|one| !one.cases.is_empty()).count();
        format!("{with} of {} behaviors with priority {priority} have a case.\n", of().count())
    };
    priorities.into_iter().map(total).collect()
}

/// What the reviewed results of a case say about an engine.
fn cell(case: &Case, engine: Engine, is_recorded: bool) -> String {
    if !engine.runs(case) {
        return "–".to_owned();
    }
    if !is_recorded {
        return "not recorded".to_owned();
    }
    let known = case.known.iter().filter(|known| known.engine == engine.as_str());
    let known: Vec<_> = known.collect();
    let rows = case.rows.iter().filter(|row| known.iter().any(|known| known.selects(row))).count();
    if rows == 0 {
        return "agrees".to_owned();
    }
    let kinds: BTreeSet<_> = known.iter().map(|known| known.kind.as_str()).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    format!("{kinds} in {rows} of {}", case.rows.len())
}

fn uncovered(text: &mut String, covered: &[Covered<'_>]) {
    if covered.iter().all(|one| !one.cases.is_empty()) {
        return;
    }
    let _ = writeln!(text, "\n| id | behavior without a case | priority | reason |");
    let _ = writeln!(text, "| --- | --- | --- | --- |");
    for Covered { behavior, .. } in covered.iter().filter(|one| one.cases.is_empty()) {
        let reason = behavior.uncovered.as_deref().unwrap_or("no reason is given");
        let (id, sentence, priority) = (&behavior.id, &behavior.behavior, behavior.priority);
        let _ = writeln!(text, "| {id} | {sentence} | {priority} | {reason} |");
    }
}

//! The matrix for a terminal: cases that agree are counted, and cases that differ are listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::details::details;
use super::{Line, RowStatus};
use crate::case::Case;
use crate::report::style::counted;
use crate::report::table::{padded, widths};
use crate::results::{Engine, Judged};

/// The cell of an engine that does not run the case.
const NOT_ITS_OWN: &str = "–";

/// The matrix of these trials; `None` if only one engine took part, whose results are printed
/// above.
///
/// Precondition: the trials of one case are consecutive.
pub fn matrix(played: &[(Arc<Case>, Judged)]) -> Option<String> {
    let engines: BTreeSet<_> = played.iter().map(|(_, judged)| judged.engine).collect();
    if engines.len() < 2 {
        return None;
    }
    let (quiet, differing): (Vec<_>, Vec<_>) = Line::of(played).partition(Line::is_quiet);
    let parts = [agreeing(&quiet), spelled_out(&differing, &engines)];
    let parts: Vec<_> = parts.iter().map(|part| part.trim_end()).collect();
    let sections: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(sections.join("\n\n") + "\n")
}

/// The number of cases without anything to report, by the engines that run them.
fn agreeing(quiet: &[Line<'_>]) -> String {
    let mut counts = BTreeMap::<Vec<(Engine, bool)>, usize>::new();
    for line in quiet {
        let always = |judged: &Judged| RowStatus::of_case(judged) == RowStatus::EngineWide;
        let engines = line.trials.iter().map(|judged| (judged.engine, always(judged))).collect();
        *counts.entry(engines).or_default() += 1;
    }
    let sentence = |(engines, count): (&Vec<(Engine, bool)>, &usize)| {
        format!("{}: {}\n", counted(*count, "case"), agreement(engines))
    };
    counts.iter().map(sentence).collect()
}

/// `chromium and webkit agree with the standard, firefox except for what it always does, control did
/// as recorded`.
fn agreement(engines: &[(Engine, bool)]) -> String {
    let (always, others): (Vec<_>, Vec<_>) = engines.iter().partition(|(_, always)| *always);
    let names = |engines: Vec<(Engine, bool)>| engines.into_iter().map(|(engine, _)| engine);
    let always: Vec<_> = names(always).collect();
    let (bound, free): (Vec<Engine>, Vec<_>) =
        names(others).partition(|engine| engine.is_browser());
    let agree = if bound.len() == 1 { "agrees" } else { "agree" };
    let bound =
        (!bound.is_empty()).then(|| format!("{} {agree} with the standard", all_of(&bound)));
    let always = (!always.is_empty()).then(|| {
        let agree = if bound.is_some() { "" } else { "agrees with the standard " };
        format!("{} {agree}except for what it always does", all_of(&always))
    });
    let free = (!free.is_empty()).then(|| format!("{} did as recorded", all_of(&free)));
    bound.into_iter().chain(always).chain(free).collect::<Vec<_>>().join(", ")
}

fn all_of(engines: &[Engine]) -> String {
    let names: Vec<_> = engines.iter().map(|engine| engine.as_str()).collect();
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// The table, with the differing rows below each case; empty if no case differs.
fn spelled_out(differing: &[Line<'_>], engines: &BTreeSet<Engine>) -> String {
    if differing.is_empty() {
        return String::new();
    }
    let names = engines.iter().map(|engine| engine.as_str().to_owned());
    let headings = std::iter::once(String::new()).chain(names).collect();
    let lines = differing.iter().map(|line| cells(line, engines));
    let lines: Vec<_> = std::iter::once(headings).chain(lines).collect();
    let widths = widths(&lines);
    let below = differing.iter().map(|line| details(line) + "\n");
    let below = std::iter::once(String::new()).chain(below);
    let line = |(line, below): (&Vec<_>, _)| {
        format!("{}\n{below}", padded(line, &widths).join("  ").trim_end())
    };
    lines.iter().zip(below).map(line).collect()
}

fn cells(line: &Line<'_>, engines: &BTreeSet<Engine>) -> Vec<String> {
    let cell = |engine: &Engine| {
        let judged = line.trials.iter().find(|judged| judged.engine == *engine);
        let word = judged.map_or(NOT_ITS_OWN, |judged| RowStatus::of_case(judged).as_str());
        word.replace('-', " ")
    };
    std::iter::once(line.case.id.to_string()).chain(engines.iter().map(cell)).collect()
}

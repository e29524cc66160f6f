//! The requested trials, and whether they can be played.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::run::{Engine, Players, trials};

use super::Exit;
use crate::arguments::Run;

/// A case on an engine.
pub(super) type Trial = (Arc<Case>, Engine);

/// Engines that will play every case that they run: none if a requested one is missing, or if a
/// case needs more than a browser.
pub(super) fn expected(arguments: &Run, players: &Players) -> Vec<Engine> {
    let there = |engine: Engine| players.missing(engine).is_none();
    let engines = arguments.engines(there);
    let all = engines.iter().all(|engine| there(*engine)) && !arguments.strip_cors;
    if all { engines } else { Vec::new() }
}

/// The requested trials, and everything that they need is available. Never none, if there are cases.
pub(super) fn selected(
    arguments: &Run,
    cases: &[Arc<Case>],
    players: &Players,
) -> Result<Vec<Trial>, Exit> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let installed = arguments.engines(|engine| players.missing(engine).is_none());
    let playable = trials(cases, &installed);
    // If no installed engine plays any of them, the missing ones are those that could.
    let wanted = if playable.is_empty() { arguments.engines(|_| true) } else { installed };
    let plays = |engine: Engine| cases.iter().any(|case| engine.runs(case));
    let missing = wanted.iter().filter(|engine| plays(**engine));
    let missing: Vec<_> = missing.filter_map(|engine| players.missing(*engine)).collect();
    if !missing.is_empty() {
        missing.iter().for_each(|missing| complain!("error: {missing}"));
        return Err(Exit::CannotRun);
    }
    if playable.is_empty() {
        complain!("error: none of these cases runs on {}", names(&wanted));
        return Err(Exit::BadInput);
    }
    playing(playable, players)
}

/// The trials that the engines can play; the others are skipped, each with its reason.
fn playing(playable: Vec<Trial>, players: &Players) -> Result<Vec<Trial>, Exit> {
    let unable = |(case, engine): &Trial| players.cannot_play(case, *engine);
    let (skipped, playing): (Vec<_>, Vec<_>) =
        playable.into_iter().partition(|trial| unable(trial).is_some());
    for trial in &skipped {
        let (case, engine) = trial;
        let why = unable(trial).unwrap_or_default();
        complain!("skipped: {} on {}: {why}", case.id, engine.as_str());
    }
    if playing.is_empty() { Err(Exit::CannotRun) } else { Ok(playing) }
}

fn names(engines: &[Engine]) -> String {
    engines.iter().map(|engine| engine.as_str()).collect::<Vec<_>>().join(" or ")
}

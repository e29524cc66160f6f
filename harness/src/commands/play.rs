//! One case on several engines, outside of a run.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::run::{Engine, Outcome, Players, start};

use super::Exit;
use crate::arguments::EngineName;

/// What each engine does with the case, in their order. It need not be one that the case names.
pub(super) fn play(
    case: &Arc<Case>,
    engines: &[Engine],
    players: Players,
) -> Result<Vec<Outcome>, Exit> {
    let trials: Vec<_> = engines.iter().map(|engine| (Arc::clone(case), *engine)).collect();
    let mut running = start(trials, players);
    let mut outcomes = Vec::with_capacity(engines.len());
    for (trial, engine) in engines.iter().enumerate() {
        match running.outcome(trial) {
            Ok(outcome) => outcomes.push(outcome),
            Err(reason) => eprintln!("error: {}: {reason}", engine.as_str()),
        }
    }
    if outcomes.len() == engines.len() { Ok(outcomes) } else { Err(Exit::Unable) }
}

/// Says of engines what is missing of them.
pub(super) fn all_there(engines: &[Engine], players: &Players) -> Result<(), Exit> {
    let missing: Vec<_> = engines.iter().filter_map(|engine| players.missing(*engine)).collect();
    missing.iter().for_each(|missing| eprintln!("error: {missing}"));
    if missing.is_empty() { Ok(()) } else { Err(Exit::Unable) }
}

/// The browser that was asked for, or else the first that is installed.
pub(super) fn one_browser(wanted: Option<EngineName>, players: &Players) -> Result<Engine, Exit> {
    let named = wanted.map_or_else(Vec::new, |name| name.engines(|_| true));
    let browsers = Engine::ALL.into_iter().filter(|engine| engine.is_browser());
    let here = browsers.filter(|engine| players.missing(*engine).is_none());
    match named.as_slice() {
        [one] if one.is_browser() => all_there(&named, players).map(|()| *one),
        [] => here.into_iter().next().ok_or_else(|| {
            eprintln!("error: no browser is installed; `doctor` says what is missing");
            Exit::Unable
        }),
        _ => {
            eprintln!("error: `--engine` names one browser here: chromium, firefox or webkit");
            Err(Exit::BadInput)
        }
    }
}

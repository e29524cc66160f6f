//! Plays one case on several engines, outside of a run.

use std::sync::Arc;
use std::sync::mpsc::channel;

use cors_harness::case::{Case, Row};
use cors_harness::engine::Kind;
use cors_harness::reporters::Progress;
use cors_harness::ruling::RowRuling;
use cors_harness::run::{Engine, Outcome, Players, RowOutcome, rule, start};

use super::Exit;
use crate::arguments::{Driver, DriverError, EngineName};

/// The players, with the driver of the command line.
pub(super) fn players(driver: &Driver, engines: &[EngineName]) -> Result<Players, Exit> {
    driver.players(engines).map_err(|error| {
        complain!("error: {error}");
        match error {
            DriverError::Typed(_) => Exit::BadInput,
            DriverError::Unavailable(_) => Exit::CannotRun,
        }
    })
}

/// What each engine does with the case, in their order. The case need not name the engine.
pub(super) fn play(
    case: &Arc<Case>,
    engines: &[Engine],
    players: Players,
) -> Result<Vec<Outcome>, Exit> {
    play_with(case, engines, players, |_| {})
}

/// The same. `tell` gets the first row as soon as the first engine has played it.
pub(super) fn play_with(
    case: &Arc<Case>,
    engines: &[Engine],
    players: Players,
    tell: impl FnOnce(&Outcome),
) -> Result<Vec<Outcome>, Exit> {
    let trials: Vec<_> = engines.iter().map(|engine| (Arc::clone(case), *engine)).collect();
    let progress = Progress::of_run(&trials, Arc::clone(&players.rows_played));
    let (send, first_row) = channel();
    let mut running = start(trials, players.with_first_row_to(send));
    // Without a first row the run has ended, and its outcome says why.
    if let Ok(first) = first_row.recv() {
        progress.pause(|| tell(&first));
    }
    let played: Vec<_> = (0..engines.len()).map(|trial| running.outcome(trial)).collect();
    drop(progress);
    let mut outcomes = Vec::with_capacity(engines.len());
    for (engine, played) in engines.iter().zip(played) {
        match played {
            Ok(outcome) => outcomes.push(outcome),
            Err(reason) => complain!("error: {}: {reason}", engine.as_str()),
        }
    }
    if outcomes.len() == engines.len() { Ok(outcomes) } else { Err(Exit::CannotRun) }
}

/// What the standard says about a row. With a real server, the ruling uses the responses that a
/// browser got.
pub(super) fn ruling<'o>(row: &Row, mut played: impl Iterator<Item = &'o RowOutcome>) -> RowRuling {
    let judged = played.find_map(|outcome| outcome.judged.as_ref());
    match judged.filter(|_| row.has_upstream()) {
        Some((ruling, _)) => ruling.clone(),
        None => rule(row),
    }
}

/// Rejects a case with a real server if no engine plays it, because the server's responses are
/// unknown.
pub(super) fn complain_unless_known_beforehand(case: &Case) -> Result<(), Exit> {
    if !case.rows.have_upstream() {
        return Ok(());
    }
    complain!(
        "error: the model cannot predict a real server: name a browser with `--engine`, or \
        `--engine \
         standard`, which uses a plain HTTP client"
    );
    Err(Exit::BadInput)
}

/// Reports what is missing of engines, if anything.
pub(super) fn complain_of_missing(engines: &[Engine], players: &Players) -> Result<(), Exit> {
    let missing: Vec<_> = engines.iter().filter_map(|engine| players.missing(*engine)).collect();
    missing.iter().for_each(|missing| complain!("error: {missing}"));
    if missing.is_empty() { Ok(()) } else { Err(Exit::CannotRun) }
}

/// The requested engine, or else the first installed browser. The model is used only on request,
/// because a browser is the proof.
pub(super) fn one_engine(wanted: Option<EngineName>, players: &Players) -> Result<Engine, Exit> {
    let named = wanted.map_or_else(Vec::new, |name| name.engines(|_| true));
    let browsers = Engine::ALL.into_iter().filter(|engine| engine.is_browser());
    let here = browsers.filter(|engine| players.missing(*engine).is_none());
    match named.as_slice() {
        [one] if *one != Engine::Control => complain_of_missing(&named, players).map(|()| *one),
        [] => here.into_iter().next().ok_or_else(|| {
            complain!(
                "error: no browser is installed; `doctor` shows what is missing. `--engine \
                standard` needs no browser: a plain HTTP client sends the requests, and the model \
                of the Fetch standard says what a browser would do"
            );
            Exit::CannotRun
        }),
        _ => {
            let browsers: Vec<_> = Kind::ALL.into_iter().map(Kind::as_str).collect();
            complain!(
                "error: `--engine` names one engine here: {}, or standard, which needs no browser",
                browsers.join(", ")
            );
            Err(Exit::BadInput)
        }
    }
}

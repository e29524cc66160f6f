//! `explain`: shows what the standard says about a case, and why; on request, also what browsers
//! say about it.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::{explain_case, explain_row};
use cors_harness::run::{Engine, Outcome};

use super::Exit;
use super::find::rows;
use super::play::{complain_of_missing, complain_unless_known_beforehand, play, players, ruling};
use crate::arguments::Explain;

/// `explain`.
pub fn explain(arguments: &Explain) -> Exit {
    let (case, rows) = match rows(&arguments.rows) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let case = Arc::new(Case { rows: rows.into(), ..Case::clone(&case) });
    let played = match played(arguments, &case) {
        Ok(played) => played,
        Err(exit) => return exit,
    };
    say!("{}", explain_case(&case));
    for (number, row) in case.rows.iter().enumerate() {
        let played = played
            .iter()
            .filter_map(|(engine, outcome)| Some((*engine, outcome.rows.get(number)?)));
        let played: Vec<_> = played.collect();
        let ruling = ruling(row, played.iter().map(|(_, outcome)| *outcome));
        let browsers: Vec<_> =
            played.into_iter().filter(|(engine, _)| engine.is_browser()).collect();
        say!("{}", explain_row(&case, row, &ruling, &browsers));
    }
    Exit::AsRecorded
}

/// The case on the requested browsers, if any.
fn played(arguments: &Explain, case: &Arc<Case>) -> Result<Vec<(Engine, Outcome)>, Exit> {
    if arguments.engine.is_empty() {
        complain_unless_known_beforehand(case)?;
        return Ok(Vec::new());
    }
    let players = players(&arguments.driver, &arguments.engine)?;
    let players = arguments.upstreams.reaching(players);
    let engines = arguments.engines(|engine| players.missing(engine).is_none());
    if engines.is_empty() {
        complain!(
            "error: `explain --engine` is for browsers and the model: only they enforce CORS"
        );
        return Err(Exit::BadInput);
    }
    complain_of_missing(&engines, &players)?;
    let outcomes = play(case, &engines, players)?;
    Ok(engines.into_iter().zip(outcomes).collect())
}

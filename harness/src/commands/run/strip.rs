//! `run --strip-cors`: checks whether cases would notice if their servers lost their CORS headers.

use std::sync::Arc;

use cors_harness::report::stripped;
use cors_harness::run::{Players, start};

use super::Exit;
use super::selection::Trial;

/// Plays the trials with real servers twice, with these headers and without.
pub(super) fn strip(trials: &[Trial], players: Players) -> Exit {
    let own = |(case, engine): &&Trial| engine.is_browser() && case.rows.have_upstream();
    let trials: Vec<_> = trials.iter().filter(own).collect();
    if trials.is_empty() {
        complain!(
            "error: `--strip-cors` needs real servers that a browser sends requests to, and none of these cases \
             has one"
        );
        return Exit::BadInput;
    }
    let twice = trials.iter().flat_map(|(case, engine)| {
        [(Arc::clone(case), *engine), (Arc::new(case.without_cors()), *engine)]
    });
    let mut running = start(twice.collect(), players);
    let exits = trials.iter().enumerate().map(|(place, (case, engine))| {
        match (running.outcome(2 * place), running.outcome(2 * place + 1)) {
            (Ok(normal), Ok(bare)) => {
                let stripped = stripped(case, *engine, &normal, &bare);
                say!("{}", stripped.text);
                if stripped.notices { Exit::AsRecorded } else { Exit::Differs }
            }
            (Err(unable), _) | (_, Err(unable)) => {
                complain!("error: [{}] {}: {unable}", engine.as_str(), case.id);
                Exit::CannotRun
            }
        }
    });
    exits.max().unwrap_or(Exit::AsRecorded)
}

//! `diff`: shows what two engines do with one case, side by side.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::side_by_side;
use cors_harness::run::{Engine, Outcome, Players};
use cors_harness::verdict::differences;

use super::Exit;
use super::find::rows;
use super::play::{complain_of_missing, play, players, ruling};
use crate::arguments::Diff;

/// `diff`.
pub fn diff(arguments: &Diff) -> Exit {
    let (case, rows) = match rows(&arguments.rows) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let players = match players(&arguments.driver, &arguments.engine) {
        Ok(players) => arguments.upstreams.reaching(players),
        Err(exit) => return exit,
    };
    let engines = match engines(arguments, &players) {
        Ok(engines) => engines,
        Err(exit) => return exit,
    };
    let case = Arc::new(Case { rows: rows.into(), ..Case::clone(&case) });
    let outcomes = match play(&case, &engines, players) {
        Ok(outcomes) => outcomes,
        Err(exit) => return exit,
    };
    let of_row =
        |number: usize| outcomes.iter().filter_map(move |outcome| outcome.rows.get(number));
    let rulings = case.rows.iter().enumerate().map(|(number, row)| ruling(row, of_row(number)));
    let rulings: Vec<_> = rulings.collect();
    let sides = [0, 1].map(|side| (engines[side], &outcomes[side]));
    say!("{}", side_by_side(&case, sides, &rulings));
    if same(&outcomes[0], &outcomes[1]) { Exit::AsRecorded } else { Exit::Differs }
}

/// The two requested engines, both available.
fn engines(arguments: &Diff, players: &Players) -> Result<[Engine; 2], Exit> {
    let installed = |engine| players.missing(engine).is_none();
    let engines = arguments.engines(installed);
    let Ok(two) = <[Engine; 2]>::try_from(engines.as_slice()) else {
        return Err(not_two(arguments, &engines));
    };
    complain_of_missing(&two, players)?;
    Ok(two)
}

/// Says what to type instead, or what is missing if no engine was named.
fn not_two(arguments: &Diff, engines: &[Engine]) -> Exit {
    let names: Vec<_> = engines.iter().map(|engine| engine.as_str()).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    if arguments.engine.is_empty() {
        complain!(
            "error: `diff` needs two browsers, and installed: {names}; `doctor` shows what is missing, and \
             `--engine standard,control` needs no browser"
        );
        return Exit::CannotRun;
    }
    complain!(
        "error: `diff` needs two engines, and `--engine` names {names}; name two, for example \
         `--engine chromium,standard`"
    );
    Exit::BadInput
}

/// Whether both did the same in every row and every row is conclusive. Header lines do not count,
/// because no two browsers send the same.
fn same(one: &Outcome, other: &Outcome) -> bool {
    one.rows.iter().zip(&other.rows).all(|(one, other)| {
        let are_conclusive = one.inconclusive().is_none() && other.inconclusive().is_none();
        are_conclusive && differences(&one.observation, &other.observation).is_empty()
    })
}

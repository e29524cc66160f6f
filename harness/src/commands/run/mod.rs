//! `run`: plays cases and compares what happened with the reviewed snapshots.

mod rounds;
mod selection;

use std::path::Path;
use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::{Document, orphan};
use cors_harness::run::{Engine, Judged, Judgement, Times, survey_snapshots};

use super::Exit;
use super::find::{cases, with_environment};
use crate::arguments::Run;
use rounds::{Game, Played};
use selection::selected;

/// `run`.
pub fn run(arguments: &Run) -> Exit {
    let cases = cases(&arguments.folder);
    let cases = match cases.and_then(|cases| with_environment(cases, &arguments.environment)) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let players = match arguments.driver.players(&arguments.engine) {
        Ok(players) => players.allowing(arguments.upstreams.allowed()),
        Err(words) => {
            eprintln!("error: {words}");
            return Exit::BadInput;
        }
    };
    let trials = match selected(arguments, &cases, &players) {
        Ok(trials) => trials,
        Err(exit) => return exit,
    };
    let game = Game { arguments, trials: &trials, players: &players };
    let (played, times) = game.first();
    let further = game.further(&played);
    let orphans = if arguments.folder.filter.is_none() {
        orphans(arguments, &cases)
    } else {
        Exit::AsRecorded
    };
    let written =
        arguments.json.as_deref().map_or(Exit::AsRecorded, |file| write(file, &played, &times));
    [standing(&played), further, orphans, written].into_iter().max().unwrap_or(Exit::AsRecorded)
}

/// How a round as a whole stands.
fn standing(played: &[Played]) -> Exit {
    played.iter().map(|(_, judged)| exit(judged)).max().unwrap_or(Exit::AsRecorded)
}

fn exit(judged: &Judged) -> Exit {
    match judged.judgement {
        Judgement::Match => Exit::AsRecorded,
        Judgement::New
        | Judgement::Differs { .. }
        | Judgement::Departs
        | Judgement::Inconclusive => Exit::Differs,
        Judgement::Unable(_) => Exit::Unable,
    }
}

fn orphans(arguments: &Run, cases: &[Arc<Case>]) -> Exit {
    let survey = survey_snapshots(&arguments.snapshots, cases, |_| true);
    for found in &survey.orphans {
        say!("{}", orphan(found, cases));
    }
    if survey.orphans.is_empty() { Exit::AsRecorded } else { Exit::Differs }
}

fn write(file: &Path, played: &[Played], times: &[(Engine, Times)]) -> Exit {
    let document = Document::of(played).with_times(times);
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string());
    let written =
        text.and_then(|text| std::fs::write(file, text + "\n").map_err(|error| error.to_string()));
    match written {
        Ok(()) => Exit::AsRecorded,
        Err(error) => {
            eprintln!("error: `{}` cannot be written: {error}", file.display());
            Exit::Unable
        }
    }
}

//! `run`: plays cases and compares what happened with the reviewed snapshots.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cors_harness::case::Case;
use cors_harness::report::{Document, console, matrix, summary, times};
use cors_harness::run::{
    Engine, Judged, Judgement, Players, Times, judge, runs, start, survey_snapshots, trials,
};

use super::Exit;
use super::find::cases;
use crate::arguments::Run;

/// `run`.
pub fn run(arguments: &Run) -> Exit {
    let began = Instant::now();
    let cases = match cases(&arguments.folder) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let players = match arguments.driver.players(&arguments.engine) {
        Ok(players) => players,
        Err(words) => {
            eprintln!("error: {words}");
            return Exit::BadInput;
        }
    };
    let trials = match selected(arguments, &cases, &players) {
        Ok(trials) => trials,
        Err(exit) => return exit,
    };
    let (played, took) = play(trials, players, &arguments.snapshots);
    if let Some(matrix) = matrix(&played) {
        say!("{matrix}");
    }
    let judged = || played.iter().map(|(_, judged)| judged);
    say!("{}", summary(judged(), began.elapsed()));
    say!("{}", times(&took));
    let orphans = if arguments.folder.filter.is_none() {
        orphans(arguments, &cases)
    } else {
        Exit::AsRecorded
    };
    let written =
        arguments.json.as_deref().map_or(Exit::AsRecorded, |file| write(file, &played, &took));
    judged().map(exit).chain([orphans, written]).max().unwrap_or(Exit::AsRecorded)
}

/// A case on an engine.
type Trial = (Arc<Case>, Engine);

/// The trials that were asked for: never none, and nothing that they need is missing.
fn selected(arguments: &Run, cases: &[Arc<Case>], players: &Players) -> Result<Vec<Trial>, Exit> {
    let installed = arguments.engines(|engine| players.missing(engine).is_none());
    let playable = trials(cases, &installed);
    // Where nothing is installed that plays any of them, what is missing is what could.
    let wanted = if playable.is_empty() { arguments.engines(|_| true) } else { installed };
    let plays = |engine: Engine| cases.iter().any(|case| runs(engine, case));
    let missing = wanted.iter().filter(|engine| plays(**engine));
    let missing: Vec<_> = missing.filter_map(|engine| players.missing(*engine)).collect();
    if !missing.is_empty() {
        missing.iter().for_each(|missing| eprintln!("error: {missing}"));
        return Err(Exit::Unable);
    }
    if playable.is_empty() {
        eprintln!("error: none of these cases runs on {}", names(&wanted));
        return Err(Exit::BadInput);
    }
    Ok(playable)
}

/// A case on an engine, after it was played.
type Played = (Arc<Case>, Judged);

/// Plays all trials and prints each as soon as it and those before it are there. Also gives where the
/// time went.
fn play(
    trials: Vec<Trial>,
    players: Players,
    snapshots: &Path,
) -> (Vec<Played>, Vec<(Engine, Times)>) {
    let mut running = start(trials.clone(), players);
    let mut played = Vec::with_capacity(trials.len());
    for (number, (case, engine)) in trials.into_iter().enumerate() {
        let judged = judge(snapshots, &case, engine, running.outcome(number));
        say!("{}", console(&case, &judged));
        played.push((case, judged));
    }
    (played, running.times())
}

fn names(engines: &[Engine]) -> String {
    engines.iter().map(|engine| engine.as_str()).collect::<Vec<_>>().join(" or ")
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
    let survey = survey_snapshots(&arguments.snapshots, cases);
    for orphan in &survey.orphans {
        say!("{} belongs to no case; remove it", orphan.display());
    }
    if survey.orphans.is_empty() { Exit::AsRecorded } else { Exit::Differs }
}

fn write(file: &Path, played: &[Played], took: &[(Engine, Times)]) -> Exit {
    let text = serde_json::to_string_pretty(&Document::of(played, took))
        .map_err(|error| error.to_string());
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

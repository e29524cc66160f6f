//! `run`: plays cases and compares what happened with the reviewed snapshots.

mod alone;
mod rounds;
mod selection;
mod spool;
mod strip;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::{Document, orphan};
use cors_harness::run::{Early, Engine, Judged, Judgement, Times, survey_snapshots};

use super::Exit;
use super::files::{try_over, unwritten};
use super::find::{cases_telling, with_environment};
use super::play::players;
use crate::arguments::Run;
use rounds::{FirstRound, Game, Played};
use selection::{expected, selected};
use spool::Spool;

/// `run`.
pub fn run(arguments: &Run) -> Exit {
    let players = match players(&arguments.driver, &arguments.engine) {
        Ok(players) => players.allowing(arguments.upstreams.allowed()),
        Err(exit) => return exit,
    };
    let mut spool = match arguments.json.as_deref().map(spool).transpose() {
        Ok(spool) => spool.map(Ok),
        Err(exit) => return exit,
    };
    let mut early = Early::new(players.clone());
    let engines = expected(arguments, &players);
    let expect = |case: &Case| engines.iter().for_each(|engine| early.expect(case, *engine));
    let cases = cases_telling(&arguments.folder, expect);
    let cases = match cases.and_then(|cases| with_environment(cases, &arguments.environment)) {
        Ok(cases) => cases,
        Err(exit) => return exit,
    };
    let trials = match selected(arguments, &cases, &players) {
        Ok(trials) => trials,
        Err(exit) => return exit,
    };
    if arguments.strip_cors {
        return strip::strip(&trials, players);
    }
    let game = Game { arguments, trials: &trials, players: &players };
    let FirstRound { played, times, compared, gone } =
        game.first(early, |trial, case, judged| spooled(&mut spool, trial, case, judged));
    let further = game.further(compared);
    let orphans = if arguments.folder.filter.is_none() {
        orphans(arguments, &cases)
    } else {
        Exit::AsRecorded
    };
    let written = arguments.json.as_deref().zip(spool);
    let written =
        written.map_or(Exit::AsRecorded, |(file, spool)| write(file, spool, &played, &times));
    let gone = if gone { Exit::Differs } else { Exit::AsRecorded };
    [standing(&played), further, orphans, written, gone]
        .into_iter()
        .max()
        .unwrap_or(Exit::AsRecorded)
}

/// How a round as a whole stands.
fn standing(played: &[Played]) -> Exit {
    played.iter().map(|(_, judged)| exit(judged)).max().unwrap_or(Exit::AsRecorded)
}

fn exit(judged: &Judged) -> Exit {
    match judged.judgement {
        _ if judged.unkept.is_some() => Exit::Unable,
        Judgement::Match => Exit::AsRecorded,
        Judgement::New
        | Judgement::Differs { .. }
        | Judgement::Departs
        | Judgement::Inconclusive => Exit::Differs,
        Judgement::Unreadable(_) | Judgement::Unable(_) => Exit::Unable,
    }
}

fn orphans(arguments: &Run, cases: &[Arc<Case>]) -> Exit {
    let survey = survey_snapshots(&arguments.snapshots, cases, |_| true);
    for found in &survey.orphans {
        say!("{}", orphan(found, cases));
    }
    if survey.orphans.is_empty() { Exit::AsRecorded } else { Exit::Differs }
}

/// Where results are kept until they are written to a file, if that can be written.
fn spool(file: &Path) -> Result<Spool, Exit> {
    try_over(file).map_err(|error| unwritten(file, &error))?;
    Spool::new().map_err(|error| unspooled(&error))
}

fn unspooled(error: &io::Error) -> Exit {
    let folder = std::env::temp_dir();
    complain!(
        "error: results cannot be kept in `{}`: {error}; `TMPDIR` names another folder",
        folder.display()
    );
    Exit::Unable
}

/// Keeps the results of a trial for the document, or why that is not possible any more.
fn spooled(spool: &mut Option<io::Result<Spool>>, trial: usize, case: &Case, judged: &Judged) {
    if let Some(Ok(open)) = spool
        && let Err(error) = open.add(trial, case, judged)
    {
        *spool = Some(Err(error));
    }
}

fn write(
    file: &Path,
    spool: io::Result<Spool>,
    played: &[Played],
    times: &[(Engine, Times)],
) -> Exit {
    let (results, said) = match spool.and_then(Spool::results) {
        Ok(results) => results,
        Err(error) => return unspooled(&error),
    };
    let written = File::create(file).and_then(|file| {
        let mut output = BufWriter::new(file);
        let document = Document::around(results, said, played).with_times(times);
        serde_json::to_writer_pretty(&mut output, &document)?;
        output.write_all(b"\n")?;
        output.flush()
    });
    match written {
        Ok(()) => Exit::AsRecorded,
        Err(error) => unwritten(file, &error),
    }
}

//! `run`: plays cases and compares what happened with the reviewed snapshots.

mod program_commands;
mod rounds;
mod selection;
mod shard;
mod strip;

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::orphan;
use cors_harness::reporters::{ReportError, Reporter};
use cors_harness::run::{Judged, Judgement, Players, RunPreparation, survey_snapshots};

use super::Exit;
use super::find::{cases_with, with_environment, with_rows};
use super::output::print_to_standard_error;
use super::play::players;
use crate::arguments::Run;
use rounds::{FirstRound, Played, RoundPlan};
use selection::{expected, note_failed, selected};
pub(super) use shard::document;

/// `run`.
pub fn run(arguments: &Run) -> Exit {
    let players = match players(&arguments.driver, &arguments.engine) {
        Ok(players) => arguments.upstreams.reaching(players).with_jobs(arguments.jobs),
        Err(exit) => return exit,
    };
    let files = match report_files(arguments) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let mut early = RunPreparation::new(players.clone());
    let engines = expected(arguments, &players);
    let expect = |case: &Case| {
        if arguments.plays(case) {
            engines.iter().for_each(|engine| early.expect(case, *engine));
        }
    };
    let cases: Vec<_> = match cases(arguments, expect) {
        Ok(cases) => cases.into_iter().map(|case| fitted(case, &players)).collect(),
        Err(exit) => return exit,
    };
    let trials = match selected(arguments, &cases, &players) {
        Ok(trials) => trials,
        Err(exit) => return exit,
    };
    if arguments.strip_cors {
        return strip::strip(&trials, players);
    }
    let part = match arguments.sharding.shard {
        Some(shard) => match shard::part(arguments, shard, (&cases, trials.clone())) {
            Ok(part) => Some(part),
            Err(exit) => return exit,
        },
        None => None,
    };
    let trials = part.as_ref().map_or(trials, |part| part.trials.clone());
    let record = part.as_ref().map(|part| &part.record);
    let game = RoundPlan { arguments, trials: &trials, players: &players, shard: record };
    let FirstRound { played, compared, errors, gone } = game.first(early, files);
    let failed = |(case, judged): &Played| (case.id.0.clone(), exit(judged) != Exit::AsRecorded);
    let outcomes: Vec<_> = played.iter().map(failed).collect();
    note_failed(
        &arguments.folder.cases.folder,
        outcomes.iter().map(|(id, failed)| (id.as_str(), *failed)),
    );
    let further = game.further(compared);
    let orphans = match part {
        Some(part) => report_unreferenced(&part.unreferenced),
        None if arguments.reads_every_case() => orphans(arguments, &cases),
        None => Exit::AsRecorded,
    };
    let reported = errors.iter().map(unreported).max().unwrap_or(Exit::AsRecorded);
    let gone = if gone { Exit::Differs } else { Exit::AsRecorded };
    let exits = [standing(&played), further, orphans, reported, gone];
    exits.into_iter().max().unwrap_or(Exit::AsRecorded)
}

/// The cases that were asked for, with the rows and the environment that were asked for.
fn cases(arguments: &Run, expect: impl FnMut(&Case)) -> Result<Vec<Arc<Case>>, Exit> {
    // Which of them failed last is known when all are read.
    let all = match arguments.rerun_failed {
        true => cases_with(&arguments.folder, |_| {})?,
        false => cases_with(&arguments.folder, expect)?,
    };
    let cases = if arguments.rerun_failed { failed_last(arguments, all)? } else { all };
    let cases = with_environment(with_rows(cases, &arguments.row)?, &arguments.environment)?;
    let options = arguments.upstreams.certificate_options();
    if arguments.stack.is_none() && options.is_empty() {
        return Ok(cases);
    }
    let cases = cases.iter().map(|case| match arguments.stack {
        Some(stack) => case.with_stack(stack).with_certificate_options(&options),
        None => case.with_certificate_options(&options),
    });
    Ok(cases.map(Arc::new).collect())
}

/// A case for the builds of these browsers.
fn fitted(case: Arc<Case>, players: &Players) -> Arc<Case> {
    Arc::new(players.fitted(Arc::unwrap_or_clone(case)))
}

fn failed_last(arguments: &Run, cases: Vec<Arc<Case>>) -> Result<Vec<Arc<Case>>, Exit> {
    let folder = &arguments.folder.cases.folder;
    let Some(failed) = selection::failed_last(folder) else {
        complain!(
            "error: no run of the cases in `{}` is recorded: run them first",
            folder.display()
        );
        return Err(Exit::BadInput);
    };
    let cases: Vec<_> = cases.into_iter().filter(|case| failed.contains(&case.id.0)).collect();
    if cases.is_empty() {
        say!("no case failed in the last run");
        return Err(Exit::AsRecorded);
    }
    Ok(cases)
}

/// The result of a round as a whole.
fn standing(played: &[Played]) -> Exit {
    played.iter().map(|(_, judged)| exit(judged)).max().unwrap_or(Exit::AsRecorded)
}

fn exit(judged: &Judged) -> Exit {
    match judged.judgement {
        _ if judged.unkept.is_some() => Exit::CannotRun,
        Judgement::Match => Exit::AsRecorded,
        Judgement::New
        | Judgement::Differs { .. }
        | Judgement::Departs
        | Judgement::Inconclusive => Exit::Differs,
        Judgement::Unreadable(_) | Judgement::NotRun(_) => Exit::CannotRun,
    }
}

fn orphans(arguments: &Run, cases: &[Arc<Case>]) -> Exit {
    let survey = survey_snapshots(&arguments.snapshots, cases, |_| true);
    report_unreferenced(
        &survey.orphans.iter().map(|found| orphan(found, cases)).collect::<Vec<_>>(),
    )
}

/// Prints sentences about unreferenced snapshots.
fn report_unreferenced(unreferenced: &[String]) -> Exit {
    unreferenced.iter().for_each(|sentence| say!("{sentence}"));
    if unreferenced.is_empty() { Exit::AsRecorded } else { Exit::Differs }
}

/// Reporters for the requested files, if these can be written.
fn report_files(arguments: &Run) -> Result<Vec<Box<dyn Reporter>>, Exit> {
    match arguments.reports_to_stdout() {
        0 => {}
        1 => print_to_standard_error(),
        _ => {
            complain!(
                "error: two reports cannot both go to standard output: name a file for one of them"
            );
            return Err(Exit::BadInput);
        }
    }
    let files = arguments.report_files();
    files.map(|(format, file)| format.open(file).map_err(|error| unreported(&error))).collect()
}

fn unreported(error: &ReportError) -> Exit {
    complain!("error: {error}");
    Exit::CannotRun
}

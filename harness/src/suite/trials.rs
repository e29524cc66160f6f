//! Runs cases as trials of libtest: each case on each engine is one, with the arguments of `cargo
//! test`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::FAILED;
use crate::case::{Case, CaseId, Complaints};
use crate::engine::{Missing, Required};
use crate::report::{CargoCommands, engine_wide_gone, failure, missing, orphan, repeated};
use crate::run::{
    Engine, EngineUnavailable, Judged, Outcome, Players, RunPreparation, judge, survey_snapshots,
    trials,
};
use crate::verdict::EngineWideCounts;

/// The name of the trial that looks at all cases.
pub(super) const SURVEY: &str = "every snapshot belongs to a case, every case has one";

/// Cases, engines, and where the snapshots are.
pub(super) struct Trials {
    pub(super) cases: Vec<Arc<Case>>,
    pub(super) broken: Vec<(CaseId, Complaints)>,
    pub(super) snapshots: PathBuf,
    pub(super) players: Players,
    pub(super) required: Required,
}

impl Trials {
    /// Runs what the arguments select, in a run that begins with these players.
    pub(super) fn run(self, arguments: &Arguments, early: RunPreparation) -> ExitCode {
        for engine in Engine::ALL {
            if let Some(missing) =
                self.absent(engine).filter(|_| !self.required.has(engine.as_str()))
            {
                let engine = engine.as_str();
                let _ = writeln!(io::stderr(), "trials of {engine} are ignored: {missing}");
            }
        }
        let all = trials(&self.cases, &Engine::ALL);
        let selected: Vec<_> =
            all.iter().map(|(case, engine)| self.plays(case, *engine, arguments)).collect();
        let playing = all.iter().zip(&selected).filter(|(_, selected)| **selected);
        let playing = playing.map(|(trial, _)| trial.clone()).collect();
        let mut running = early.start(playing);
        let mut places = 0..;
        let always = Arc::<Mutex<EngineWideCounts>>::default();
        let mut listed = vec![self.survey_trial()];
        for ((case, engine), selected) in all.iter().zip(selected) {
            let outcome = places.by_ref().take(usize::from(selected)).next();
            let outcome = outcome.map(|place| running.receiver(place));
            listed.push(self.case_trial(case, *engine, outcome, Arc::clone(&always)));
        }
        listed.extend(self.broken.into_iter().map(broken_trial));
        let conclusion = libtest_mimic::run(arguments, listed);
        drop(running);
        // No trial can report it, because it depends on the rows of all of them.
        let gone = engine_wide_gone(&always.lock().unwrap_or_else(PoisonError::into_inner));
        match gone {
            Some(gone) => {
                let _ = write!(io::stderr(), "{gone}");
                ExitCode::from(FAILED)
            }
            None => conclusion.exit_code(),
        }
    }

    /// Whether a trial will run, so that only those are started.
    fn plays(&self, case: &Case, engine: Engine, arguments: &Arguments) -> bool {
        self.absent(engine).is_none()
            && self.players.cannot_play(case, engine).is_none()
            && selects(arguments, case, engine)
    }

    /// Why an engine cannot take part.
    fn absent(&self, engine: Engine) -> Option<&Missing> {
        self.players.missing(engine)
    }

    fn case_trial(
        &self,
        case: &Arc<Case>,
        engine: Engine,
        outcome: Option<TrialReceiver>,
        always: Arc<Mutex<EngineWideCounts>>,
    ) -> Trial {
        let name = case.id.to_string();
        let unable = self.players.cannot_play(case, engine);
        let absent = self.absent(engine).map(Missing::to_string);
        let ignored = unable.is_some() || (absent.is_some() && !self.required.has(engine.as_str()));
        let absent = absent.or(unable);
        let is_extended = case.extended;
        let (case, snapshots) = (Arc::clone(case), self.snapshots.clone());
        let trial = Trial::ignorable_test(name, move || match (outcome, absent) {
            (Some(outcome), _) => {
                let outcome = outcome();
                let case = case.with_rows_in_memory();
                let judged = judge(&snapshots, &case, engine, outcome);
                let mut always = always.lock().unwrap_or_else(PoisonError::into_inner);
                judged.rows.iter().for_each(|row| always.add(&case.id.0, &row.engine_wide));
                drop(always);
                match failure(&case, &judged, &CargoCommands) {
                    Some(text) => Err(text.into()),
                    None => Ok(passed(&case, &judged)),
                }
            }
            (None, Some(absent)) if ignored => Ok(Completion::ignored_with(absent)),
            (None, Some(absent)) => Err(absent.into()),
            (None, None) => Err("the trial was not selected".into()),
        });
        trial.with_kind(engine.as_str()).with_ignored_flag(ignored || is_extended)
    }

    /// Files that belong to no case; and places without a file that only unavailable engines could
    /// write, because the trials of available engines report their own.
    fn survey_trial(&self) -> Trial {
        let here = |engine| self.absent(engine).is_none();
        let survey = survey_snapshots(&self.snapshots, &self.cases, here);
        // A case that cannot be read may own any of them.
        let orphans = if self.broken.is_empty() { survey.orphans } else { Vec::new() };
        let orphans = orphans.iter().map(|found| orphan(found, &self.cases));
        let missing = survey.missing.iter().map(|file| missing(file));
        let lines: Vec<_> = orphans.chain(missing).collect();
        Trial::test(
            SURVEY,
            move || {
                if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
            },
        )
        .with_kind("snapshots")
    }
}

/// A passed trial has no output, so its notes go to stderr.
fn passed(case: &Case, judged: &Judged) -> Completion {
    if let Some(text) = repeated(case, judged) {
        let engine = judged.engine.as_str();
        let _ = write!(io::stderr(), "[{engine}] {} passed, but\n{text}", case.id);
    }
    Completion::Completed
}

type TrialReceiver = Box<dyn FnOnce() -> Result<Outcome, EngineUnavailable> + Send>;

/// Whether the arguments of the process select a case on an engine. An extended case is an ignored test of libtest.
pub(super) fn selects(arguments: &Arguments, case: &Case, engine: Engine) -> bool {
    let probe = Trial::test(case.id.to_string(), || Ok(())).with_kind(engine.as_str());
    let probe = probe.with_ignored_flag(case.extended);
    let runs = !case.extended || arguments.ignored || arguments.include_ignored;
    runs && !arguments.list && !arguments.is_filtered_out(&probe)
}

/// A file that is no valid case fails under its name, whatever is installed.
fn broken_trial((case, complaints): (CaseId, Complaints)) -> Trial {
    let fail = move || Err(Failed::from(complaints.plain()));
    Trial::test(case.to_string(), fail).with_kind("case")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case;

    #[test]
    fn an_extended_case_is_an_ignored_test() {
        let of = |extended: &str| {
            let text = format!(
                "name: n\nbecause: b\nextended: {extended}\n\
                 servers: {{ https://a.example: {{ /: {{ GET: {{}} }} }} }}\n\
                 page: https://a.example\nsteps: [fetch: /]\n"
            );
            case::read(CaseId("a".to_owned()), Path::new("a.yaml"), text.as_bytes()).unwrap()
        };
        for (argument, default, extended) in
            [("a", true, false), ("--include-ignored", true, true), ("--ignored", false, true)]
        {
            let arguments = Arguments::from_iter(["test", argument]);
            let selected = |case: &Case| selects(&arguments, case, Engine::CHROMIUM);
            assert_eq!(selected(&of("false")), default, "{argument}");
            assert_eq!(selected(&of("true")), extended, "{argument}");
        }
    }
}

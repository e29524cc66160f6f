//! Starts the servers below `servers/stacks` and plays their policies: a correct configuration must
//! match its reviewed snapshot, and a wrong one must have the findings that the table in
//! `servers/stacks/README.md` lists.
//!
//! `ci/stacks` installs what they need. Trials of a stack that is not installed are ignored, and fail
//! if `CORS_HARNESS_REQUIRE` contains `stacks`. The same holds for a missing Chromium.

#[path = "../../../servers/stacks/tower-http/app.rs"]
mod app;
mod kit;
mod program;
#[path = "../../../servers/stacks/repairs/tower_http.rs"]
mod repaired_tower_http;
mod repairs;
mod results;
mod stack;
mod stack_run;
mod trial;
mod wrong_configurations;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cors_harness::case::{self, Case};
use cors_harness::engine::CleanEnd;
use cors_harness::report::{missing, orphan};
use cors_harness::run::{Engine, Players, load, refer_to_snapshots, survey_snapshots};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use stack::{STACKS, Stack};
use stack_run::StackRun;
use trial::{Expected, PlannedTrial};
use wrong_configurations::WrongConfiguration;

/// The browser that plays all trials.
const ENGINE: Engine = Engine::CHROMIUM;

/// The engines that play every case in one run. The findings must be the same, word for word.
const ENGINES: [Engine; 2] = [ENGINE, Engine::Standard];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let _clean = CleanEnd::hold();
    match Suite::read() {
        Ok(suite) => suite.run(&arguments),
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::from(101)
        }
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("servers/stacks").join(name)
}

/// The policies, the table of wrong configurations, and the engines.
struct Suite {
    cases: Vec<Arc<Case>>,
    wrong: Vec<WrongConfiguration>,
    players: Players,
}

impl Suite {
    fn read() -> Result<Self, String> {
        let loaded = load(&folder("policies")).map_err(|error| error.to_string())?;
        if let Some((_, complaints)) = loaded.broken.first() {
            return Err(complaints.plain());
        }
        let cases: Vec<_> = loaded.cases.into_iter().map(Arc::new).collect();
        refer_to_snapshots(&folder("snapshots"), &cases, []).map_err(|error| error.to_string())?;
        let readme = std::fs::read_to_string(folder("README.md")).map_err(|e| e.to_string())?;
        Ok(Self {
            cases,
            wrong: wrong_configurations::read(&readme)?,
            players: repairs::serving(stack::players()?),
        })
    }

    fn run(&self, arguments: &Arguments) -> ExitCode {
        let mut trials = vec![self.survey_trial()];
        for name in STACKS {
            match self.stack(name) {
                Ok(stack) => trials.extend(self.trials(&stack, arguments)),
                Err(words) => trials.push(Trial::test(name, || Err(words.into()))),
            }
        }
        trials.extend(case::Stack::ALL.map(|stack| self.repair_trial(stack)));
        let players = self.players.clone();
        let kit = move || kit::matrix_is_that_of_the_readme(&players);
        trials.push(trial_of(
            "the matrix of the kit is that of its README".to_owned(),
            kit::not_installed(),
            kit,
        ));
        libtest_mimic::run(arguments, trials).exit_code()
    }

    /// The lines that repair a stack, on the real server.
    fn repair_trial(&self, stack: case::Stack) -> Trial {
        let browser = || self.players.missing(ENGINE).map(ToString::to_string);
        let absent = repairs::not_installed(stack).or_else(browser);
        let players = self.players.clone();
        let name = format!("the lines for {stack} repair the real server");
        trial_of(name, absent, move || repairs::repairs(stack, &players))
    }

    fn stack(&self, name: &'static str) -> Result<Stack, String> {
        let of_stack = |case: &&Arc<Case>| {
            case.id
                .0
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let cases: Vec<_> = self.cases.iter().filter(of_stack).cloned().collect();
        let policy = cases.iter().find(|case| case.id.0 == name).cloned();
        let policy = policy.ok_or_else(|| format!("policies/{name}.yaml is missing"))?;
        Ok(Stack { name, policy, cases })
    }

    /// One trial for each reviewed policy, one for each wrong configuration, and one for the list of
    /// configurations.
    fn trials(&self, stack: &Stack, arguments: &Arguments) -> Vec<Trial> {
        let planned = self.planned(stack);
        let plays = |trial: &PlannedTrial| {
            self.absent(&trial.case).is_none() && trial.is_selected(arguments)
        };
        let played = planned.iter().filter(|trial| plays(trial));
        let cases = played.map(|trial| Arc::clone(&trial.case)).collect();
        let run = Arc::new(StackRun::new(cases, self.players.clone()));
        let mut places = 0..;
        let trials = planned.into_iter().map(|trial| {
            let place = if plays(&trial) { places.next() } else { None };
            let (run, stack, absent) = (Arc::clone(&run), stack.clone(), self.absent(&trial.case));
            trial_of(trial.name.clone(), absent, move || trial.holds(place, &run, &stack))
        });
        let program = (stack.name == "express").then(|| {
            let name = "`run --environment` selects another configuration of express";
            let absent = self.absent(&stack.policy);
            trial_of(name.to_owned(), absent, program::calls_another_configuration_by_name)
        });
        trials.chain(program).collect()
    }

    fn planned(&self, stack: &Stack) -> Vec<PlannedTrial> {
        let reviewed =
            stack.cases.iter().filter(|case| ENGINE.runs(case)).map(|case| PlannedTrial {
                name: format!("{} matches its snapshot", case.id),
                case: Arc::clone(case),
                expected: Expected::Reviewed,
            });
        let wrong = self.wrong.iter().filter(|wrong| wrong.stack == stack.name);
        let called = wrong.enumerate().map(|(place, wrong)| PlannedTrial {
            name: name_of(wrong, place == 0),
            case: Arc::new(stack.examples(&wrong.configuration)),
            expected: Expected::Findings(wrong.clone()),
        });
        let listed = PlannedTrial {
            name: format!("{} has only configurations that the table lists", stack.name),
            case: Arc::new(stack.unknown_configuration()),
            expected: Expected::Configurations(self.listed_configurations(stack.name)),
        };
        reviewed.chain(called).chain([listed]).collect()
    }

    fn listed_configurations(&self, stack: &str) -> Vec<String> {
        let wrong = self.wrong.iter().filter(|wrong| wrong.stack == stack);
        wrong.map(|wrong| wrong.configuration.clone()).collect()
    }

    /// Why a case cannot be played, if it cannot.
    fn absent(&self, case: &Case) -> Option<String> {
        let browser = self.players.missing(ENGINE).map(ToString::to_string);
        stack::not_installed(case).or(browser)
    }

    /// Unreferenced snapshots, and missing snapshots of cases that cannot be played here. The other trials
    /// report their own.
    fn survey_trial(&self) -> Trial {
        let survey = |cases: &[Arc<Case>]| survey_snapshots(&folder("snapshots"), cases, |_| false);
        let absent = self.cases.iter().filter(|case| self.absent(case).is_some()).cloned();
        let orphans = survey(&self.cases).orphans;
        let orphans = orphans.iter().map(|found| orphan(found, &self.cases));
        let missing_files = survey(&absent.collect::<Vec<_>>()).missing;
        let missing = missing_files.iter().map(|file| missing(file));
        let lines: Vec<_> = orphans.chain(missing).collect();
        Trial::test("every snapshot belongs to a policy, and every policy has one", move || {
            if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
        })
        .with_kind("snapshots")
    }
}

/// `--skip further` leaves one wrong configuration of each stack, for a shorter run.
fn name_of(wrong: &WrongConfiguration, is_first: bool) -> String {
    let further = if is_first { "" } else { " (further)" };
    format!("{} {} has its findings{further}", wrong.stack, wrong.configuration)
}

fn trial_of(
    name: String,
    absent: Option<String>,
    play: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Trial {
    let ignored = absent.is_some() && !is_required();
    let trial = Trial::ignorable_test(name, move || match absent {
        None => play().map(|()| Completion::Completed).map_err(Failed::from),
        Some(absent) if ignored => Ok(Completion::ignored_with(absent)),
        Some(absent) => Err(absent.into()),
    });
    trial.with_kind(ENGINE.as_str()).with_ignored_flag(ignored)
}

fn is_required() -> bool {
    let required = std::env::var("CORS_HARNESS_REQUIRE").unwrap_or_default();
    required.split(',').any(|one| one.trim() == "stacks")
}

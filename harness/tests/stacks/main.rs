//! The servers below `servers/stacks`, started for real: each is to its policy as it was reviewed, and
//! each wrong configuration is called by the names that the table beside them gives it.
//!
//! `ci/stacks` installs what they need. Trials of a stack that is not installed are ignored, and fail
//! if `CORS_HARNESS_REQUIRE` has `stacks`; so does a missing Chromium.

#[path = "../../../servers/stacks/tower-http/app.rs"]
mod app;
mod game;
mod planned;
mod program;
mod said;
mod stack;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::engine::CleanEnd;
use cors_harness::report::{missing, orphan};
use cors_harness::run::{Engine, Players, load, refer_to_snapshots, runs, survey_snapshots};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use game::Game;
use planned::{Expected, Planned};
use stack::{STACKS, Stack};
use table::Wrong;

/// Where everything is played that there is a name for; production in whatever is named here.
const ENGINE: Engine = Engine::Chromium;

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

/// Policies, what is said of wrong configurations, and who plays.
struct Suite {
    cases: Vec<Arc<Case>>,
    wrong: Vec<Wrong>,
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
        Ok(Self { cases, wrong: table::read(&readme)?, players: stack::players()? })
    }

    fn run(&self, arguments: &Arguments) -> ExitCode {
        let mut trials = vec![self.survey_trial()];
        for name in STACKS {
            match self.stack(name) {
                Ok(stack) => trials.extend(self.trials(&stack, arguments)),
                Err(words) => trials.push(Trial::test(name, || Err(words.into()))),
            }
        }
        libtest_mimic::run(arguments, trials).exit_code()
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

    /// One for what is reviewed, one for each wrong configuration, and one for the list of them.
    fn trials(&self, stack: &Stack, arguments: &Arguments) -> Vec<Trial> {
        let planned = self.planned(stack);
        let plays =
            |trial: &Planned| self.absent(&trial.case).is_none() && trial.is_asked(arguments);
        let played = planned.iter().filter(|trial| plays(trial));
        let cases = played.map(|trial| (Arc::clone(&trial.case), ENGINE)).collect();
        let game = Arc::new(Game::new(cases, self.players.clone()));
        let mut places = 0..;
        let trials = planned.into_iter().map(|trial| {
            let place = if plays(&trial) { places.next() } else { None };
            let (game, stack, absent) =
                (Arc::clone(&game), stack.clone(), self.absent(&trial.case));
            trial_of(trial.name.clone(), absent, move || trial.holds(place, &game, &stack))
        });
        let program = (stack.name == "express").then(|| {
            let name = "express is played under another configuration by `run --environment`";
            let absent = self.absent(&stack.policy);
            trial_of(name.to_owned(), absent, program::calls_another_configuration_by_name)
        });
        trials.chain(program).collect()
    }

    fn planned(&self, stack: &Stack) -> Vec<Planned> {
        let reviewed = stack.cases.iter().filter(|case| runs(ENGINE, case)).map(|case| Planned {
            name: format!("{} is as reviewed", case.id),
            case: Arc::clone(case),
            expected: Expected::Reviewed,
        });
        let wrong = self.wrong.iter().filter(|wrong| wrong.stack == stack.name);
        let called = wrong.enumerate().map(|(place, wrong)| Planned {
            name: called(wrong, place == 0),
            case: Arc::new(stack.examples(&wrong.configuration)),
            expected: Expected::Called(wrong.clone()),
        });
        let listed = Planned {
            name: format!("{} knows no configuration that the table does not", stack.name),
            case: Arc::new(stack.unknown_configuration()),
            expected: Expected::Configurations(self.known_to_the_table(stack.name)),
        };
        reviewed.chain(called).chain([listed]).collect()
    }

    fn known_to_the_table(&self, stack: &str) -> Vec<String> {
        let wrong = self.wrong.iter().filter(|wrong| wrong.stack == stack);
        wrong.map(|wrong| wrong.configuration.clone()).collect()
    }

    /// Why a case cannot be played.
    fn absent(&self, case: &Case) -> Option<String> {
        let browser = self.players.missing(ENGINE).map(ToString::to_string);
        stack::not_installed(case).or(browser)
    }

    /// Files that no case has a place for, and places without a file of cases that cannot be played: the
    /// trials of the others report their own.
    fn survey_trial(&self) -> Trial {
        let survey = |cases: &[Arc<Case>]| survey_snapshots(&folder("snapshots"), cases, |_| false);
        let absent = self.cases.iter().filter(|case| self.absent(case).is_some()).cloned();
        let orphans = survey(&self.cases).orphans;
        let orphans = orphans.iter().map(|found| orphan(found, &self.cases));
        let missing_files = survey(&absent.collect::<Vec<_>>()).missing;
        let missing = missing_files.iter().map(|file| missing(file));
        let lines: Vec<_> = orphans.chain(missing).collect();
        Trial::test("every snapshot belongs to a policy, every policy has one", move || {
            if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
        })
        .with_kind("snapshots")
    }
}

/// `--skip 'as well'` leaves one wrong configuration of each stack, for those who have less time.
fn called(wrong: &Wrong, is_first: bool) -> String {
    let as_well = if is_first { "" } else { " as well" };
    format!("{} {} is called by name{as_well}", wrong.stack, wrong.configuration)
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

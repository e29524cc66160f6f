//! The servers below `servers/stacks`, started for real: each is to its policy as it was reviewed, and
//! each wrong configuration is called by the names that the table beside them gives it.
//!
//! `ci/stacks` installs what they need. Trials of a stack that is not installed are ignored, and fail
//! if `CORS_HARNESS_REQUIRE` has `stacks`; so does a missing Chromium.

#[path = "../../../servers/stacks/tower-http/app.rs"]
mod app;
mod game;
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
use cors_harness::run::{Engine, Players, load, place, refer_to_snapshots, runs, survey_snapshots};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use game::Game;
use said::{Reviewed, Said};
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
        let absent = self.absent(stack);
        let mut planned: Vec<(String, Arc<Case>, Option<Wrong>)> = Vec::new();
        for case in stack.cases.iter().filter(|case| runs(ENGINE, case)) {
            planned.push((format!("{} is as reviewed", case.id), Arc::clone(case), None));
        }
        for wrong in self.wrong.iter().filter(|wrong| wrong.stack == stack.name) {
            let case = stack.examples(&wrong.configuration);
            let name = format!("{} {} is called by name", stack.name, wrong.configuration);
            planned.push((name, Arc::new(case), Some(wrong.clone())));
        }
        let asked = |name: &str| {
            let probe = Trial::test(name, || Ok(())).with_kind(ENGINE.as_str());
            !arguments.list && absent.is_none() && !arguments.is_filtered_out(&probe)
        };
        planned.retain(|(name, ..)| absent.is_some() || arguments.list || asked(name));
        let cases = planned.iter().map(|(_, case, _)| (Arc::clone(case), ENGINE)).collect();
        let game = Arc::new(Game::new(cases, self.players.clone()));
        let trials = planned.into_iter().enumerate().map(|(trial, (name, case, wrong))| {
            let (game, reviewed) = (Arc::clone(&game), Arc::clone(&stack.policy));
            trial_of(name, absent.clone(), move || match &wrong {
                None => game.as_reviewed(trial, &case),
                Some(wrong) => called(&game, trial, &case, &reviewed, wrong),
            })
        });
        let trials: Vec<_> = trials.collect();
        let program = (stack.name == "express").then(|| {
            let name = "express is played under another configuration by `run --environment`";
            trial_of(name.to_owned(), absent.clone(), program::calls_another_configuration_by_name)
        });
        let (known, policy) = (self.known_to_the_table(stack.name), stack.clone());
        let name = format!("{} knows no configuration that the table does not", stack.name);
        let listed = trial_of(name, absent.clone(), move || policy.configurations_are(&known));
        trials.into_iter().chain(program).chain([listed]).collect()
    }

    fn known_to_the_table(&self, stack: &str) -> Vec<String> {
        let wrong = self.wrong.iter().filter(|wrong| wrong.stack == stack);
        wrong.map(|wrong| wrong.configuration.clone()).collect()
    }

    /// Why a stack cannot be played.
    fn absent(&self, stack: &Stack) -> Option<String> {
        let browser = self.players.missing(ENGINE).map(ToString::to_string);
        stack.not_installed().or(browser)
    }

    fn survey_trial(&self) -> Trial {
        let survey = survey_snapshots(&folder("snapshots"), &self.cases, |engine| engine == ENGINE);
        let orphans = survey.orphans.iter().map(|found| orphan(found, &self.cases));
        let missing = survey.missing.iter().map(|file| missing(file));
        let lines: Vec<_> = orphans.chain(missing).collect();
        Trial::test("every snapshot belongs to a policy, every policy has one", move || {
            if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
        })
        .with_kind("snapshots")
    }
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

/// Compares what is said of a wrong configuration with what the table expects.
fn called(
    game: &Game,
    trial: usize,
    case: &Case,
    policy: &Case,
    wrong: &Wrong,
) -> Result<(), String> {
    let outcome = game.told(trial, case)?;
    let reviewed = Reviewed::read(&place(&folder("snapshots"), policy, ENGINE).file())?;
    let said = Said::of(case, &outcome, &reviewed);
    if said.names == wrong.called && said.effects == wrong.effects {
        return Ok(());
    }
    Err(format!(
        "servers/stacks/README.md has it called {} and {}, and it is called {} and {}:\n{}",
        table::cell(&wrong.called),
        table::cell(&wrong.effects),
        table::cell(&said.names),
        table::cell(&said.effects),
        said.sentences.join("\n"),
    ))
}

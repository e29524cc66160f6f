//! Plays everything, once or several times, in the order written or in shuffled ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use cors_harness::case::Case;
use cors_harness::report::Rounds;
use cors_harness::reporters::{
    CaseResult, Console, ConsoleOptions, Finished, ReportError, Reporter, Reporters,
    VerboseConsole, recorded, terminal_width,
};
use cors_harness::run::{Engine, Judged, Order, Players, RunPreparation, Times, judge, judge_rows};
use cors_harness::shards::ShardRecord;
use cors_harness::verdict::EngineWideCounts;

use super::program_commands::ProgramCommands;
use super::selection::Trial;
use super::{Exit, exit, standing};
use crate::arguments::Run;

/// A case on an engine, after it was played.
pub(super) type Played = (Arc<Case>, Judged);

/// The first round, after it was played.
pub(super) struct FirstRound {
    /// The trials, in the order written.
    pub(super) played: Vec<Played>,
    /// Reports that could not be written.
    pub(super) errors: Vec<ReportError>,
    /// The rounds to compare, if there are several.
    pub(super) compared: Option<Compared>,
    /// Whether a departure that an engine has in every row of a kind could have shown, and did not.
    pub(super) gone: bool,
}

/// What is kept of trials that were printed. Runs may have thousands of rows.
#[derive(Clone, Copy)]
enum Remembers {
    /// The status of each row, because it will be compared with other engines.
    RowsInShort,
    /// The status of each row about which there is something to say, because it will be written.
    RowsOfOneEngine,
    /// Only the status of the trial.
    Statuses,
}

impl Remembers {
    fn of(self, judged: Judged) -> Judged {
        match self {
            Self::RowsInShort => judged.in_short(),
            Self::RowsOfOneEngine => judged.in_short_for_one_engine(),
            Self::Statuses => judged.without_rows(),
        }
    }
}

/// Rounds that are compared, unless one of them cannot be written as JSON.
#[derive(Default)]
pub(super) struct Compared {
    rounds: Rounds,
    error: Option<serde_json::Error>,
}

impl Compared {
    fn begin(&mut self) {
        self.rounds.begin();
    }

    fn add(&mut self, case: &Case, judged: &Judged) {
        if let Err(error) = self.rounds.add(case, judged) {
            self.error.get_or_insert(error);
        }
    }

    /// Prints everything in which rounds differ.
    fn tell(self) -> Exit {
        if let Some(error) = self.error {
            complain!("error: the rounds cannot be compared: {error}");
            return Exit::CannotRun;
        }
        let differences = self.rounds.differences();
        if differences.is_empty() {
            return Exit::AsRecorded;
        }
        say!("\n{differences}");
        Exit::Differs
    }
}

fn print(text: &str) {
    say!("{text}");
}

/// What is played in every round.
pub(super) struct RoundPlan<'a> {
    pub(super) arguments: &'a Run,
    pub(super) trials: &'a [Trial],
    pub(super) players: &'a Players,
    /// The shard that the trials are, before it is played.
    pub(super) shard: Option<&'a ShardRecord>,
}

impl RoundPlan<'_> {
    /// The first round. It is printed and reported to these files.
    pub(super) fn first(&self, early: RunPreparation, files: Vec<Box<dyn Reporter>>) -> FirstRound {
        let began = Instant::now();
        let commands = ProgramCommands(self.arguments);
        let all = std::iter::once(self.console(&commands)).chain(files).collect();
        if self.is_compared() || self.arguments.shuffle.is_some() {
            say!("{}\n", self.name(0));
        }
        let mut compared = self.is_compared().then(Compared::default);
        compared.iter_mut().for_each(Compared::begin);
        let mut reporters = Reporters::start(self.trials, all);
        let mut engine_wide = EngineWideCounts::default();
        let mut trials = BTreeMap::new();
        let is_recorded = self.shard.is_some() && self.arguments.writes_json();
        let (played, times) = self.play(0, early, |trial, case, judged| {
            judged.rows.iter().for_each(|row| engine_wide.add(&case.id.0, &row.engine_wide));
            let result = CaseResult { trial, case, judged };
            reporters.case(result);
            if is_recorded {
                let exit = exit(judged);
                let problem = (exit != Exit::AsRecorded).then(|| exit.problem());
                trials.insert(trial, recorded(&result, problem));
            }
            compared.iter_mut().for_each(|compared| compared.add(case, judged));
        });
        let record = self.shard.map(|shard| ShardRecord {
            engine_wide: std::mem::take(&mut engine_wide),
            trials: trials.into_values().collect(),
            ..shard.clone()
        });
        let errors = reporters.finish(&Finished {
            played: &played,
            // A departure that does not show in a shard may show in another one.
            engine_wide: &engine_wide,
            times: &times,
            took: began.elapsed(),
            shard: record.as_ref(),
        });
        FirstRound { played, errors, compared, gone: engine_wide.any_gone() }
    }

    /// The report for the terminal.
    fn console<'a>(&self, commands: &'a ProgramCommands<'_>) -> Box<dyn Reporter + 'a> {
        let options = ConsoleOptions {
            print,
            commands,
            width: terminal_width(),
            rows: Arc::clone(&self.players.rows_played),
            reports: self.arguments.written_reports().collect(),
            page_times: self.arguments.times,
        };
        match self.arguments.verbose {
            true => Box::new(VerboseConsole::new(options)),
            false => Box::new(Console::new(options)),
        }
    }

    /// The rounds after the first. Prints a line for each, then everything in which rounds differ.
    pub(super) fn further(&self, compared: Option<Compared>) -> Exit {
        let Some(mut compared) = compared else { return Exit::AsRecorded };
        let mut exit = Exit::AsRecorded;
        for round in 1..self.rounds() {
            compared.begin();
            let add = |_, case: &Case, judged: &Judged| compared.add(case, judged);
            let (played, _) = self.play(round, RunPreparation::new(self.players_of(round)), add);
            let departure = compared.rounds.departure();
            say!("{}: {}", self.name(round), departure.as_deref().unwrap_or("identical"));
            exit = exit.max(standing(&played));
        }
        exit.max(compared.tell())
    }

    fn play(
        &self,
        round: u64,
        early: RunPreparation,
        mut each: impl FnMut(usize, &Case, &Judged),
    ) -> (Vec<Played>, Vec<(Engine, Times)>) {
        let order = Order::of(self.trials, self.seed(round));
        let trials: Vec<_> = order.trials().collect();
        let remembers = self.remembers();
        let mut running = early.start(order.apply(self.trials));
        let mut played = Vec::with_capacity(trials.len());
        let mut failed = false;
        while let Some(place) = running.next_trial() {
            let trial = trials[place];
            let (listed, engine) = &self.trials[trial];
            // The model, which may be asked only now, uses the same rows.
            let case = &listed.with_rows_in_memory();
            let outcome = running.outcome(place);
            let outcome = outcome.map(|outcome| order.restore(place, outcome));
            let snapshots = &self.arguments.snapshots;
            let judge = || match self.arguments.row.is_empty() {
                true => judge(snapshots, case, *engine, outcome),
                false => judge_rows(snapshots, case, *engine, outcome),
            };
            let judged = running.snapshots(*engine, judge);
            each(trial, case, &judged);
            failed |= exit(&judged) != Exit::AsRecorded;
            played.push((trial, (Arc::clone(listed), remembers.of(judged))));
            if failed && self.arguments.fail_fast {
                break;
            }
        }
        let stopped = played.len() < trials.len();
        played.sort_by_key(|(trial, _)| *trial);
        let played = played.into_iter().map(|(_, played)| played).collect();
        // A run that is stopped is ended with everything that it started when the process ends.
        (played, if stopped { running.abandon() } else { running.times() })
    }

    /// How many rounds there are.
    fn rounds(&self) -> u64 {
        u64::from(self.arguments.repeat.get()) + u64::from(self.arguments.alone)
    }

    fn players_of(&self, round: u64) -> Players {
        let players = self.players.clone();
        if self.is_alone(round) { players.alone() } else { players }
    }

    /// Whether every row has its own browser in a round: the last one, if requested.
    fn is_alone(&self, round: u64) -> bool {
        self.arguments.alone && round + 1 == self.rounds()
    }

    /// What is still needed of every trial after it was printed.
    fn remembers(&self) -> Remembers {
        let mut neighbours = self.trials.windows(2);
        let several = neighbours.any(|pair| pair[0].1 != pair[1].1);
        match self.arguments.report_files().next() {
            _ if several => Remembers::RowsInShort,
            Some(_) => Remembers::RowsOfOneEngine,
            None => Remembers::Statuses,
        }
    }

    /// Whether there are rounds after the first.
    fn is_compared(&self) -> bool {
        self.rounds() > 1
    }

    /// The seed of a round, if it is shuffled: results in isolation are also compared with the
    /// order written.
    fn seed(&self, round: u64) -> Option<u64> {
        let as_written = self.arguments.alone && (round == 0 || self.is_alone(round));
        self.arguments.shuffle.filter(|_| !as_written).map(|seed| seed.wrapping_add(round))
    }

    fn name(&self, round: u64) -> String {
        let seed = self.seed(round).map(|seed| format!(", seed {seed}")).unwrap_or_default();
        let alone = if self.is_alone(round) { ", each row alone" } else { "" };
        format!("round {} of {}{seed}{alone}", round + 1, self.rounds())
    }
}

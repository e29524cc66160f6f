//! Playing everything, once or several times, in the order written or shuffled ones.

use std::sync::Arc;
use std::time::Instant;

use cors_harness::case::Case;
use cors_harness::report::{Document, Rounds, console, matrix, summary, times};
use cors_harness::run::{Engine, Judged, Order, Players, Times, judge, start};

use super::alone::alone;
use super::selection::Trial;
use super::{Exit, standing};
use crate::arguments::Run;

/// A case on an engine, after it was played.
pub(super) type Played = (Arc<Case>, Judged);

/// What is played in every round.
pub(super) struct Game<'a> {
    pub(super) arguments: &'a Run,
    pub(super) trials: &'a [Trial],
    pub(super) players: &'a Players,
}

impl Game<'_> {
    /// The first round. Prints each trial as soon as it and those before it are there, then what
    /// there is to say of all of them. The trials come back in the order written, with where the time
    /// of each engine went. `each` gets all there is of a trial, by its number as written.
    pub(super) fn first(
        &self,
        mut each: impl FnMut(usize, &Case, &Judged),
    ) -> (Vec<Played>, Vec<(Engine, Times)>) {
        let began = Instant::now();
        let alone = |case: &Case, engine| alone(self.arguments, case, engine);
        if self.is_compared() || self.arguments.shuffle.is_some() {
            say!("{}\n", self.name(0));
        }
        let (played, took) = self.play(0, |trial, case, judged| {
            say!("{}", console(case, judged, &alone));
            each(trial, case, judged);
        });
        if let Some(matrix) = matrix(&played) {
            say!("{matrix}");
        }
        say!("{}", summary(&played, began.elapsed()));
        say!("{}", times(&took));
        (played, took)
    }

    /// The rounds after the first. Prints a line for each, then everything in which rounds differ.
    pub(super) fn further(&self, first: &[Played]) -> Exit {
        self.compared(first).unwrap_or_else(|error| {
            eprintln!("error: the rounds cannot be compared: {error}");
            Exit::Unable
        })
    }

    fn compared(&self, first: &[Played]) -> serde_json::Result<Exit> {
        if !self.is_compared() {
            return Ok(Exit::AsRecorded);
        }
        let mut rounds = Rounds::default();
        let mut exit = Exit::AsRecorded;
        rounds.add(&Document::of(first))?;
        for round in 1..self.rounds() {
            let (played, _) = self.play(round, |_, _, _| {});
            rounds.add(&Document::of(&played))?;
            let departure = rounds.departure();
            say!("{}: {}", self.name(round), departure.as_deref().unwrap_or("identical"));
            exit = exit.max(standing(&played));
        }
        let differences = rounds.differences();
        if differences.is_empty() {
            return Ok(exit);
        }
        say!("\n{differences}");
        Ok(exit.max(Exit::Differs))
    }

    fn play(
        &self,
        round: u64,
        mut each: impl FnMut(usize, &Case, &Judged),
    ) -> (Vec<Played>, Vec<(Engine, Times)>) {
        let order = Order::of(self.trials, self.seed(round));
        let players = self.players.clone();
        let players = if self.is_alone(round) { players.alone() } else { players };
        let mut running = start(order.apply(self.trials), players);
        let played = order.trials().enumerate().map(|(place, trial)| {
            let (case, engine) = &self.trials[trial];
            let outcome = running.outcome(place).map(|outcome| order.restore(place, outcome));
            let judged = judge(&self.arguments.snapshots, case, *engine, outcome);
            each(trial, case, &judged);
            (trial, (Arc::clone(case), self.remembered(judged)))
        });
        let mut played: Vec<_> = played.collect();
        played.sort_by_key(|(trial, _)| *trial);
        (played.into_iter().map(|(_, played)| played).collect(), running.times())
    }

    /// How many rounds there are.
    fn rounds(&self) -> u64 {
        self.arguments.repeat.get() + u64::from(self.arguments.alone)
    }

    /// Whether every row has a browser of its own in a round: the last one, if any.
    fn is_alone(&self, round: u64) -> bool {
        self.arguments.alone && round + 1 == self.rounds()
    }

    /// What is still asked of a trial when it is printed: everything if rounds are compared, how its rows
    /// stand if that is going to be written down or engines stand beside one another. Runs may have
    /// thousands of rows.
    fn remembered(&self, judged: Judged) -> Judged {
        let mut engines = self.trials.windows(2).map(|pair| pair[0].1 != pair[1].1);
        if self.is_compared() {
            judged
        } else if self.arguments.json.is_some() || engines.any(|differ| differ) {
            judged.in_short()
        } else {
            judged.without_rows()
        }
    }

    /// Whether there are further rounds than the first.
    fn is_compared(&self) -> bool {
        self.rounds() > 1
    }

    /// The seed of a round, if there is to be one: what rows do alone is compared with the order written
    /// as well.
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

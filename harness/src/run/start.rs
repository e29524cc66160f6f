//! Starts a run on a separate thread: engines side by side, with a separate outcome for every
//! trial.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::clients::Client;
use super::collect::{Assigned, Collector, RowKey, TrialReceiver};
use super::opened::{EarlyStarts, EngineResources};
use super::row_report::{EngineRows, parts};
use super::slots::Slots;
use super::times::Stopwatches;
use super::upstreams::UpstreamServers;
use super::{Engine, EngineUnavailable, Outcome, Players, browsers, standard};
use crate::case::Case;
use crate::children::cleanup::is_ending;
use crate::engine::Kind;
use crate::results::{Part, Times};

/// A run in progress. Dropping it waits for its end; see [`Running::outcome`] for its results.
#[derive(Debug)]
pub struct Running {
    answers: Vec<Option<Answer>>,
    arrivals: Arrivals,
    watches: Arc<Stopwatches>,
    thread: Option<JoinHandle<()>>,
}

/// The source of a trial's outcome.
#[derive(Debug)]
enum Answer {
    /// The engine that plays it.
    Played(TrialReceiver),
    /// The model of the standard, which is fast enough to be run when the outcome is needed.
    Ruled(Arc<Case>),
}

/// Starts the trials, each a case on an engine, with what was started before in a run that began then.
pub(super) fn run(
    trials: Vec<(Arc<Case>, Engine)>,
    players: Players,
    ahead: EarlyStarts,
    began: Instant,
) -> Running {
    let (send, complete) = channel();
    let rows = trials.iter().map(|(case, _)| case.rows.len());
    let (collector, awaited) =
        Collector::new(rows, Arc::clone(&players.rows_played), send, players.first_row.clone());
    let answers = trials.iter().zip(awaited).map(|((case, engine), awaited)| {
        Some(match is_played(case, *engine) {
            true => Answer::Played(awaited),
            false => Answer::Ruled(Arc::clone(case)),
        })
    });
    let answers: Vec<_> = answers.collect();
    let arrivals = Arrivals::of(&trials, complete);
    let any_played = trials.iter().any(|(case, engine)| is_played(case, *engine));
    let watches = Arc::new(Stopwatches::since(began));
    let loading = began.elapsed();
    let run = Run { trials, players, collector, loading, watches: Arc::clone(&watches) };
    let thread = any_played.then(|| std::thread::spawn(move || run.play(ahead)));
    Running { answers, arrivals, watches, thread }
}

/// Whether a case is played on an engine, and not only ruled by the model of the standard.
fn is_played(case: &Case, engine: Engine) -> bool {
    engine != Engine::Standard || case.rows.have_upstream()
}

/// In which order results are awaited: those of an engine in the order that was started, and no engine
/// waits for another.
#[derive(Debug)]
struct Arrivals {
    engines: BTreeMap<Engine, VecDeque<usize>>,
    is_complete: Vec<bool>,
    complete: Receiver<usize>,
}

impl Arrivals {
    fn of(trials: &[(Arc<Case>, Engine)], complete: Receiver<usize>) -> Self {
        let mut engines = BTreeMap::<_, VecDeque<_>>::new();
        for (trial, (_, engine)) in trials.iter().enumerate() {
            engines.entry(*engine).or_default().push_back(trial);
        }
        // What the model rules without a server can be asked for at any time.
        let is_complete = trials.iter().map(|(case, engine)| !is_played(case, *engine)).collect();
        Self { engines, is_complete, complete }
    }

    /// The next trial that has a result, or that will never have one; `None` after the last.
    fn next(&mut self) -> Option<usize> {
        let mut ended = false;
        while self.engines.values().any(|queue| !queue.is_empty()) {
            let is_complete = &mut self.is_complete;
            self.complete.try_iter().for_each(|trial| is_complete[trial] = true);
            let is_ready = |trial: &usize| ended || is_complete[*trial];
            let mut queues = self.engines.values_mut();
            if let Some(queue) = queues.find(|queue| queue.front().is_some_and(is_ready)) {
                return queue.pop_front();
            }
            match self.complete.recv() {
                Ok(trial) => self.is_complete[trial] = true,
                Err(_) => ended = true,
            }
        }
        None
    }
}

impl Running {
    /// Waits until any trial has an outcome, and returns its place in the list that was started. `None` if all were
    /// asked for. Trials of an engine come in the order that was started; no engine waits for another.
    pub fn next_trial(&mut self) -> Option<usize> {
        self.arrivals.next()
    }

    /// Leaves the run to itself: its end is not awaited. For a process that is about to end, and ends all that
    /// was started.
    pub fn abandon(mut self) -> Vec<(Engine, Times)> {
        self.thread = None;
        self.watches.times()
    }

    /// Waits for one trial, by its position in the started list. Each can be requested once.
    pub fn outcome(&mut self, trial: usize) -> Result<Outcome, EngineUnavailable> {
        self.receiver(trial)()
    }

    /// A receiver for one trial, to wait elsewhere.
    pub fn receiver(
        &mut self,
        trial: usize,
    ) -> Box<dyn FnOnce() -> Result<Outcome, EngineUnavailable> + Send> {
        let broken =
            || EngineUnavailable("the harness failed before this trial had an outcome".to_owned());
        let watches = Arc::clone(&self.watches);
        let answer = self.answers[trial].take();
        Box::new(move || match answer {
            Some(Answer::Ruled(case)) => {
                let watch = watches.of(Engine::Standard);
                Ok(watch.spent(Part::Judging, || standard::outcome(&case)))
            }
            Some(Answer::Played(awaited)) => {
                awaited.blocking_recv().unwrap_or_else(|_| Err(broken()))
            }
            None => Err(broken()),
        })
    }
}

impl Running {
    /// Runs `work` on the outcome of a trial of this engine, and counts its time.
    pub fn snapshots<T>(&self, engine: Engine, work: impl FnOnce() -> T) -> T {
        self.watches.of(engine).spent(Part::Snapshots, work)
    }

    /// Waits for the end, and returns where the time of each engine went that had something to
    /// play.
    pub fn times(mut self) -> Vec<(Engine, Times)> {
        self.end();
        self.watches.times()
    }

    fn end(&mut self) {
        // A panic in there has been printed, and its trials have failed for it.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// The part that runs on the run's own thread.
struct Run {
    trials: Vec<(Arc<Case>, Engine)>,
    players: Players,
    collector: Collector,
    loading: Duration,
    watches: Arc<Stopwatches>,
}

/// Engines that play, those whose browsers take longest to start first: if there is not a place for
/// each, the first ones get it.
fn playing() -> impl Iterator<Item = Engine> {
    let mut browsers = Kind::ALL;
    browsers.sort_by_key(|kind| Reverse(kind.usual_start()));
    browsers.into_iter().map(Engine::from).chain([Engine::Control, Engine::Standard])
}

impl Run {
    fn play(&self, ahead: EarlyStarts) {
        match ahead.take() {
            Ok((runtime, rooms)) => runtime.block_on(self.engines(rooms)),
            Err(error) => {
                let all = (0..self.trials.len()).filter(|trial| self.plays(*trial, None));
                give_up(all.map(RowKey::first), &self.collector, &error.to_string());
            }
        }
    }

    async fn engines(&self, mut rooms: BTreeMap<Kind, EngineResources>) {
        let own = UpstreamServers::of(&self.trials, &self.players.reach);
        let trials = playing().map(|engine| (engine, self.trials_of(engine)));
        let playing: Vec<_> = trials.filter(|(_, trials)| !trials.is_empty()).collect();
        let is_local = |kind: &Kind| self.players.get(*kind).is_ok_and(|source| source.is_local());
        let kinds = playing.iter().filter_map(|(engine, _)| engine.browser());
        let kinds: Vec<_> = kinds.filter(is_local).collect();
        let slots = Slots::of_this_machine(&kinds, self.players.jobs);
        let engines = playing.into_iter().map(|(engine, trials)| {
            let room = engine.browser().and_then(|kind| rooms.remove(&kind)).unwrap_or_default();
            // A future contains everything that it may ever do; on the heap it does not use the
            // stack.
            Box::pin(self.engine((engine, trials), room, &own, &slots))
        });
        let engines = engines.collect::<Vec<_>>();
        join_all(rooms.values().map(EngineResources::end)).await;
        join_all(engines).await;
        if is_ending() {
            // A missing result would be misread. The process is about to end.
            std::future::pending::<()>().await;
        }
        own.stop().await;
    }

    /// Plays the trials of an engine in parts, each with its own browsers. Only the rows of one part are in memory.
    async fn engine(
        &self,
        (engine, trials): (Engine, Vec<usize>),
        room: EngineResources,
        own: &UpstreamServers<'_>,
        slots: &Slots,
    ) {
        let times = self.watches.of(engine);
        times.add(Part::Loading, self.loading);
        let rows = |trial: usize| self.trials[trial].0.rows.len();
        for part in parts(&trials, self.players.rows_at_once, rows) {
            let rows = times.spent(Part::Loading, || self.rows_of(part));
            self.part((engine, rows), &room, own, slots).await;
            times.part_ended();
            if is_ending() {
                break;
            }
        }
        engine.browser().into_iter().for_each(|kind| slots.leave(kind));
    }

    async fn part(
        &self,
        (engine, rows): (Engine, Vec<Assigned>),
        room: &EngineResources,
        own: &UpstreamServers<'_>,
        slots: &Slots,
    ) {
        let (times, collector) = (self.watches.of(engine), &self.collector);
        let rows = match engine {
            Engine::Standard => standard::without_ruled(rows, collector),
            _ => rows,
        };
        let (upstreams, rows) = times.during(Part::Waiting, own.ready(rows, collector)).await;
        let separation = self.players.separation;
        let engine_rows = EngineRows { rows: &rows, upstreams, separation, collector, times };
        match engine.browser().map(|kind| self.players.get(kind)) {
            _ if rows.is_empty() => room.end().await,
            None if engine == Engine::Standard => Client::Model.run(engine_rows).await,
            None => Client::Control.run(engine_rows).await,
            Some(Ok(source)) => browsers::run(engine_rows, &**source, room, slots).await,
            Some(Err(missing)) => {
                give_up(rows.iter().map(|row| row.key), collector, &missing.to_string());
            }
        }
    }

    /// Whether an engine, or any, plays a trial.
    fn plays(&self, trial: usize, engine: Option<Engine>) -> bool {
        let (case, of) = &self.trials[trial];
        is_played(case, *of) && engine.is_none_or(|engine| engine == *of)
    }

    /// The numbers of the trials that an engine plays.
    fn trials_of(&self, engine: Engine) -> Vec<usize> {
        (0..self.trials.len()).filter(|trial| self.plays(*trial, Some(engine))).collect()
    }

    /// The rows of these trials, in memory as long as the result is used.
    fn rows_of(&self, trials: &[usize]) -> Vec<Assigned> {
        let of_trial = |trial: &usize| {
            let (trial, case) = (*trial, self.trials[*trial].0.with_rows_in_memory());
            let rows = 0..case.rows.len();
            rows.map(move |row| Assigned { key: RowKey { trial, row }, case: Arc::clone(&case) })
        };
        trials.iter().flat_map(of_trial).collect()
    }
}

fn give_up(rows: impl Iterator<Item = RowKey>, collector: &Collector, reason: &str) {
    rows.for_each(|row| collector.unable(row, &EngineUnavailable(reason.to_owned())));
}

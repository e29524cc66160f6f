//! Starts a run on a thread of its own: engines side by side, every trial with its own answer.

use std::sync::Arc;
use std::thread::JoinHandle;

use futures_util::future::join_all;
use tokio::signal::unix::{SignalKind, signal};

use super::collect::{Awaited, Collector, RowKey};
use super::own::OwnServers;
use super::slots::Slots;
use super::times::{Stopwatch, Times};
use super::{Engine, Outcome, Players, Unable, browsers, control, standard};
use crate::case::{Case, Row};
use crate::children::leftovers::is_ending;
use crate::engine;
use crate::upstream::Upstreams;

/// Exit code after a signal, as shells give it for Ctrl-C.
const INTERRUPTED: i32 = 130;

/// A run under way. Dropping it waits for its end; see [`Running::outcome`] for its results.
#[derive(Debug)]
pub struct Running {
    answers: Vec<Option<Answer>>,
    /// Where the time of the standard goes, which is asked when somebody waits for its trial.
    standard: Arc<Stopwatch>,
    thread: Option<JoinHandle<EngineTimes>>,
}

/// Where the outcome of a trial comes from.
#[derive(Debug)]
enum Answer {
    /// Whoever plays it.
    Played(Awaited),
    /// The model of the standard, which takes no time worth hoarding outcomes for.
    Ruled(Arc<Case>),
}

/// Engines that had something to play, each with where its time went.
type EngineTimes = Vec<(Engine, Times)>;

/// A row of a trial, on its way to being planned.
pub(super) struct Assigned {
    pub(super) key: RowKey,
    pub(super) case: Arc<Case>,
}

impl Assigned {
    pub(super) fn row(&self) -> &Row {
        &self.case.rows[self.key.row]
    }

    /// Labels of the row's steps.
    pub(super) fn labels(&self) -> Vec<String> {
        self.row().all_steps().map(crate::case::Step::label).collect()
    }
}

/// Starts the trials, each a case on an engine. Those of a browser that is missing have no outcome.
pub fn start(trials: Vec<(Arc<Case>, Engine)>, players: Players) -> Running {
    let (collector, awaited) = Collector::new(trials.iter().map(|(case, _)| case.rows.len()));
    let answers = trials.iter().zip(awaited).map(|((case, engine), awaited)| match engine {
        Engine::Standard => Some(Answer::Ruled(Arc::clone(case))),
        _ => Some(Answer::Played(awaited)),
    });
    let answers: Vec<_> = answers.collect();
    let any_played = trials.iter().any(|(_, engine)| *engine != Engine::Standard);
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(run_engines(&trials, &players, &collector)),
            Err(error) => {
                give_up(&rows_of(&trials, None), &collector, &error.to_string());
                Vec::new()
            }
        }
    };
    let thread = any_played.then(|| std::thread::spawn(run));
    Running { answers, standard: Arc::new(Stopwatch::start()), thread }
}

impl Running {
    /// Waits for one trial, by its place in the list that was started. Each can be asked for once.
    pub fn outcome(&mut self, trial: usize) -> Result<Outcome, Unable> {
        self.receiver(trial)()
    }

    /// Waiting for one trial, to be done elsewhere.
    pub fn receiver(
        &mut self,
        trial: usize,
    ) -> Box<dyn FnOnce() -> Result<Outcome, Unable> + Send> {
        let broken = || Unable("the harness broke before this trial had an outcome".to_owned());
        let standard = Arc::clone(&self.standard);
        let answer = self.answers[trial].take();
        Box::new(move || match answer {
            Some(Answer::Ruled(case)) => Ok(standard.judging(|| standard::outcome(&case))),
            Some(Answer::Played(awaited)) => {
                awaited.blocking_recv().unwrap_or_else(|_| Err(broken()))
            }
            None => Err(broken()),
        })
    }
}

impl Running {
    /// Waits for the end, and gives where the time of each engine went that had something to play.
    pub fn times(mut self) -> Vec<(Engine, Times)> {
        self.end()
    }

    fn end(&mut self) -> Vec<(Engine, Times)> {
        // A panic in there has been printed, and its trials have failed for it.
        let played = self.thread.take().and_then(|thread| thread.join().ok());
        let ruled = self.standard.times();
        let ruled = (ruled != Times::default()).then_some((Engine::Standard, ruled));
        ruled.into_iter().chain(played.into_iter().flatten()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

async fn run_engines(
    trials: &[(Arc<Case>, Engine)],
    players: &Players,
    collector: &Collector,
) -> EngineTimes {
    tokio::spawn(end_on_signal());
    let slots = Slots::of_this_machine();
    let own = OwnServers::of(trials, &players.reach);
    let players_of = Engine::ALL.into_iter().filter(|engine| *engine != Engine::Standard);
    let playing = players_of.map(async |engine| {
        let rows = rows_of(trials, Some(engine));
        if rows.is_empty() {
            return None;
        }
        let times = Stopwatch::start();
        let (upstreams, rows) = own.ready(rows, collector).await;
        // A future holds everything that it may ever do; on the heap it is no burden to a stack.
        if !rows.is_empty() {
            Box::pin(run_engine(engine, (&rows, upstreams), players, &slots, collector, &times))
                .await;
        }
        Some((engine, times.times()))
    });
    let times = join_all(playing).await.into_iter().flatten().collect();
    if is_ending() {
        // Whoever waits for results would take their absence for one. The process is about to end.
        std::future::pending::<()>().await;
    }
    own.stop().await;
    times
}

async fn run_engine(
    engine: Engine,
    (rows, upstreams): (&[Assigned], &Upstreams),
    players: &Players,
    slots: &Slots,
    collector: &Collector,
    times: &Stopwatch,
) {
    let Some(kind) = engine.browser() else {
        return control::run(rows, upstreams, players.company, collector, times).await;
    };
    match players.get(kind) {
        Ok(source) => {
            browsers::run(rows, upstreams, source, players.company, slots, collector, times).await
        }
        Err(missing) => give_up(rows, collector, &missing.to_string()),
    }
}

fn rows_of(trials: &[(Arc<Case>, Engine)], engine: Option<Engine>) -> Vec<Assigned> {
    let wanted =
        trials.iter().enumerate().filter(|(_, (_, of))| engine.is_none_or(|engine| engine == *of));
    wanted
        .flat_map(|(trial, (case, _))| {
            let assigned =
                move |row| Assigned { key: RowKey { trial, row }, case: Arc::clone(case) };
            (0..case.rows.len()).map(assigned)
        })
        .collect()
}

pub(super) fn give_up(rows: &[Assigned], collector: &Collector, reason: &str) {
    for row in rows {
        collector.unable(row.key, &Unable(reason.to_owned()));
    }
}

/// A signal ends everything this process started before it ends the process.
async fn end_on_signal() {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    let arrivals = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    futures_util::future::select_all(arrivals).await;
    // Not on a thread of the runtime, which may have to finish what is just being opened.
    let _ = tokio::task::spawn_blocking(engine::end_all).await;
    std::process::exit(INTERRUPTED);
}

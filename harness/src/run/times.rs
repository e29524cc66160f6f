//! Measures where the time of a run goes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::results::{Engine, PageStep, Part, Times};

/// An engine's times while it plays.
#[derive(Debug)]
pub(super) struct Stopwatch {
    /// When its wall time began; for an engine that plays in between, its work is its wall time.
    began: Option<Instant>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    times: Times,
    /// How many parts of its plan are playing.
    playing: usize,
    /// Since when none is.
    idle: Option<Instant>,
}

impl Stopwatch {
    fn since(began: Instant) -> Self {
        Self { began: Some(began), state: Mutex::default() }
    }

    fn of_work() -> Self {
        Self { began: None, state: Mutex::default() }
    }

    /// Counts the time of some work for a part.
    pub(super) async fn during<T>(&self, part: Part, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.add(part, began.elapsed());
        done
    }

    /// The same for work that does not wait.
    pub(super) fn spent<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.add(part, began.elapsed());
        done
    }

    /// Waits for a place for a part, and counts that as waiting while no other part plays.
    pub(super) async fn placed<T>(&self, place: impl Future<Output = T>) -> (T, Playing<'_>) {
        self.state().idle.get_or_insert_with(Instant::now);
        let place = place.await;
        let mut state = self.state();
        let idle = state.idle.take().filter(|_| state.playing == 0);
        state.playing += 1;
        drop(state);
        self.add(Part::Waiting, idle.map(|since| since.elapsed()).unwrap_or_default());
        (place, Playing(self))
    }

    /// The trials of a part of the run were played. What happens until those of the next part play is not waiting.
    pub(super) fn part_ended(&self) {
        self.state().idle = None;
    }

    /// Counts what some work takes for a step of a page.
    pub(super) async fn step<T>(&self, step: PageStep, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.state().times.add_step(step, began.elapsed());
        done
    }

    /// Counts a page.
    pub(super) fn page(&self) {
        self.state().times.pages += 1;
    }

    /// Adds the processor time of a browser that has ended.
    pub(super) fn browser_used(&self, used: Duration) {
        self.state().times.browsers += used;
    }

    fn times(&self) -> Times {
        self.state().times
    }

    pub(super) fn add(&self, part: Part, took: Duration) {
        let mut state = self.state();
        let times = &mut state.times;
        times.add(part, took);
        match (part, self.began) {
            (Part::Snapshots, Some(_)) => {}
            (_, Some(began)) => times.wall = began.elapsed(),
            (_, None) => times.wall += took,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part that is playing, until this is dropped.
pub(super) struct Playing<'a>(&'a Stopwatch);

impl Drop for Playing<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.playing -= 1;
        state.idle = (state.playing == 0).then(Instant::now);
    }
}

/// The stopwatches of all engines.
#[derive(Debug)]
pub(super) struct Stopwatches(BTreeMap<Engine, Stopwatch>);

impl Stopwatches {
    /// For a run that began then.
    pub(super) fn since(began: Instant) -> Self {
        let watch = |engine| match engine {
            Engine::Standard => (engine, Stopwatch::of_work()),
            _ => (engine, Stopwatch::since(began)),
        };
        Self(Engine::ALL.into_iter().map(watch).collect())
    }

    /// The stopwatch of an engine.
    pub(super) fn of(&self, engine: Engine) -> &Stopwatch {
        &self.0[&engine]
    }

    /// The times so far of engines that used some; complete for an engine whose last row has
    /// arrived.
    pub(super) fn times(&self) -> Vec<(Engine, Times)> {
        let times = Engine::ALL.into_iter().map(|engine| (engine, self.of(engine).times()));
        times.filter(|(_, times)| *times != Times::default()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt;

    use super::*;

    fn waiting(watch: &Stopwatch) -> Duration {
        let times = watch.times();
        times.parts().find(|(part, _)| *part == Part::Waiting).unwrap().1
    }

    #[test]
    fn a_time_is_counted_for_its_part() {
        for part in Part::ALL {
            let watch = Stopwatch::of_work();
            watch.add(part, Duration::from_secs(1));
            let spent = watch.times();
            let on: Vec<_> = spent.parts().filter(|(_, took)| !took.is_zero()).collect();
            assert_eq!(on, [(part, Duration::from_secs(1))]);
        }
    }

    #[tokio::test]
    async fn an_engine_waits_only_while_none_of_its_parts_is_played() {
        let watch = Stopwatch::since(Instant::now());
        let mut second = Box::pin(watch.placed(pending::<()>()));
        assert!(second.as_mut().now_or_never().is_none());
        let (gate, place) = tokio::sync::oneshot::channel();
        let mut first = Box::pin(watch.placed(place));
        assert!(first.as_mut().now_or_never().is_none());
        std::thread::sleep(Duration::from_millis(5));
        gate.send(()).unwrap();
        let (_, playing) = first.await;
        let waited = waiting(&watch);
        assert!(waited >= Duration::from_millis(5));
        let (_, beside) = watch.placed(ready(())).await;
        assert_eq!(waiting(&watch), waited, "another part was being played");
        drop((playing, beside));
        let _ = watch.placed(ready(())).await;
        assert!(waiting(&watch) > waited, "nothing was being played");
    }

    #[test]
    fn concurrent_work_is_not_part_of_the_wall_time() {
        let watches = Stopwatches::since(Instant::now());
        watches.of(Engine::CHROMIUM).add(Part::Snapshots, Duration::from_secs(1));
        watches.of(Engine::Standard).add(Part::Judging, Duration::from_secs(2));
        let times = watches.times();
        let walls: Vec<_> = times.iter().map(|(engine, times)| (*engine, times.wall)).collect();
        let expected =
            [(Engine::Standard, Duration::from_secs(2)), (Engine::CHROMIUM, Duration::ZERO)];
        assert_eq!(walls, expected);
    }
}

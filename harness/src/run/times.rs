//! Where the time of a run goes.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where the time of one engine went. Browsers that were open side by side add up in the parts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Times {
    /// From the run's start to the end of the engine's last part.
    pub wall: Duration,
    /// Starting and ending browsers.
    pub starts: Duration,
    /// Planting cookies and navigating.
    pub pages: Duration,
    /// Playing rows.
    pub rows: Duration,
    /// Joining what was seen with what servers recorded, and judging it.
    pub judging: Duration,
}

/// What a time was spent on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Starts,
    Pages,
    Rows,
    Judging,
}

/// An engine's times while it plays.
#[derive(Debug)]
pub(super) struct Stopwatch {
    began: Instant,
    times: Mutex<Times>,
}

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self { began: Instant::now(), times: Mutex::default() }
    }

    /// Counts what some work takes for a part.
    pub(super) async fn during<T>(&self, part: Part, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.add(part, began.elapsed());
        done
    }

    /// The same for work that does not wait.
    pub(super) fn judging<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.add(Part::Judging, began.elapsed());
        done
    }

    /// The times until now; all of an engine's, if its last row is in.
    pub(super) fn times(&self) -> Times {
        *self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, part: Part, took: Duration) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = match part {
            Part::Starts => &mut times.starts,
            Part::Pages => &mut times.pages,
            Part::Rows => &mut times.rows,
            Part::Judging => &mut times.judging,
        };
        *sum += took;
        times.wall = self.began.elapsed();
    }
}

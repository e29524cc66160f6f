//! How long to wait for the start of a browser. A fixed number of seconds is wrong on a busy
//! machine: a start that gets a quarter of the processors takes four times as long.

use std::pin::pin;
use std::time::{Duration, Instant};

use procfs::{Current, LoadAverage};
use tokio::time::{MissedTickBehavior, interval};

use super::EngineError;

/// How often the machine and the starting processes are checked. There is no event for either.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// A busy machine can extend a start by at most this factor.
const MOST: f64 = 5.0;

/// A driver that refuses a session after this part of the time has waited for a browser without success.
const DRIVERS: f64 = 0.8;

/// A start that uses less than this part of its share of the processors waits for something else.
const USED: f64 = 0.25;

/// What is known about a start from outside.
#[derive(Debug, Default)]
pub(super) struct StartProgress {
    /// Why the start will not complete.
    pub(super) in_vain: Option<EngineError>,
    /// The processor time that it has used so far.
    pub(super) used: Duration,
}

/// The remaining time for a start.
#[derive(Debug)]
pub(super) struct StartDeadline {
    whole: Duration,
    left: Duration,
    spent: Duration,
    used: Duration,
}

impl StartDeadline {
    /// This much time on an idle machine.
    pub(super) fn new(whole: Duration) -> Self {
        Self { whole, left: whole, spent: Duration::ZERO, used: Duration::ZERO }
    }

    /// Waits for some work, which `look` checks repeatedly.
    ///
    /// # Errors
    /// The work fails, its failure is certain, or the time is up.
    pub(super) async fn wait<T>(
        &mut self,
        work: impl Future<Output = Result<T, EngineError>>,
        mut look: impl FnMut() -> StartProgress,
    ) -> Result<T, EngineError> {
        let mut work = pin!(work);
        let mut looks = interval(BETWEEN_LOOKS);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.tick().await;
        loop {
            let began = Instant::now();
            tokio::select! {
                biased;
                done = &mut work => return done.map_err(|error| self.judged(error)),
                _ = looks.tick() => {}
            }
            let StartProgress { in_vain, used } = look();
            self.spend(began.elapsed(), used, processors(), runnable());
            if let Some(why) = in_vain {
                return Err(why);
            }
            if self.left.is_zero() {
                return Err(self.late());
            }
        }
    }

    /// Time that passed while this many tasks competed for this many processors counts by the share
    /// that each of them got, if the start used its share. A start that did not use it was not
    /// delayed by other tasks. `used` is what it has used so far.
    fn spend(&mut self, passed: Duration, used: Duration, processors: usize, runnable: usize) {
        let share = processors as f64 / runnable.max(processors) as f64;
        let got = used.saturating_sub(std::mem::replace(&mut self.used, used));
        let counted = match got >= passed.mul_f64(share * USED) {
            true => passed.mul_f64(share.max(1.0 / MOST)),
            false => passed,
        };
        self.spent += passed;
        self.left = self.left.saturating_sub(counted);
    }

    /// Drivers have their own deadlines, which are similar and do not grow.
    fn judged(&self, error: EngineError) -> EngineError {
        match error {
            EngineError::Session { words } if self.spent > self.whole.mul_f64(DRIVERS) => {
                self.late().explained(format!("the driver opened no session: {words}"))
            }
            error => error,
        }
    }

    fn late(&self) -> EngineError {
        let longer = match self.spent > self.whole.mul_f64(1.1) {
            true => format!(", and {} s on this busy machine", self.spent.as_secs()),
            false => String::new(),
        };
        let counted = self.whole - self.left;
        let words = format!("{} s{longer}", self.whole.as_secs());
        EngineError::Late { words, busy: counted < self.spent.mul_f64(0.9) }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many tasks of all processes want a processor now.
fn runnable() -> usize {
    LoadAverage::current().map_or(0, |load| usize::try_from(load.cur).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::SlowStart;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How long a start of a minute may take while this many tasks compete for two processors, if
    /// it uses this many milliseconds of each second.
    fn lasts(runnable: usize, uses: u32) -> u64 {
        let (mut deadline, mut used) = (StartDeadline::new(60 * SECOND), Duration::ZERO);
        while !deadline.left.is_zero() {
            used += uses * Duration::from_millis(1);
            deadline.spend(SECOND, used, 2, runnable);
        }
        deadline.spent.as_secs()
    }

    #[test]
    fn the_start_deadline_grows_with_the_load() {
        assert_eq!(lasts(0, 1000), 60);
        assert_eq!(lasts(2, 1000), 60);
        assert_eq!(lasts(4, 500), 120);
        assert_eq!(lasts(8, 200), 240);
        assert_eq!(lasts(1000, 2), 300, "but not without end");
    }

    #[test]
    fn a_stalled_start_is_detected_beside_other_starts() {
        assert_eq!(lasts(8, 0), 60);
        assert_eq!(lasts(8, 30), 60, "a driver that asks a browser again and again");
    }

    #[test]
    fn a_busy_machine_is_named_as_the_cause_of_a_delay() {
        let mut deadline = StartDeadline::new(60 * SECOND);
        deadline.spend(60 * SECOND, 60 * SECOND, 2, 2);
        assert_eq!(deadline.late().to_string(), "the browser's start took longer than 60 s");
        deadline.spend(83 * SECOND, 143 * SECOND, 2, 8);
        let words = "the browser's start took longer than 60 s, and 143 s on this busy machine";
        assert_eq!(deadline.late().to_string(), words);
    }

    #[test]
    fn a_driver_that_gave_up_after_the_time_says_that_the_start_is_late() {
        let refused = || EngineError::Session { words: "chrome not reachable".to_owned() };
        let mut deadline = StartDeadline::new(60 * SECOND);
        assert_eq!(deadline.judged(refused()).late(), None);
        deadline.spend(60 * SECOND, 60 * SECOND, 2, 2);
        assert_eq!(deadline.judged(refused()).late(), Some(SlowStart { busy: false }));
        let mut deadline = StartDeadline::new(60 * SECOND);
        deadline.spend(60 * SECOND, 60 * SECOND, 2, 4);
        let late = deadline.judged(refused());
        assert_eq!(late.late(), Some(SlowStart { busy: true }));
        assert!(
            late.to_string().contains("60 s; the driver opened no session: chrome not"),
            "{late}"
        );
    }

    #[tokio::test]
    async fn hopeless_starts_are_not_waited_for() {
        let ended = || EngineError::Ended { words: "it ended".to_owned() };
        let in_vain = || StartProgress { in_vain: Some(ended()), ..StartProgress::default() };
        let waited =
            StartDeadline::new(3600 * SECOND).wait::<()>(std::future::pending(), in_vain).await;
        assert_eq!(waited.unwrap_err().to_string(), "it ended");
    }
}

//! The time of a run: the time of the case as written, where only delays take time, or the time
//! that was measured while a browser played the row.
//!
//! A measured moment is an interval: a browser looked something up after the last event that is
//! known to have happened before, and before the request that followed arrived. The effect of a
//! lifetime is certain if it is the same for the whole interval.

use std::time::Duration;

/// The Unix time in seconds at which a row played as written begins: 2026-07-02, the day of the
/// revision. It matters only for an `Expires` date.
pub(super) const WRITTEN_START: Duration = Duration::from_secs(1_782_950_400);

/// When something happened, as far as it is known: not before `earliest` and not after `latest`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Span {
    /// The lower bound.
    pub earliest: Duration,
    /// The upper bound.
    pub latest: Duration,
}

impl Span {
    /// A moment that is known exactly.
    pub fn at(moment: Duration) -> Self {
        Self { earliest: moment, latest: moment }
    }

    /// The time from another moment until this one.
    pub(super) fn since(self, other: Self) -> Self {
        Self {
            earliest: self.earliest.saturating_sub(other.latest),
            latest: self.latest.saturating_sub(other.earliest),
        }
    }

    pub(super) fn plus(self, more: Duration) -> Self {
        Self {
            earliest: self.earliest.saturating_add(more),
            latest: self.latest.saturating_add(more),
        }
    }
}

/// Times that were measured while a browser played a row, on one clock whose zero is at any moment
/// before.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeline {
    /// The Unix time at which the clock was zero.
    pub start: Duration,
    /// When the cookies were set.
    pub cookies_set: Span,
    /// One for each step, in the order of [`Scenario::groups`](crate::Scenario::groups).
    pub steps: Vec<StepTimes>,
}

/// The measured times of a step.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StepTimes {
    /// `earliest`: the step had not begun. `latest`: it had settled.
    pub span: Span,
    /// The exchanges of the step, in the order of arrival.
    pub exchanges: Vec<ExchangeTimes>,
}

impl StepTimes {
    /// The same, later by this much.
    #[must_use]
    pub fn later(mut self, time: Duration) -> Self {
        self.span = self.span.plus(time);
        for exchange in &mut self.exchanges {
            exchange.arrived = exchange.arrived.saturating_add(time);
            exchange.answered = exchange.answered.map(|moment| moment.saturating_add(time));
        }
        self
    }
}

/// The measured times of an exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExchangeTimes {
    /// The method.
    pub method: String,
    /// The URL, as the row has it.
    pub url: String,
    /// `Access-Control-Request-Method` of a preflight.
    pub preflight_for: Option<String>,
    /// When the request arrived at the server.
    pub arrived: Duration,
    /// When the reply was handed over to be sent.
    pub answered: Option<Duration>,
}

/// Whether something with a lifetime still exists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lifespan {
    /// It exists at every moment of the interval.
    Alive,
    /// It does not exist.
    Gone,
    /// It depends on the moment.
    Uncertain,
}

impl Lifespan {
    /// The state of something that is kept for this long after this much time.
    pub(super) fn of(kept: Duration, passed: Span) -> Self {
        if passed.latest < kept {
            Self::Alive
        } else if passed.earliest >= kept {
            Self::Gone
        } else {
            Self::Uncertain
        }
    }
}

/// Something with a lifetime that a run looked up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lifetime {
    /// The step, from 0.
    pub step: usize,
    /// Its name, with an article.
    pub what: String,
    /// How long it is kept.
    pub kept: Duration,
    /// How much of that had passed.
    pub passed: Span,
    /// It ends at a date: these times count from the zero of the clock.
    pub is_date: bool,
}

impl Lifetime {
    /// Whether it still exists.
    pub fn life(&self) -> Lifespan {
        Lifespan::of(self.kept, self.passed)
    }

    /// Why its state is unknown.
    pub(super) fn uncertainty(&self) -> String {
        let Span { earliest, latest } = self.passed;
        format!(
            "whether {} was still kept: its lifetime is {} s, and between {:.3} s and {:.3} s had passed",
            self.what,
            self.kept.as_secs_f64(),
            earliest.as_secs_f64(),
            latest.as_secs_f64()
        )
    }
}

/// The clock of a run.
#[derive(Debug)]
pub(super) struct Clock<'t> {
    measured: Option<&'t Timeline>,
    /// As written: the current time. Measured: the last event that is known to have happened.
    last: Duration,
    step: usize,
    /// Measured: how many exchanges of the step have passed.
    behind: usize,
    lifetimes: Vec<Lifetime>,
}

impl<'t> Clock<'t> {
    pub(super) fn new(measured: Option<&'t Timeline>) -> Self {
        Self { measured, last: Duration::ZERO, step: 0, behind: 0, lifetimes: Vec::new() }
    }

    /// The Unix time at the zero of the clock.
    pub(super) fn start(&self) -> Duration {
        self.measured.map_or(WRITTEN_START, |timeline| timeline.start)
    }

    /// When the cookies were set.
    pub(super) fn cookies_set(&self) -> Span {
        self.measured.map_or_else(Span::default, |timeline| timeline.cookies_set)
    }

    /// The moment of a run as written, which steps that start together share.
    pub(super) fn written(&self) -> Duration {
        self.last
    }

    /// Begins a step; a step of a run as written begins at `written`.
    pub(super) fn begin(&mut self, step: usize, written: Duration) {
        (self.step, self.behind) = (step, 0);
        let times = self.measured.map(|timeline| timeline.steps.get(step));
        self.last = match times {
            Some(times) => times.map_or(self.last, |times| times.span.earliest),
            None => written,
        };
    }

    /// Ends steps that started together, the last of which ended at `last`.
    pub(super) fn end(&mut self, last: Duration) {
        self.last = last;
    }

    /// Lets time pass. Measured times contain it.
    pub(super) fn wait(&mut self, time: Duration) {
        if self.measured.is_none() {
            self.last = self.last.saturating_add(time);
        }
    }

    /// The moment before this request: after everything that is known, and before the request, or
    /// its preflight, arrived.
    pub(super) fn before(&self, method: &str, url: &str) -> Span {
        self.before_any(method, &[url])
    }

    /// The same for a request that has one of these URLs.
    pub(super) fn before_any(&self, method: &str, urls: &[&str]) -> Span {
        let Some(times) = self.times() else { return self.now() };
        let is_it = |exchange: &&ExchangeTimes| {
            urls.contains(&&*exchange.url)
                && (exchange.method == method || exchange.preflight_for.as_deref() == Some(method))
        };
        let next = times.exchanges[self.behind..].iter().find(is_it);
        self.until(next.map_or(times.span.latest, |exchange| exchange.arrived))
    }

    /// The moment after the last exchange: before the browser's next request in this step.
    pub(super) fn now(&self) -> Span {
        match (self.measured, self.times()) {
            (None, _) => Span::at(self.last),
            (Some(_), None) => self.until(Duration::MAX),
            (Some(_), Some(times)) => {
                let next = times.exchanges.get(self.behind);
                self.until(next.map_or(times.span.latest, |exchange| exchange.arrived))
            }
        }
    }

    /// Performs an exchange, which takes this long in a run as written. An exchange that was not
    /// measured does not change the clock.
    pub(super) fn exchange(
        &mut self,
        (method, url): (&str, &str),
        preflight_for: Option<&str>,
        delay: Duration,
    ) {
        if self.measured.is_none() {
            self.last = self.last.saturating_add(delay);
        }
        let is_it = |exchange: &ExchangeTimes| {
            exchange.method == method
                && exchange.url == url
                && exchange.preflight_for.as_deref() == preflight_for
        };
        let Some(times) = self.times() else { return };
        let Some(place) = times.exchanges[self.behind..].iter().position(is_it) else { return };
        let exchange = &times.exchanges[self.behind + place];
        self.last = self.last.max(exchange.answered.unwrap_or(exchange.arrived));
        self.behind += place + 1;
    }

    /// Records a lifetime on which a lookup depends, and returns it.
    pub(super) fn note(&mut self, what: String, kept: Duration, passed: Span) -> Lifetime {
        let lifetime = Lifetime { step: self.step, what, kept, passed, is_date: false };
        self.lifetimes.push(lifetime.clone());
        lifetime
    }

    /// The same for something that ends at a date.
    pub(super) fn note_date(&mut self, what: String, kept: Duration, passed: Span) -> Lifetime {
        let lifetime = Lifetime { step: self.step, what, kept, passed, is_date: true };
        self.lifetimes.push(lifetime.clone());
        lifetime
    }

    /// Whether the time was measured.
    pub(super) fn is_measured(&self) -> bool {
        self.measured.is_some()
    }

    /// The number of the step, from 0.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// All recorded lifetimes, in order.
    pub(super) fn into_lifetimes(self) -> Vec<Lifetime> {
        self.lifetimes
    }

    fn times(&self) -> Option<&'t StepTimes> {
        self.measured?.steps.get(self.step)
    }

    fn until(&self, latest: Duration) -> Span {
        Span { earliest: self.last, latest: latest.max(self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_names_the_lifetime_and_the_time_that_passed() {
        let passed =
            Span { earliest: Duration::from_millis(954), latest: Duration::from_millis(1048) };
        let kept = Duration::from_secs(1);
        let lifetime =
            Lifetime { step: 1, what: "the cookie sid".to_owned(), kept, passed, is_date: false };
        assert_eq!(lifetime.life(), Lifespan::Uncertain);
        assert_eq!(
            lifetime.uncertainty(),
            "whether the cookie sid was still kept: its lifetime is 1 s, and between 0.954 s and 1.048 s had passed"
        );
    }
}

//! The time of a run: that of the case as written, where only delays take time, or the time that was
//! measured while a browser played the row.
//!
//! A measured moment is known as an interval: a browser looked something up after the last thing that is known to
//! have happened before, and before the request that followed arrived. What a lifetime decides is certain where it
//! is the same for the whole interval.

use std::time::Duration;

/// The seconds of Unix time at which a row begins that is played as written: 2026-07-02, the day of the
/// revision. It matters for an `Expires` date only.
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

    /// What passed from another moment until this one.
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

/// What was measured while a browser played a row. All moments are on one clock, which begins at any moment before.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeline {
    /// The Unix time at which the clock was zero.
    pub start: Duration,
    /// When the cookies were planted.
    pub planted: Span,
    /// One for each step, in the order of [`Scenario::groups`](crate::Scenario::groups).
    pub steps: Vec<StepTimes>,
}

/// What was measured of a step.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StepTimes {
    /// `earliest`: it did not begin before. `latest`: it had settled then.
    pub span: Span,
    /// The exchanges of the step, in the order of arrival.
    pub exchanges: Vec<ExchangeTimes>,
}

/// What was measured of an exchange.
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

/// Whether something with a lifetime is still there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lifespan {
    /// It is, whatever moment of the interval it was.
    Alive,
    /// It is not.
    Gone,
    /// It depends on the moment.
    Uncertain,
}

impl Lifespan {
    /// Of what is kept for so long when so much has passed.
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

/// Something with a lifetime that a run looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lifetime {
    /// The step, from 0.
    pub step: usize,
    /// What it is, with an article.
    pub what: String,
    /// How long it is kept.
    pub kept: Duration,
    /// How much of that had passed.
    pub passed: Span,
    /// It ends at a date: all this counts from when the clock was zero.
    pub is_date: bool,
}

impl Lifetime {
    /// Whether it is still there.
    pub fn life(&self) -> Lifespan {
        Lifespan::of(self.kept, self.passed)
    }

    /// What cannot be judged about it.
    pub(super) fn doubt(&self) -> String {
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
    /// As written: the time now. Measured: the last thing that is known to have happened.
    last: Duration,
    step: usize,
    /// Measured: how many exchanges of the step are behind.
    behind: usize,
    lifetimes: Vec<Lifetime>,
}

impl<'t> Clock<'t> {
    pub(super) fn new(measured: Option<&'t Timeline>) -> Self {
        Self { measured, last: Duration::ZERO, step: 0, behind: 0, lifetimes: Vec::new() }
    }

    /// The Unix time at zero.
    pub(super) fn start(&self) -> Duration {
        self.measured.map_or(WRITTEN_START, |timeline| timeline.start)
    }

    /// When the cookies were planted.
    pub(super) fn planted(&self) -> Span {
        self.measured.map_or_else(Span::default, |timeline| timeline.planted)
    }

    /// The moment that is known of a run as written, which steps that start together share.
    pub(super) fn written(&self) -> Duration {
        self.last
    }

    /// Begins a step; one of a run as written begins at `written`.
    pub(super) fn begin(&mut self, step: usize, written: Duration) {
        (self.step, self.behind) = (step, 0);
        let times = self.measured.map(|timeline| timeline.steps.get(step));
        self.last = match times {
            Some(times) => times.map_or(self.last, |times| times.span.earliest),
            None => written,
        };
    }

    /// Ends steps that started together, of which the last has ended then.
    pub(super) fn end(&mut self, last: Duration) {
        self.last = last;
    }

    /// The moment before a request for this: after all that is known, and before it, or its preflight, arrived.
    pub(super) fn before(&self, method: &str, url: &str) -> Span {
        let Some(times) = self.times() else { return self.now() };
        let is_it = |exchange: &&ExchangeTimes| {
            exchange.url == url
                && (exchange.method == method || exchange.preflight_for.as_deref() == Some(method))
        };
        let next = times.exchanges[self.behind..].iter().find(is_it);
        self.until(next.map_or(times.span.latest, |exchange| exchange.arrived))
    }

    /// The moment after the last exchange: before whatever the browser asked for next in this step.
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

    /// Lets an exchange happen, which as written takes so long. One that was not measured leaves the clock as it is.
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

    /// Notes a lifetime that a lookup depends on, and gives it.
    pub(super) fn note(&mut self, what: String, kept: Duration, passed: Span) -> Lifetime {
        let lifetime = Lifetime { step: self.step, what, kept, passed, is_date: false };
        self.lifetimes.push(lifetime.clone());
        lifetime
    }

    /// The same of what ends at a date.
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

    /// All lifetimes that were noted, in order.
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

//! The times at which things happened while a browser played a row, for the model.
//!
//! The servers' clock is the reference. The page has another clock, which runs at the same speed.
//! Events that both record bound the offset between them: a request arrives after it was sent, and
//! a reply is handed over before the page has it.
//!
//! A wait moves the browser's clock and not the servers', so it is added to everything that follows. The clock of a page
//! may have been moved too, so what is known of it ends with a wait.

use std::time::Duration;

use cors_model::{ExchangeTimes, Span, StepTimes, Timeline};
use cors_servers::exchange::Exchange;

use crate::observation::{Evidence, GroupEvidence};
use crate::plan::Names;

/// The resolution of a page's clock, in milliseconds.
const COARSE: f64 = 2.0;

/// When the browser began and ended playing a row, on the servers' clock, and when that clock was
/// zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// The Unix time at which the clock was zero.
    pub start: Duration,
    /// By how much the browser's clock was ahead of that of the servers before the first step.
    pub ahead: Duration,
    /// When the cookies were set.
    pub cookies_set: Span,
    /// `earliest`: nothing was played before. `latest`: everything had been played.
    pub played: Span,
}

/// The times of a row.
pub fn timeline(evidence: &Evidence<'_>, bounds: Bounds) -> Timeline {
    let groups: Vec<_> = evidence.groups().collect();
    let mut steps = Vec::new();
    let (mut before, mut waited) = (bounds.played.earliest, Duration::ZERO);
    for groups in groups.split_inclusive(|group| group.wait.is_some()) {
        let page = PageClock::of(groups);
        for group in groups {
            let settled = group.mark.map_or(bounds.played.latest, |mark| mark.arrived);
            for (place, exchanges) in group.steps.iter().enumerate() {
                let reported = group.times.and_then(|times| times.calls.get(place));
                let [began, ended] = page.bounds(reported);
                let span = Span {
                    earliest: began.map_or(before, |began| began.earliest.max(before)),
                    latest: ended.map_or(settled, |ended| ended.latest.min(settled)),
                };
                let names = &evidence.row.names;
                let exchanges = exchanges.iter().map(|exchange| times(exchange, names)).collect();
                steps.push(StepTimes { span, exchanges }.later(waited));
            }
            before = group.mark.and_then(Exchange::answered).unwrap_or(before);
            waited = waited.saturating_add(group.wait.unwrap_or_default());
        }
    }
    let start = bounds.start.saturating_add(bounds.ahead);
    Timeline { start, cookies_set: bounds.cookies_set, steps }
}

fn times(exchange: &Exchange, names: &Names) -> ExchangeTimes {
    let request = &exchange.request;
    let asked = request.preflight_method();
    ExchangeTimes {
        method: request.method.clone(),
        url: names.logical(&request.url()),
        preflight_for: asked.map(|method| String::from_utf8_lossy(method).into_owned()),
        arrived: exchange.arrived,
        answered: exchange.answered(),
    }
}

/// Bounds of the offset that is added to a moment on the page's clock, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct PageClock {
    least: f64,
    most: f64,
}

impl PageClock {
    fn of(groups: &[GroupEvidence<'_>]) -> Self {
        let mut clock = Self { least: f64::NEG_INFINITY, most: f64::INFINITY };
        for group in groups {
            let Some(times) = group.times else { continue };
            clock.learn(&times.mark, group.mark.iter().copied());
            for (reported, exchanges) in times.calls.iter().zip(&group.steps) {
                clock.learn(reported, exchanges.iter().copied());
            }
        }
        match clock.least <= clock.most {
            true => clock,
            false => Self { least: f64::NAN, most: f64::NAN },
        }
    }

    /// Learns from exchanges that happened between two moments of the page.
    fn learn<'e>(&mut self, reported: &[f64], exchanges: impl Iterator<Item = &'e Exchange>) {
        let [began, ended] = reported else { return };
        if !is_moment(*began) || !is_moment(*ended) {
            return;
        }
        for exchange in exchanges {
            self.most = self.most.min(milliseconds(exchange.arrived) - began + COARSE);
            if let Some(answered) = exchange.answered() {
                self.least = self.least.max(milliseconds(answered) - ended - COARSE);
            }
        }
    }

    /// When a call was made, and when it had settled; `None` if that is unknown.
    fn bounds(self, reported: Option<&Vec<f64>>) -> [Option<Span>; 2] {
        match reported.map(Vec::as_slice) {
            Some([began, ended]) => [self.span(*began), self.span(*ended)],
            _ => [None, None],
        }
    }

    fn span(self, reported: f64) -> Option<Span> {
        let at = |offset: f64| {
            let milliseconds = reported + offset;
            (is_moment(reported) && is_moment(milliseconds))
                .then(|| Duration::from_secs_f64(milliseconds / 1000.0))
        };
        Some(Span { earliest: at(self.least)?, latest: at(self.most)? })
    }
}

/// Whether a clock can have this value: it begins at zero.
fn is_moment(milliseconds: f64) -> bool {
    (0.0..1e12).contains(&milliseconds)
}

fn milliseconds(moment: Duration) -> f64 {
    moment.as_secs_f64() * 1000.0
}

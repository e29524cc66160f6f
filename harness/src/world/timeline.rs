//! When things happened while a browser played a row, for the model.
//!
//! The servers' clock counts. The page has another one, which goes as fast: what it says is put onto the servers' clock
//! by what both know of. A request arrives after it was sent, and a reply is handed over before the page has it.

use std::time::Duration;

use cors_model::{ExchangeTimes, Span, StepTimes, Timeline};
use cors_servers::exchange::Exchange;

use crate::observation::{Evidence, GroupEvidence};
use crate::plan::Names;

/// How coarse a page's clock may be, in milliseconds.
const COARSE: f64 = 2.0;

/// When the browser was told to play a row and had done so, on the servers' clock, and when that began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// The Unix time at which the clock was zero.
    pub start: Duration,
    /// When the cookies were planted.
    pub planted: Span,
    /// `earliest`: nothing was played before. `latest`: everything had been played.
    pub played: Span,
}

/// The times of a row.
pub fn timeline(evidence: &Evidence<'_>, bounds: Bounds) -> Timeline {
    let groups: Vec<_> = evidence.groups().collect();
    let page = PageClock::of(&groups);
    let mut steps = Vec::new();
    let mut before = bounds.played.earliest;
    for group in &groups {
        let settled = group.mark.map_or(bounds.played.latest, |mark| mark.arrived);
        for (place, exchanges) in group.steps.iter().enumerate() {
            let told = group.times.and_then(|times| times.calls.get(place));
            let [began, ended] = page.bounds(told);
            let span = Span {
                earliest: began.map_or(before, |began| began.earliest.max(before)),
                latest: ended.map_or(settled, |ended| ended.latest.min(settled)),
            };
            let names = &evidence.row.names;
            let exchanges = exchanges.iter().map(|exchange| times(exchange, names)).collect();
            steps.push(StepTimes { span, exchanges });
        }
        before = group.mark.and_then(Exchange::answered).unwrap_or(before);
    }
    Timeline { start: bounds.start, planted: bounds.planted, steps }
}

fn times(exchange: &Exchange, names: &Names) -> ExchangeTimes {
    let request = &exchange.request;
    let asked = request.header("access-control-request-method").next();
    let asked = asked.filter(|_| request.method == "OPTIONS");
    ExchangeTimes {
        method: request.method.clone(),
        url: names.logical(&request.url()),
        preflight_for: asked.map(|method| String::from_utf8_lossy(method).into_owned()),
        arrived: exchange.arrived,
        answered: exchange.answered(),
    }
}

/// What is to be added to a moment of the page's clock, in milliseconds: between the two.
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
            for (told, exchanges) in times.calls.iter().zip(&group.steps) {
                clock.learn(told, exchanges.iter().copied());
            }
        }
        match clock.least <= clock.most {
            true => clock,
            false => Self { least: f64::NAN, most: f64::NAN },
        }
    }

    /// Exchanges that happened between two moments of the page.
    fn learn<'e>(&mut self, told: &[f64], exchanges: impl Iterator<Item = &'e Exchange>) {
        let [began, ended] = told else { return };
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

    /// When a call was made, and when it had settled; `None` where that is not known.
    fn bounds(self, told: Option<&Vec<f64>>) -> [Option<Span>; 2] {
        match told.map(Vec::as_slice) {
            Some([began, ended]) => [self.span(*began), self.span(*ended)],
            _ => [None, None],
        }
    }

    fn span(self, told: f64) -> Option<Span> {
        let at = |offset: f64| {
            let milliseconds = told + offset;
            (is_moment(told) && is_moment(milliseconds))
                .then(|| Duration::from_secs_f64(milliseconds / 1000.0))
        };
        Some(Span { earliest: at(self.least)?, latest: at(self.most)? })
    }
}

/// Whether a clock can say so: it begins at zero.
fn is_moment(milliseconds: f64) -> bool {
    (0.0..1e12).contains(&milliseconds)
}

fn milliseconds(moment: Duration) -> f64 {
    moment.as_secs_f64() * 1000.0
}

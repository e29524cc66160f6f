//! Departures of an engine that show in every row of a kind, whatever the case is about. Each is
//! written here once, applies to every folder of cases, and is removed from an observation before
//! the comparison.
//!
//! A new kind of departure is a variant of [`Observable`]: where it could show, whether it shows,
//! and how it is removed.

use std::collections::BTreeSet;

use cors_servers::exchange::Exchange;
use url::Url;

use crate::case::KnownKind;
use crate::observation::{Read, RowObservation, StepObservation};
use crate::plan::Names;

/// A departure of an engine from the standard, wherever it can show.
#[derive(Debug, Eq, PartialEq)]
pub struct EngineDeparture {
    /// The engine that departs.
    pub engine: &'static str,
    /// The kind of departure.
    pub kind: KnownKind,
    /// The reason, for people.
    pub because: &'static str,
    /// Where it is discussed.
    pub link: &'static str,
    /// What exactly differs.
    pub observable: Observable,
}

/// What an engine does differently in a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Observable {
    /// Script can see a response header of this name, in lower case, that no server sent, if the response came
    /// over this protocol.
    ResponseHeader {
        /// The name.
        name: &'static str,
        /// The protocol, as ALPN names it.
        protocol: &'static str,
    },
}

/// All of them.
pub static ENGINE_DEPARTURES: [EngineDeparture; 1] = [EngineDeparture {
    engine: "firefox",
    kind: KnownKind::Bug,
    because: "Over HTTP/2 Firefox adds a response header that no server sent, `X-Firefox-Spdy`, and shows it to \
              script that can see all headers.",
    link: "https://bugzilla.mozilla.org/show_bug.cgi?id=736882",
    observable: Observable::ResponseHeader { name: "x-firefox-spdy", protocol: "h2" },
}];

/// What was on the wire in a row.
#[derive(Clone, Copy, Debug)]
pub struct OnTheWire<'a> {
    /// The exchanges.
    pub exchanges: &'a [Exchange],
    /// The host names in the exchanges.
    pub names: &'a Names,
}

/// The departures of an engine that could show in a row, and those that show.
#[derive(Clone, Debug, Default)]
pub struct EngineWide {
    /// Those that could show in some step of the row.
    pub possible: Vec<&'static EngineDeparture>,
    /// Those that show, each with the number of the step.
    pub shown: Vec<(usize, &'static EngineDeparture)>,
}

impl EngineWide {
    /// Removes the departures of an engine from an observation.
    pub fn take_out(engine: &str, observation: &mut RowObservation, wire: OnTheWire<'_>) -> Self {
        let mut found = Self::default();
        for departure in ENGINE_DEPARTURES.iter().filter(|departure| departure.engine == engine) {
            let observable = departure.observable;
            let mut possible = false;
            for (number, step) in observation.steps.iter_mut().enumerate() {
                possible |= observable.is_possible(step, wire);
                if observable.take_out(step, wire) {
                    found.shown.push((number, departure));
                    possible = true;
                }
            }
            found.possible.extend(possible.then_some(departure));
        }
        found
    }
}

impl Observable {
    /// A description: ``response header `x-example` ``.
    pub fn words(self) -> String {
        match self {
            Self::ResponseHeader { name, .. } => format!("response header `{name}`"),
        }
    }

    /// The field of a step in which it shows.
    pub fn field(self) -> super::Field {
        match self {
            Self::ResponseHeader { .. } => super::Field::Response,
        }
    }

    /// Whether a step shows it if the engine departs at all.
    fn is_possible(self, step: &StepObservation, wire: OnTheWire<'_>) -> bool {
        match self {
            // Script sees all headers of a basic response:
            // https://fetch.spec.whatwg.org/#concept-filtered-response-basic
            Self::ResponseHeader { protocol, .. } => {
                let kind = step.response.as_ref().and_then(|response| response.kind.as_deref());
                step.read == Some(Read::Allowed)
                    && kind == Some("basic")
                    && wire.spoke(protocol, step)
            }
        }
    }

    /// Removes the departure from a step, and returns whether it showed.
    fn take_out(self, step: &mut StepObservation, wire: OnTheWire<'_>) -> bool {
        match self {
            Self::ResponseHeader { name, protocol } => {
                let departs = wire.spoke(protocol, step) && !wire.was_sent(name);
                let Some(response) = step.response.as_mut().filter(|_| departs) else {
                    return false;
                };
                let count = response.headers.len();
                response.headers.retain(|seen| !seen.eq_ignore_ascii_case(name));
                response.headers.len() < count
            }
        }
    }
}

impl OnTheWire<'_> {
    /// Whether the response of a step came over this protocol, in this step or in an earlier one.
    fn spoke(self, protocol: &str, step: &StepObservation) -> bool {
        let asked = step.requests.last().map(|request| request.url.clone());
        let Some(url) = asked.or_else(|| without_fragment(&step.url)) else { return false };
        self.exchanges.iter().any(|exchange| {
            exchange.alpn.as_deref() == Some(protocol)
                && self.names.logical(&exchange.request.url()) == url
        })
    }

    /// Whether a server of the row sent a header of this name.
    fn was_sent(self, name: &str) -> bool {
        let replies = self.exchanges.iter().filter_map(|exchange| exchange.reply.as_ref());
        replies.flat_map(|reply| &reply.headers).any(|(sent, _)| sent.eq_ignore_ascii_case(name))
    }
}

fn without_fragment(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    url.set_fragment(None);
    Some(url.into())
}

/// How often each departure could show and did show in a run.
#[derive(Clone, Debug, Default)]
pub struct EngineWideCounts([Count; ENGINE_DEPARTURES.len()]);

#[derive(Clone, Debug, Default)]
struct Count {
    possible: usize,
    shown: usize,
    cases: BTreeSet<String>,
}

/// A departure in a run: in how many rows it could show, and in how many rows of how many cases it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counted {
    /// The departure.
    pub departure: &'static EngineDeparture,
    /// Rows in which it could show.
    pub possible: usize,
    /// Rows in which it shows.
    pub shown: usize,
    /// Cases with such a row.
    pub cases: usize,
}

impl EngineWideCounts {
    /// Adds a row of a case.
    pub fn add(&mut self, case: &str, row: &EngineWide) {
        for (departure, count) in ENGINE_DEPARTURES.iter().zip(&mut self.0) {
            if row.possible.contains(&departure) {
                count.possible += 1;
            }
            if row.shown.iter().any(|(_, shown)| *shown == departure) {
                count.shown += 1;
                count.cases.insert(case.to_owned());
            }
        }
    }

    /// The departures that could show somewhere.
    pub fn all(&self) -> impl Iterator<Item = Counted> {
        let counted = |(departure, count): (&'static EngineDeparture, &Count)| Counted {
            departure,
            possible: count.possible,
            shown: count.shown,
            cases: count.cases.len(),
        };
        ENGINE_DEPARTURES.iter().zip(&self.0).map(counted).filter(|counted| counted.possible > 0)
    }

    /// Whether a departure that could show did not show anywhere: it is gone.
    pub fn any_gone(&self) -> bool {
        self.all().any(|counted| counted.is_gone())
    }
}

impl Counted {
    /// Whether it could show and did not show anywhere.
    pub fn is_gone(&self) -> bool {
        self.possible > 0 && self.shown == 0
    }
}

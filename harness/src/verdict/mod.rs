//! Compares what an engine did with what the standard says, field by field and in both directions:
//! an observation that was not predicted counts as much as the reverse.
//!
//! Pure: it uses neither terminals nor files.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod compare;
mod engine_wide;
mod invariants;
mod judging;
mod local_network;
mod meanings;
mod permitted;
pub mod policy;
mod reasons;
mod time;
mod unforeseen;

pub use compare::{Difference, Field, differences};
pub use engine_wide::{
    Counted, ENGINE_DEPARTURES, EngineDeparture, EngineWide, EngineWideCounts, Observable,
    OnTheWire, RowOfEngine, Shown,
};
pub use invariants::{BrokenRule, broken_invariants};
pub use judging::{Judgment, RowPlayed, judgment};
pub use local_network::local_network_note;
pub use permitted::Played;
pub use reasons::{Agreement, agreements};
pub use time::TimeDecided;

use cors_model::{PermittedChoice, Ruling};

use crate::case::{Case, Known, KnownKind, Row};
use crate::ruling::RowRuling;

/// How a row on an engine compares with the standard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The engine did what the standard says.
    Agrees,
    /// The engine did not, and the case does not explain it.
    Departs(Vec<Difference>),
    /// The engine did not, for a reason that the case gives.
    Known {
        /// The kind of departure.
        kind: KnownKind,
        /// Where it departs.
        differences: Vec<Difference>,
    },
    /// The engine differs from the model in a way that the standard permits.
    Permitted {
        /// Where it differs.
        differences: Vec<Difference>,
        /// What it did, and what permits it.
        choices: Vec<PermittedChoice>,
        /// Whether the case has an entry for it.
        is_known: bool,
    },
    /// The entry of the case has the wrong kind: it calls a departure permitted, or permitted
    /// behavior a departure.
    WrongKind {
        /// Where it differs.
        differences: Vec<Difference>,
        /// What it did, and what permits it. Empty for a departure.
        choices: Vec<PermittedChoice>,
    },
    /// The engine did what the standard says, although the case has an entry for a departure.
    Vanished,
    /// The row is inconclusive, for this reason.
    Inconclusive(String),
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Agrees | Self::Vanished => "agrees",
            Self::Departs(_) | Self::WrongKind { .. } => "departs",
            Self::Permitted { .. } => "permitted",
            Self::Known { .. } => "known",
            Self::Inconclusive(_) => "inconclusive",
        }
    }

    /// Whether the row is conclusive.
    pub fn is_conclusive(&self) -> bool {
        !matches!(self, Self::Inconclusive(_))
    }

    /// Where the engine departs from the standard, or differs from the model.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Departs(differences)
            | Self::Known { differences, .. }
            | Self::Permitted { differences, .. }
            | Self::WrongKind { differences, .. } => differences,
            Self::Agrees | Self::Vanished | Self::Inconclusive(_) => &[],
        }
    }
}

impl Verdict {
    /// What the browser did that the standard permits.
    pub fn choices(&self) -> &[PermittedChoice] {
        match self {
            Self::Permitted { choices, .. } | Self::WrongKind { choices, .. } => choices,
            _ => &[],
        }
    }
}

/// The entry of a case for an engine's departure in a row.
pub fn known<'c>(case: &'c Case, engine: &str, row: &Row) -> Option<&'c Known> {
    case.known.iter().find(|known| known.engine == engine && known.applies && known.selects(row))
}

/// Why the ruling on a row is inconclusive: it depends on something that is not modelled, or on a
/// server that does not exist.
///
/// A case has to define its servers. A policy is about the servers of a team, which may redirect
/// anywhere: its row is conclusive, and the place without a server is a part of the result.
pub fn unjudged(ruling: &RowRuling, is_of_policy: bool) -> Option<String> {
    ruling.rulings.iter().find_map(|ruling| uncertainty(ruling, is_of_policy))
}

/// The same for a step.
fn uncertainty(ruling: &Ruling, is_of_policy: bool) -> Option<String> {
    if let Ruling::CannotJudge(what) = ruling {
        return Some(format!("the model of the standard cannot judge this: {what}"));
    }
    let place = ruling.missing_server().filter(|_| !is_of_policy)?;
    Some(format!("the standard requires a request to {place}, and this row has no server there"))
}

//! Comparing what an engine did with what the standard says, field by field and in both directions:
//! what was observed and not predicted counts as much as the reverse.
//!
//! Pure: knows neither terminals nor files.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod compare;
mod invariants;
mod local_network;
mod meanings;
pub mod policy;
mod reasons;
mod unforeseen;

pub use compare::{Difference, Field, differences};
pub use invariants::{Broken, broken_invariants};
pub use local_network::local_network_note;
pub use reasons::{Agreement, agreements};

use crate::case::{Case, Known, KnownKind, Row};
use crate::observation::RowObservation;
use crate::standard::{Reason, RowRuling, Ruling};
use unforeseen::asked_by_both;

/// How a row on an engine stands to the standard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It did what the standard says.
    Agrees,
    /// It did not, and nobody has said why.
    Departs(Vec<Difference>),
    /// It did not, for a reason that the case gives.
    Known {
        /// What sort of departure it is.
        kind: KnownKind,
        /// Where it departs.
        differences: Vec<Difference>,
    },
    /// It did what the standard says, although the case explains a departure.
    Vanished,
    /// It cannot be told, and why.
    Inconclusive(String),
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Agrees | Self::Vanished => "agrees",
            Self::Departs(_) => "departs",
            Self::Known { .. } => "known",
            Self::Inconclusive(_) => "inconclusive",
        }
    }

    /// Whether it can be told how the row stands.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Inconclusive(_))
    }

    /// Where it departs from the standard.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Departs(differences) | Self::Known { differences, .. } => differences,
            Self::Agrees | Self::Vanished | Self::Inconclusive(_) => &[],
        }
    }
}

/// The explanation that a case has for an engine's departure in a row.
pub fn known<'c>(case: &'c Case, engine: &str, row: &Row) -> Option<&'c Known> {
    case.known.iter().find(|known| known.engine == engine && known.selects(row))
}

/// How an observation stands to the ruling. `known` is the case's explanation for this row.
pub fn verdict(ruling: &RowRuling, observation: &RowObservation, known: Option<&Known>) -> Verdict {
    let untold = || observation.untold().map(str::to_owned);
    let cannot = untold().or_else(|| unjudged(ruling));
    if let Some(reason) = cannot.or_else(|| asked_by_both(&ruling.observation, observation)) {
        return Verdict::Inconclusive(reason);
    }
    let differences = differences(&ruling.observation, observation);
    match (known, differences.is_empty()) {
        (None, true) => Verdict::Agrees,
        (Some(_), true) => Verdict::Vanished,
        (None, false) => Verdict::Departs(differences),
        (Some(known), false) => Verdict::Known { kind: known.kind, differences },
    }
}

/// Why the standard's side of a row cannot be told: it rests on something that is not modelled, or
/// on a server that is not there.
pub fn unjudged(ruling: &RowRuling) -> Option<String> {
    ruling.rulings.iter().find_map(|ruling| match ruling {
        Ruling::CannotJudge(what) => Some(format!("the model of the standard cannot judge {what}")),
        Ruling::Denied(refusal) if refusal.reason == Reason::NoServer => {
            let host = refusal.value.as_deref().unwrap_or("a host");
            Some(format!("the standard asks for {host}, and no server of this row is there"))
        }
        Ruling::Allowed | Ruling::Opaque | Ruling::Denied(_) => None,
    })
}

//! The results of a run: outcomes of rows and cases, how they compare with snapshots, and where the time went.
//! `run` makes them, `report` describes them, and neither knows the other through them.

mod engine;
mod judged;
mod times;

use std::time::Duration;

use cors_servers::exchange::Exchange;

pub use engine::Engine;
pub use judged::{Judged, Judgement, RowsLeftOut};
pub use times::{PageStep, Part, Times};

use crate::observation::RowObservation;
use crate::plan::Names;
use crate::ruling::RowRuling;
use crate::secrets::Secrets;
use crate::verdict::{BrokenRule, EngineWide, TimeDecided, Verdict};

/// One case on one engine, after it ran.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine's version, as it reports it.
    pub version: String,
    /// One entry for each row, in the case's order.
    pub rows: Vec<RowOutcome>,
}

/// One row, after it ran.
#[derive(Clone, Debug)]
pub struct RowOutcome {
    /// What happened.
    pub observation: RowObservation,
    /// The exchanges behind it, as they were on the wire.
    pub exchanges: Vec<Exchange>,
    /// The names that the exchanges use.
    pub names: Names,
    /// The values in them that come from the environment.
    pub environment: Secrets,
    /// What the standard says, and how the observation compares with it; `None` for the control, which the
    /// standard does not bind.
    pub judged: Option<(RowRuling, Verdict)>,
    /// Where the time that passed makes a difference.
    pub time: Option<TimeDecided>,
    /// Departures that the engine has in every row of a kind. They are removed from the
    /// observation.
    pub engine_wide: EngineWide,
    /// Rules that hold in every run and did not hold here.
    pub broken: Vec<BrokenRule>,
    /// The last output of its real servers, if they were started for the run.
    pub printed: Vec<String>,
    /// How the first browser ended, if the row was played twice.
    pub repeated: Option<String>,
    /// When the clock of the exchanges began, since the Unix epoch.
    pub clock: Duration,
    /// How long its steps took; `None` where the model alone ruled on it.
    pub took: Option<Duration>,
    /// How long it took in all: its share of the start of its browser, of the page, and of the time in which it was played.
    pub cost: Duration,
}

impl RowOutcome {
    /// An outcome that has only an observation so far.
    pub fn of(observation: RowObservation) -> Self {
        Self {
            observation,
            exchanges: Vec::new(),
            names: Names::verbatim(),
            environment: Secrets::default(),
            judged: None,
            time: None,
            engine_wide: EngineWide::default(),
            broken: Vec::new(),
            printed: Vec::new(),
            repeated: None,
            clock: Duration::ZERO,
            took: None,
            cost: Duration::ZERO,
        }
    }
}

/// Why the environment could not run a case: no driver, no session. It says nothing about the case.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct EngineUnavailable(pub String);

//! The wiring: from a folder of cases to outcomes, engine by engine. The order of things, deadlines
//! and the runtime are here; rules of the standard and wording are not.

mod browsers;
mod clients;
mod collect;
mod early;
mod judge;
mod load;
mod model;
mod opened;
mod order;
mod own;
mod places;
mod players;
mod select;
mod slots;
mod stage;
mod standard;
mod start;
mod starts;
mod times;
mod turn;

use cors_servers::exchange::Exchange;

pub use early::Early;
pub use judge::{Judged, Judgement, judge};
pub use load::{LoadError, Loaded, load, load_telling};
pub use order::Order;
pub use places::{place, refer_to_snapshots, survey_snapshots};
pub use players::Players;
pub use select::{runs, trials};
pub use standard::{played, rule};
pub use start::{Running, start};
pub use times::{Part, Times};

use crate::engine::Kind;
use crate::observation::RowObservation;
use crate::plan::Names;
use crate::standard::RowRuling;
use crate::verdict::{Broken, TimeDecided, Verdict};

/// An engine by name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Engine {
    /// Chromium through chromedriver.
    Chromium,
    /// Firefox through geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser through WebKitWebDriver.
    WebKit,
    /// A plain HTTP client with no origin rules.
    Control,
    /// The model of the Fetch standard.
    Standard,
}

impl From<Kind> for Engine {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Chromium => Self::Chromium,
            Kind::Firefox => Self::Firefox,
            Kind::WebKit => Self::WebKit,
        }
    }
}

impl Engine {
    /// All engines there are.
    pub const ALL: [Self; 5] =
        [Self::Standard, Self::Chromium, Self::Firefox, Self::WebKit, Self::Control];

    /// The name in cases, on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => Kind::Chromium.as_str(),
            Self::Firefox => Kind::Firefox.as_str(),
            Self::WebKit => Kind::WebKit.as_str(),
            Self::Control => "control",
            Self::Standard => "standard",
        }
    }

    /// Which browser it is, if it is one.
    pub fn browser(self) -> Option<Kind> {
        match self {
            Self::Chromium => Some(Kind::Chromium),
            Self::Firefox => Some(Kind::Firefox),
            Self::WebKit => Some(Kind::WebKit),
            Self::Control | Self::Standard => None,
        }
    }

    /// Whether it is a browser.
    pub fn is_browser(self) -> bool {
        self.browser().is_some()
    }
}

/// One case on one engine, after it ran.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine's version, as it says itself.
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
    /// Names that the exchanges are in.
    pub names: Names,
    /// What the standard says, and how this stands to it; `None` for an engine that no standard binds.
    pub judged: Option<(RowRuling, Verdict)>,
    /// Where the time that passed makes a difference.
    pub time: Option<TimeDecided>,
    /// Standing rules that did not hold.
    pub broken: Vec<Broken>,
    /// What the team's own servers of it had said last, where they were started for the run.
    pub said: Vec<String>,
    /// How the browser ended that played it first, if this is the second time.
    pub repeated: Option<String>,
}

impl RowOutcome {
    /// What happened, of which nothing else is known yet.
    pub fn of(observation: RowObservation) -> Self {
        Self {
            observation,
            exchanges: Vec::new(),
            names: Names::verbatim(),
            judged: None,
            time: None,
            broken: Vec::new(),
            said: Vec::new(),
            repeated: None,
        }
    }
}

/// The environment could not do it: no driver, no session. Says nothing about any case.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unable(pub String);

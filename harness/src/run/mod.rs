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

pub use early::Early;
pub use judge::judge;
pub use load::{LoadError, Loaded, load, load_telling};
pub use order::Order;
pub use places::{place, refer_to_snapshots, survey_snapshots};
pub use players::Players;
pub use select::trials;
pub use standard::{played, rule};
pub use start::{Running, start};

pub use crate::results::{Engine, Judged, Judgement, Outcome, Part, RowOutcome, Times, Unable};

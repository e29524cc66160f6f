//! The wiring: from a folder of cases to outcomes, engine by engine. It contains the order of
//! things, deadlines and the runtime, but no rules of the standard and no wording.

mod browsers;
mod clients;
mod collect;
mod judge;
mod load;
mod model;
mod open_page;
mod opened;
mod order;
mod page_queue;
mod players;
mod preparation;
mod profile;
mod remaining_rows;
mod row_judgment;
mod row_report;
mod shared_page;
mod slots;
mod snapshot_paths;
mod standard;
mod start;
mod start_permits;
mod times;
mod upstreams;

pub use judge::{judge, judge_rows};
pub use load::{LoadError, Loaded, load, load_wanted};
pub use order::{Order, trials};
pub use players::Players;
pub use preparation::{RunPreparation, start};
pub use snapshot_paths::{place, refer_to_snapshots, survey_snapshots};
pub use standard::{played, rule};
pub use start::Running;

pub use crate::results::{
    Engine, EngineUnavailable, Judged, Judgement, Outcome, Part, RowOutcome, Times,
};

//! Describes results for people and programs. It decides nothing and runs nothing.

mod cells;
mod console;
mod departures;
mod doctor;
mod engine_wide;
mod evidence;
mod exchange_steps;
mod explain;
mod failure;
mod json;
mod matrix;
mod notes;
mod permitted_and_timed;
mod plan;
mod policy;
mod problems;
mod reasons;
mod repeated;
mod request_headers;
mod rounds;
mod row_changes;
mod side_by_side;
mod snapshots;
mod stripped;
mod table;
mod wire;
mod wrapping;

pub use console::{console, summary, times};
pub use doctor::doctor_lines;
pub use engine_wide::{engine_wide, engine_wide_gone};
pub use explain::{explain_case, explain_row};
pub use failure::{Alone, failure};
pub use json::{Document, EngineEntry, ResultEntry, milliseconds, results};
pub use matrix::{MatrixEntry, matrix};
pub use plan::plan_text;
pub use policy::{
    Comparison, FindingSummary, PolicyEntries, PolicyRecord, PolicyVerdict, RecordedFinding,
    comparison, finding_help, finding_summaries, played, policy_entries, verdict_of_policy,
};
pub use problems::{RowProblem, TrialProblem, problem};
pub use repeated::repeated;
pub use rounds::Rounds;
pub use side_by_side::{Sides, side_by_side};
pub use snapshots::{missing, orphan, unreadable};
pub use stripped::{Stripped, stripped};
pub use table::snapshot_text;
pub use wire::{Wire, WireReply};

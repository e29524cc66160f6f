//! Describes results for people and programs. It decides nothing and runs nothing.

mod cells;
mod commands;
mod console;
mod coverage;
mod departures;
mod doctor;
mod engine_wide;
mod explain;
mod failed_cases;
mod failure;
mod json;
mod matrix;
mod measured;
mod notes;
mod overview;
mod permitted_and_timed;
mod plan;
mod played_row;
mod policy;
mod problems;
mod reason_table;
mod reasons;
mod request_headers;
mod review;
mod rounds;
mod row_changes;
mod side_by_side;
mod snapshots;
mod step_entries;
mod stripped;
pub(crate) mod style;
mod table;
mod wire;
mod wrapping;

pub use commands::{CargoCommands, Commands, UsualCommands};
pub use console::{console, page_times, summary, times};
pub use coverage::coverage_text;
pub use doctor::doctor_lines;
pub use engine_wide::{engine_wide, engine_wide_gone};
pub use explain::{explain_case, explain_row};
pub use failure::failure;
pub use json::{Document, EngineEntry, ResultEntry, milliseconds, results};
pub use matrix::{MatrixEntry, matrix};
pub use measured::measured_table;
pub use overview::{Overview, OverviewEnd};
pub use plan::plan_text;
pub use played_row::repeated;
pub use policy::{
    Comparison, FindingSummary, PolicyEntries, PolicyRecord, PolicyVerdict, RecordedFinding,
    ShortVerdict, comparison, finding_summaries, first_row_of_policy, played, policy_entries,
    short_verdict_of_policy, verdict_of_policy,
};
pub(crate) use policy::{write_command, write_response_repair};
pub use problems::{RowProblem, TrialProblem, problem, run_verdict};
pub use reason_table::{ReasonText, reason_table};
pub use review::review;
pub use rounds::Rounds;
pub use side_by_side::{Sides, side_by_side};
pub use snapshots::{missing, orphan, snapshot_text, unreadable};
pub use stripped::{Stripped, stripped};
pub use table::{lines_of_rows, same_lines};
pub use wire::{Wire, WireReply};
pub use wrapping::described;
pub(crate) use wrapping::{folded_table, hanging_in, records};

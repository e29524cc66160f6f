//! Words for people and machines. Decides nothing and runs nothing.

mod cells;
mod console;
mod doctor;
mod explain;
mod failure;
mod json;
mod matrix;
mod side_by_side;
mod table;
mod wire;
mod wrapping;

pub use console::{console, summary, times};
pub use doctor::doctor_lines;
pub use explain::{explain_case, explain_row};
pub use failure::failure;
pub use json::{Document, EngineEntry, ResultEntry};
pub use matrix::{MatrixEntry, matrix};
pub use side_by_side::{Sides, side_by_side};
pub use table::snapshot_text;

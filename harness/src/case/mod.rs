//! The vocabulary of a case: YAML in, [`Case`]s or complaints out.
//!
//! Pure: takes text, opens nothing. The YAML crates are used only here.

mod row;

pub use row::*;

//! `explain`: what the standard makes of a case, and why.

use cors_harness::report::{explain_case, explain_row};
use cors_harness::run::rule;

use super::Exit;
use super::find::rows;
use crate::arguments::Rows;

/// `explain`.
pub fn explain(wanted: &Rows) -> Exit {
    let (case, rows) = match rows(wanted) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    say!("{}", explain_case(&case));
    for row in &rows {
        say!("{}", explain_row(&case, row, &rule(row)));
    }
    Exit::AsRecorded
}

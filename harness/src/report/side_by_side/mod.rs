//! One case on two engines, side by side: what each did in every step, and in which header lines
//! their requests differ.

mod headers;
mod steps;

use std::fmt::Write;

use indexmap::IndexSet;

use super::notes::notes_of;
use super::played_row::values;
use crate::case::Case;
use crate::results::{Engine, Outcome};
use crate::ruling::RowRuling;
use headers::Requests;
use steps::steps;

/// Two engines, and what they did.
pub type Sides<'a> = [(Engine, &'a Outcome); 2];

/// The case on both engines.
///
/// Precondition: outcomes and rulings are those of the case's rows, in their order.
pub fn side_by_side(case: &Case, sides: Sides<'_>, rulings: &[RowRuling]) -> String {
    let mut text = format!("{}\n", case.name);
    for (engine, outcome) in sides {
        let _ = writeln!(text, "  {:8}  {}", engine.as_str(), outcome.version);
    }
    let _ = writeln!(text, "  = the same in both, ≠ different, ? inconclusive");
    let requests = Requests::of(sides);
    for (number, (row, ruling)) in case.rows.iter().zip(rulings).enumerate() {
        let _ = writeln!(text, "\nrow {}", values(row));
        text += &steps(sides, number, ruling);
        text += &requests.of_row(number);
        let rows = sides.iter().filter_map(|(_, outcome)| outcome.rows.get(number));
        let notes: IndexSet<_> = rows.flat_map(|outcome| notes_of(row, outcome)).collect();
        for note in notes {
            let _ = writeln!(text, "  note: {note}");
        }
    }
    text + &requests.everywhere()
}

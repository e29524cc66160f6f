//! The first row of a policy, before the others are played.

use super::lines;
use crate::case::Case;
use crate::report::wrapping::hanging_in;
use crate::results::{Outcome, RowOutcome};
use crate::verdict::policy::Line;

/// What the first row shows, for a terminal of this width: one line, unless the origin is long or the row is inconclusive.
/// `outcome` has the row of the policy `case` that was played first; the text is empty if it has none.
pub fn first_row_of_policy(case: &Case, outcome: &Outcome, width: usize) -> String {
    let rows = outcome.rows.get(..1).unwrap_or_default();
    let lines = lines(case, rows);
    let sentences = lines.iter().zip(rows).map(|(line, row)| sentence(line, row, width));
    sentences.map(|sentence| hanging_in(width, "", &sentence)).collect()
}

fn sentence(line: &Line, row: &RowOutcome, width: usize) -> String {
    let Line { values: [page, _, request, login], allowed, can, how } = line;
    let login = if login == "yes" { " with the login" } else { "" };
    let row_is = format!("{request} from {page}{login}: ");
    if let Some(why) = row.inconclusive() {
        return format!("{row_is}inconclusive: {why}");
    }
    let can = if can.is_any() { can.to_string() } else { "reads nothing".to_owned() };
    let policy = if *allowed { "policy: allowed" } else { "policy: not allowed" };
    let full = format!("{row_is}{can} ({how}); {policy}");
    match full.chars().count() <= width {
        true => full,
        false => format!("{row_is}{can}; {policy}"),
    }
}

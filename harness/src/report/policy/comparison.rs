//! Compares two servers under one policy, and shows only differences.

use super::changes::write_changes;
use super::inconclusive_rows;
use super::record::PolicyRecord;
use crate::case::Case;
use crate::report::notes::{no_browser, write_notes};
use crate::results::{Engine, Outcome, RowOutcome};

/// The result of the comparison.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// The text.
    pub text: String,
    /// Whether pages have the same access to both servers, in the same way, and no row is
    /// inconclusive.
    pub same: bool,
}

/// Compares the access of pages to two servers, in the rows that are conclusive for both. Both
/// outcomes are of the policy `case`.
pub fn comparison(case: &Case, engine: Engine, old: &Outcome, new: &Outcome) -> Comparison {
    if case.policy.is_none() {
        return Comparison { text: format!("{} is not a policy", case.id), same: false };
    }
    let no_browser = no_browser(engine, case).map(|words| format!(", {words}")).unwrap_or_default();
    let inconclusive: String = [("first", old), ("second", new)]
        .map(|(which, outcome)| {
            let inconclusive = inconclusive_rows(case, &outcome.rows);
            if inconclusive.is_empty() {
                inconclusive
            } else {
                format!("\nof the {which} server, {inconclusive}")
            }
        })
        .concat();
    let mut notes = String::new();
    write_notes(&mut notes, case, &new.rows);
    let (conclusive, old, new) = conclusive_in_both(case, &old.rows, &new.rows);
    let before = PolicyRecord::of(&conclusive, &old);
    if before == PolicyRecord::of(&conclusive, &new) {
        if new.is_empty() {
            let text = format!(
                "{}: no row is conclusive for both servers\n{inconclusive}{notes}",
                case.id
            );
            return Comparison { text: text.trim_end().to_owned(), same: false };
        }
        let which = if inconclusive.is_empty() { "all" } else { "the other" };
        let text = format!(
            "{}: in {} pages can do the same to both servers, in {which} {} \
            rows{no_browser}\n{inconclusive}{notes}",
            case.id,
            engine.as_str(),
            new.len()
        );
        return Comparison { text: text.trim_end().to_owned(), same: inconclusive.is_empty() };
    }
    let mut text = format!("{}, in {}{no_browser}\n", case.id, engine.as_str());
    let since = "from the first server to the second";
    write_changes(&mut text, &conclusive, &new, (since, &before));
    Comparison { text: text + &inconclusive + &notes, same: false }
}

/// The case with the rows that are conclusive for both, and these rows.
fn conclusive_in_both(
    case: &Case,
    old: &[RowOutcome],
    new: &[RowOutcome],
) -> (Case, Vec<RowOutcome>, Vec<RowOutcome>) {
    let both = old.iter().zip(new).enumerate();
    let both = both.filter(|(_, (old, new))| old.inconclusive().or(new.inconclusive()).is_none());
    let (numbers, (old, new)): (Vec<_>, (Vec<_>, Vec<_>)) =
        both.map(|(number, (old, new))| (number, (old.clone(), new.clone()))).unzip();
    (Case { rows: case.rows.chosen(&numbers), ..case.clone() }, old, new)
}

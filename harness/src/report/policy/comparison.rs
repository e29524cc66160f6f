//! Two servers and one policy: only what differs.

use super::failure::write_changes;
use super::snapshot::snapshot_of_policy;
use crate::case::Case;
use crate::run::{Engine, Outcome};

/// How one server stands to another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// In words.
    pub text: String,
    /// Whether pages can do the same to both, in the same way, and all of it can be told.
    pub same: bool,
}

/// Compares what pages could do to two servers. `case` is a policy that both outcomes are of.
pub fn comparison(case: &Case, engine: Engine, old: &Outcome, new: &Outcome) -> Comparison {
    let rows = old.rows.iter().chain(&new.rows);
    if let Some(why) = rows.clone().find_map(|row| row.inconclusive()) {
        return Comparison { text: format!("cannot tell: {why}"), same: false };
    }
    let Some(policy) = &case.policy else {
        return Comparison { text: format!("{} is no policy", case.id), same: false };
    };
    let before = snapshot_of_policy(case, policy, &old.rows);
    if before == snapshot_of_policy(case, policy, &new.rows) {
        let text = format!(
            "{}: in {} pages can do the same to both servers, in all {} rows",
            case.id,
            engine.as_str(),
            new.rows.len()
        );
        return Comparison { text, same: true };
    }
    let mut text = format!("{}, in {}\n", case.id, engine.as_str());
    let since = "from the first server to the second";
    write_changes(&mut text, case, policy, &new.rows, (since, &before));
    Comparison { text, same: false }
}

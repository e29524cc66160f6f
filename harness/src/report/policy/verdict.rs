//! A policy that nobody has reviewed: who can do what, and what there is to say of it.

use super::console::{kept, write_findings};
use super::{findings_of, lines, text_of, untold};
use crate::case::Case;
use crate::report::evidence::no_browser;
use crate::report::notes::write_notes;
use crate::results::{Engine, Outcome};

/// What there is to say of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyVerdict {
    /// In words, with what was on the wire.
    pub text: String,
    /// Whether everything can be told and nothing is to be said.
    pub clean: bool,
}

/// Says it. `outcome` is of the policy `case`.
pub fn verdict_of_policy(case: &Case, engine: Engine, outcome: &Outcome) -> PolicyVerdict {
    let Outcome { version, rows } = outcome;
    let asked_by = no_browser(engine, case).map_or_else(
        || format!("asked by {} {version}", engine.as_str()),
        |words| words.to_owned(),
    );
    let mut text = format!("{}, {asked_by}\n\n", case.id);
    let said = case.policy.as_ref().map(|policy| kept(policy, case, rows)).unwrap_or_default();
    text += &format!("{said}\n");
    write_notes(&mut text, case, rows);
    write_findings(&mut text, case, rows, true);
    let untold = untold(case, rows);
    text += &format!("\n{}\n{untold}", text_of(&lines(case, rows)));
    let clean = untold.is_empty() && findings_of(case, rows).is_empty();
    PolicyVerdict { text: text.trim_end().to_owned() + "\n", clean }
}

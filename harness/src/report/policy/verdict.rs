//! A policy without a reviewed snapshot: its findings, and the access of each page.

use super::console::{kept, write_findings};
use super::{findings_of, inconclusive_rows, lines, text_of};
use crate::case::Case;
use crate::report::evidence::no_browser;
use crate::report::notes::write_notes;
use crate::results::{Engine, Outcome};

/// The result of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyVerdict {
    /// The text, with the exchanges.
    pub text: String,
    /// Whether no row is inconclusive and there is no finding.
    pub clean: bool,
}

/// The result. `outcome` is that of the policy `case`.
pub fn verdict_of_policy(case: &Case, engine: Engine, outcome: &Outcome) -> PolicyVerdict {
    let Outcome { version, rows } = outcome;
    let asked_by = no_browser(engine, case).map_or_else(
        || format!("played by {} {version}", engine.as_str()),
        |words| words.to_owned(),
    );
    let mut text = format!("{}, {asked_by}\n\n", case.id);
    let said = case.policy.as_ref().map(|policy| kept(policy, case, rows)).unwrap_or_default();
    text += &format!("{said}\n");
    write_notes(&mut text, case, rows);
    write_findings(&mut text, case, rows, true);
    let inconclusive = inconclusive_rows(case, rows);
    text += &format!("\n{}\n{inconclusive}", text_of(&lines(case, rows)));
    let clean = inconclusive.is_empty() && findings_of(case, rows).is_empty();
    PolicyVerdict { text: text.trim_end().to_owned() + "\n", clean }
}

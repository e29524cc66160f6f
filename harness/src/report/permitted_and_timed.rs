//! Describes rows in which the browser did what the standard permits, or the time decides.

use std::fmt::Write;

use cors_model::PermittedChoice;

use super::played_row::values;
use super::style::counted;
use super::wrapping::hanging;
use crate::case::{Case, Row};
use crate::results::{Judged, RowOutcome};
use crate::verdict::Verdict;

/// What a browser did, and the texts that permit it.
pub(super) fn what_was_done(choices: &[PermittedChoice]) -> String {
    let mut sentences: Vec<_> = choices.iter().map(PermittedChoice::sentence).collect();
    sentences.dedup();
    let mut links: Vec<_> = choices.iter().map(PermittedChoice::link).collect();
    links.dedup();
    format!("the browser {} ({})", sentences.join("; "), links.join(", "))
}

/// The message for an entry of `known` with the wrong kind.
pub(super) fn wrong_kind(choices: &[PermittedChoice]) -> String {
    if choices.is_empty() {
        return "the entry says `kind: permitted`, and the standard does not permit this: write \
        `bug`, `policy` or \
                `standard-gap`"
            .to_owned();
    }
    format!(
        "the entry explains a departure, but the standard permits this: {}: write `kind: \
        permitted`, or remove the entry",
        what_was_done(choices)
    )
}

/// The text below the rows of a trial.
pub(super) fn write_set_aside(text: &mut String, case: &Case, judged: &Judged) {
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        for words in notes(outcome) {
            *text += &hanging(&format!("    {}: ", named(row)), &words);
        }
    }
}

fn named(row: &Row) -> String {
    if row.values.is_empty() { "this row".to_owned() } else { format!("row {}", values(row)) }
}

/// The notes on a row.
pub(super) fn notes(outcome: &RowOutcome) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((_, Verdict::Permitted { choices, .. })) = &outcome.judged {
        notes.push(format!("permitted: {}", what_was_done(choices)));
    }
    if let Some(words) = time(outcome) {
        notes.push(format!("the result depends on time: {words}"));
    }
    notes
}

/// What the time decided in a row, as a sentence.
pub(super) fn time(outcome: &RowOutcome) -> Option<&str> {
    outcome.time.as_ref().map(|time| time.words.as_str())
}

/// How many rows are permitted, and in how many the time decides; empty if there are none.
pub(super) fn set_aside<'j>(judged: impl Iterator<Item = &'j Judged> + Clone) -> String {
    let permitted: usize = judged.clone().map(|judged| judged.permitted).sum();
    let timed = judged.map(|judged| judged.timed).sum();
    let mut text = String::new();
    for (count, what) in [(permitted, "permitted"), (timed, "decided by time")] {
        if count > 0 {
            let _ = write!(text, "; {} {what}", counted(count, "row"));
        }
    }
    text
}

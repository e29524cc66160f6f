//! Describes rows as they were played: their values, what happened, and whether a browser ended.

use std::fmt::Write;

use super::cells::happened;
use super::notes::notes_of;
use super::reasons::engine_reasons;
use super::style::counted;
use super::wire::Wire;
use crate::case::{Case, Row};
use crate::results::{Judged, RowOutcome};

/// A played row: its steps, and what was on the wire.
pub(super) fn write_row(text: &mut String, row: &Row, outcome: &RowOutcome) {
    let _ = writeln!(text, "\n  row {}", values(row));
    for (number, step) in outcome.observation.steps.iter().enumerate() {
        let [label, _, _, read, _] = happened(step, None);
        let why = step.inconclusive.iter().chain(&step.words).cloned().collect::<Vec<_>>();
        let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join("; ")) };
        let _ = writeln!(text, "  {label}: {read}{why}");
        for saying in engine_reasons(outcome, number) {
            let _ = writeln!(text, "    it says {saying}");
        }
    }
    if outcome.exchanges.is_empty() {
        text.push_str("    no request reached a server\n");
    }
    Wire::write_all(outcome, text);
    for note in notes_of(row, outcome) {
        let _ = writeln!(text, "    note: {note}.");
    }
    // A server that did not answer was quoted before.
    for printed in &outcome.printed {
        if !text.contains(printed.as_str()) {
            let printed = textwrap::indent(printed, "      ");
            let _ = writeln!(text, "    the last output of its server:\n{printed}");
        }
    }
}

/// A row by its values.
pub(super) fn values(row: &Row) -> String {
    let values: Vec<_> = row.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if values.is_empty() { "1".to_owned() } else { values.join(" ") }
}

/// For every row that was played twice, how the browser ended the first time; `None` if there is no
/// such row.
pub fn repeated(case: &Case, judged: &Judged) -> Option<String> {
    let mut text = String::new();
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        if let Some(words) = &outcome.repeated {
            let _ =
                writeln!(text, "  row {} was played twice, after a browser ended:", values(row));
            text += &textwrap::indent(words.trim_end(), "    ");
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

/// How many rows of several trials were played twice; `None` if none was.
pub(super) fn repeated_rows<'j>(judged: impl Iterator<Item = &'j Judged>) -> Option<String> {
    let count: usize = judged.map(|judged| judged.repeated).sum();
    let were = if count == 1 { "was" } else { "were" };
    let rows = counted(count, "row");
    (count > 0).then(|| format!("{rows} {were} played twice, after a browser ended"))
}

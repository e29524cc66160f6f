//! Describes trials with unexplained departures or unneeded entries, and what to do about each.

use std::fmt::Write;

use super::cells::{distinguished, ruled, side};
use super::permitted_and_timed::{time, wrong_kind};
use super::played_row::{values, write_row};
use super::wrapping::hanging;
use crate::case::{Case, Known, Row};
use crate::results::{Judged, RowOutcome};
use crate::verdict::{Verdict, known};

/// Every row that departs, with the differences, and every entry of `known` that is too wide.
pub(super) fn write_departures(text: &mut String, case: &Case, judged: &Judged) {
    let rows: Vec<_> = case.rows.iter().zip(&judged.rows).collect();
    for (row, outcome) in rows.iter().filter(|(_, outcome)| departs(outcome)) {
        write_row(text, row, outcome);
        write_broken(text, outcome);
        write_differences(text, judged, outcome);
    }
    if rows.iter().any(|(_, outcome)| !outcome.broken.is_empty()) {
        text.push_str(
            "\nthese rules hold in every run, and an entry of `known` cannot explain them: the \
            browser is unsafe, or the harness misread the evidence; the exchanges above show \
            which\n",
        );
    }
    if rows.iter().any(|(_, outcome)| matches!(verdict(outcome), Some(Verdict::Departs(_)))) {
        write_how_to_explain(text, judged);
    }
    for entry in case.known_of(judged.engine.as_str()) {
        let explains = |row: &Row| {
            known(case, &entry.engine, row).is_some_and(|known| std::ptr::eq(known, entry))
        };
        let explained: Vec<_> = rows.iter().copied().filter(|(row, _)| explains(row)).collect();
        write_vanished(text, case, entry, &explained);
    }
}

fn verdict(outcome: &RowOutcome) -> Option<&Verdict> {
    outcome.judged.as_ref().map(|(_, verdict)| verdict)
}

fn departs(outcome: &RowOutcome) -> bool {
    let verdict = verdict(outcome);
    let otherwise = matches!(verdict, Some(Verdict::Departs(_) | Verdict::WrongKind { .. }));
    !outcome.broken.is_empty() || otherwise
}

fn write_broken(text: &mut String, outcome: &RowOutcome) {
    for broken in &outcome.broken {
        let _ = writeln!(
            text,
            "  a rule that holds in every run is broken: {}: {}",
            broken.rule, broken.what
        );
    }
}

fn write_differences(text: &mut String, judged: &Judged, outcome: &RowOutcome) {
    let engine = judged.engine.as_str();
    let Some((ruling, verdict)) = &outcome.judged else { return };
    let (standard, seen) = (&ruling.observation, &outcome.observation);
    let does = match verdict {
        Verdict::WrongKind { choices, .. } => {
            *text += &hanging("  the wrong kind: ", &wrong_kind(choices));
            if choices.is_empty() { "departs from the standard" } else { "differs from the model" }
        }
        _ => "departs from the standard",
    };
    if let Some(words) = time(outcome) {
        *text += &hanging("  the result depends on time: ", words);
    }
    for difference in verdict.differences() {
        let field = difference.field.as_str();
        let _ = writeln!(text, "  {engine} {does} in its {field}:");
        let sides = [side(standard, seen, *difference), side(seen, standard, *difference)];
        let [standard, own] = distinguished(sides);
        let _ = writeln!(text, "    standard  {standard}");
        let _ = writeln!(text, "    {engine:8}  {own}");
        if let Some(ruling) = ruling.rulings.get(difference.step) {
            let _ = writeln!(text, "    ruling    {}", ruled(ruling));
        }
    }
}

fn write_how_to_explain(text: &mut String, judged: &Judged) {
    let _ = writeln!(
        text,
        "\nif you can explain the departure, add it to the case:\n\n  known:\n    \
         - engine: {}\n      \
         kind: bug            # or policy, standard-gap\n      \
         because: …\n      \
         where: {{ … }}       # the rows it is about",
        judged.engine.as_str()
    );
}

/// What remains of an entry of `known` if the departure is gone in some of its rows.
fn write_vanished(text: &mut String, case: &Case, entry: &Known, rows: &[(&Row, &RowOutcome)]) {
    let Known { engine, kind, because, .. } = entry;
    let gone = |outcome: &RowOutcome| verdict(outcome) == Some(&Verdict::Vanished);
    let vanished: Vec<_> = rows.iter().filter(|(_, outcome)| gone(outcome)).collect();
    if vanished.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n{engine} agrees with the standard, although `known` explains a departure:\n"
    );
    for (row, _) in &vanished {
        let _ = writeln!(text, "  row {}", values(row));
    }
    *text += &hanging(&format!("  {}: ", kind.as_str()), because);
    let what_to_do = if vanished.len() < rows.len() {
        "remove these rows from the entry's `where`; other rows of the entry still \
        depart"
            .to_owned()
    } else {
        format!(
            "no row needs this entry any more: remove it; if it is the last one of {engine}, \
            remove the \
             snapshot `{}@{engine}.snap` too",
            case.id
        )
    };
    let _ = writeln!(text, "\n{what_to_do}");
}

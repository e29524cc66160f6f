//! What a failing trial says: the sentence, what differs, the exchanges behind it, and how to run it
//! alone.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::cells::cells;
use super::table::{markdown_line, row_lines, unpadded};
use super::wire::Wire;
use crate::case::{Case, Row};
use crate::run::{Judged, Judgement, RowOutcome};

/// The text of a trial that did not pass; `None` for one that did.
pub fn failure(case: &Case, judged: &Judged) -> Option<String> {
    let mut text = String::new();
    let _ = writeln!(text, "{}", case.name.trim());
    let _ = writeln!(text, "{}\n", textwrap::fill(case.because.trim(), 100));
    match &judged.judgement {
        Judgement::Match => return None,
        Judgement::Unable(reason) => {
            let _ = writeln!(text, "could not be run: {reason}");
        }
        Judgement::Inconclusive => write_inconclusive(&mut text, case, judged),
        Judgement::New => write_new(&mut text, judged),
        Judgement::Differs { reviewed } => write_difference(&mut text, case, judged, reviewed),
    }
    let _ = write!(
        text,
        "\nrun it alone:  cargo test -- --exact '[{}] {}'",
        judged.engine.as_str(),
        case.id
    );
    Some(text)
}

fn write_new(text: &mut String, judged: &Judged) {
    let _ = writeln!(text, "nothing was reviewed yet; this is what happened:\n\n{}", judged.text);
    let _ = writeln!(text, "if it is right, keep it:  cargo insta review");
}

fn write_difference(text: &mut String, case: &Case, judged: &Judged, reviewed: &str) {
    let (before, now) = (unpadded(reviewed), unpadded(&judged.text));
    let _ = writeln!(text, "- reviewed, + now ({} {}):\n", judged.engine.as_str(), judged.version);
    let headings = now.lines().find(|line| line.starts_with('|'));
    let _ = writeln!(text, "  {}", headings.unwrap_or_default());
    for change in TextDiff::from_lines(&before, &now).iter_all_changes() {
        if change.tag() != ChangeTag::Equal {
            let _ = writeln!(text, "{} {}", change.tag(), change.value().trim_end());
        }
    }
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        let line = |cells: &Vec<String>| unpadded(&markdown_line(cells));
        if !row_lines(row, &outcome.observation).iter().map(line).all(|line| before.contains(&line))
        {
            write_row(text, row, outcome);
        }
    }
    let _ = writeln!(text, "\nif what happens now is right, keep it:  cargo insta review");
}

fn write_inconclusive(text: &mut String, case: &Case, judged: &Judged) {
    let _ = writeln!(text, "inconclusive: it cannot be told what was allowed");
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        if outcome.observation.inconclusive().is_some() {
            write_row(text, row, outcome);
        }
    }
}

fn write_row(text: &mut String, row: &Row, outcome: &RowOutcome) {
    let values: Vec<_> = row.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let _ = writeln!(
        text,
        "\n  row {}",
        if values.is_empty() { "1".to_owned() } else { values.join(" ") }
    );
    for step in &outcome.observation.steps {
        let [label, _, _, read, _] = cells(step);
        let why =
            step.inconclusive.iter().chain(&step.words).cloned().collect::<Vec<_>>().join("; ");
        let why = if why.is_empty() { why } else { format!(" ({why})") };
        let _ = writeln!(text, "  {label}: {read}{why}");
    }
    if outcome.exchanges.is_empty() {
        text.push_str("    no request reached a server\n");
    }
    for exchange in &outcome.exchanges {
        Wire::of(exchange, &outcome.names).write(text);
    }
}

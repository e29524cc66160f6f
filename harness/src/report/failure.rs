//! The message of a failing trial: the case, the differences, the exchanges behind them, and the
//! command that plays it alone.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::cells::Columns;
use super::commands::Commands;
use super::departures::write_departures;
use super::played_row::{repeated, write_row};
use super::policy::{PolicyRecord, kept, write_changes, write_findings};
use super::table::{markdown_line, row_lines, unpadded};
use crate::case::Case;
use crate::results::{Judged, Judgement};

/// The text of a trial that did not pass; `None` for one that did.
pub fn failure(case: &Case, judged: &Judged, commands: &dyn Commands) -> Option<String> {
    let mut text = format!("{}\n{}\n\n", case.name, textwrap::fill(&case.because, 100));
    match &judged.judgement {
        Judgement::Match => return None,
        Judgement::NotRun(reason) => {
            let _ = writeln!(text, "could not be run: {reason}");
        }
        Judgement::Unreadable(words) => {
            let _ = writeln!(text, "nothing was compared: {words}");
        }
        Judgement::Inconclusive => write_inconclusive(&mut text, case, judged),
        Judgement::Departs => write_departures(&mut text, case, judged),
        Judgement::New => write_new(&mut text, case, judged, commands),
        Judgement::Differs { reviewed, record } => {
            let reviewed = (reviewed.as_str(), record.as_deref());
            write_difference(&mut text, case, (judged, reviewed), commands);
        }
    }
    if let Some(repeated) = repeated(case, judged) {
        let _ = write!(text, "\n{repeated}");
    }
    let _ = write!(text, "\nrun it alone:  {}", commands.again(case, judged.engine));
    Some(text)
}

fn write_new(text: &mut String, case: &Case, judged: &Judged, commands: &dyn Commands) {
    let _ = writeln!(
        text,
        "there is no reviewed snapshot yet; these are the results:\n\n{}",
        judged.text
    );
    if case.policy.is_some() {
        write_findings(text, case, &judged.rows, true);
        text.push('\n');
    }
    write_keeping(text, judged, &format!("if they are right, accept them:  {}", commands.review()));
}

fn write_difference(
    text: &mut String,
    case: &Case,
    (judged, (reviewed, record)): (&Judged, (&str, Option<&str>)),
    commands: &dyn Commands,
) {
    match (&case.policy, record.and_then(PolicyRecord::read)) {
        (Some(_), Some(before)) => {
            write_changes(text, case, &judged.rows, ("since it was reviewed", &before));
        }
        (Some(_), None) => {
            text.push_str(NO_RECORD);
            write_changed_lines(text, case, judged, reviewed);
        }
        (None, _) => write_changed_lines(text, case, judged, reviewed),
    }
    text.push('\n');
    write_keeping(
        text,
        judged,
        &format!("if the new results are right, accept them:  {}", commands.review()),
    );
}

/// The text for the snapshot of a policy that an older version wrote.
const NO_RECORD: &str = "The reviewed snapshot has no data to compare with, because an older version of cors-harness wrote it. \
                         So the changes are not classified as loosened or tightened. Review the lines below, or restore \
                         the reviewed server and run it once with INSTA_UPDATE=force, which writes the data.\n\n";

/// How to accept the result, or why there is nothing to review.
fn write_keeping(text: &mut String, judged: &Judged, right: &str) {
    let _ = match &judged.unkept {
        None => writeln!(text, "{right}"),
        Some(words) => writeln!(text, "{words}"),
    };
}

fn write_changed_lines(text: &mut String, case: &Case, judged: &Judged, reviewed: &str) {
    let (before, now) = (unpadded(reviewed), unpadded(&judged.text));
    let _ = writeln!(text, "- reviewed, + now ({} {}):\n", judged.engine.as_str(), judged.version);
    let headings = now.lines().find(|line| line.starts_with('|'));
    let _ = writeln!(text, "  {}", headings.unwrap_or_default());
    for change in TextDiff::from_lines(&before, &now).iter_all_changes() {
        if change.tag() != ChangeTag::Equal {
            let _ = writeln!(text, "{} {}", change.tag(), change.value().trim_end());
        }
    }
    let columns = Columns::of(case, judged.engine);
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        let mut lines = row_lines(columns, row, outcome).into_iter();
        if lines.any(|cells| !before.contains(&unpadded(&markdown_line(&cells)))) {
            write_row(text, row, outcome);
        }
    }
}

fn write_inconclusive(text: &mut String, case: &Case, judged: &Judged) {
    let _ = writeln!(text, "inconclusive: the results do not show what was allowed");
    if let Some(policy) = &case.policy {
        let _ = writeln!(text, "{}", kept(policy, case, &judged.rows));
        write_findings(text, case, &judged.rows, true);
    }
    for (row, outcome) in case.rows.iter().zip(&judged.rows) {
        if let Some(reason) = outcome.inconclusive() {
            write_row(text, row, outcome);
            let _ = writeln!(text, "  inconclusive: {reason}");
        }
    }
    text.push_str(
        "\nnothing was compared: add what is missing to the servers of the case, or find out why \
        the result is inconclusive\n",
    );
}

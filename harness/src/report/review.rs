//! What a reviewer is shown of a text that waits for a review.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::policy::{PolicyRecord, RecordedFinding};
use super::style::{BAD, DIM, GOOD, HEAD, WARN, counted, styled};
use super::table::unpadded;
use super::wrapping::hanging_in;
use crate::snapshot::Reviewed;
use crate::verdict::policy::{Change, Effect, changes};

/// How many changes are shown.
const SHOWN: usize = 12;

/// What has changed from the reviewed text, if there is one, to the new one.
pub fn review(id: &str, reviewed: Option<&Reviewed>, now: &Reviewed, width: usize) -> String {
    let mut text = format!("{}\n", styled(HEAD, id));
    let name = now.text.lines().next().unwrap_or_default();
    text += &hanging_in(width, "  ", name);
    match reviewed {
        None => write_new(&mut text, &now.text, width),
        Some(reviewed) => {
            let record = |one: &Reviewed| one.data.as_deref().and_then(PolicyRecord::read);
            if let (Some(before), Some(after)) = (record(reviewed), record(now)) {
                write_findings(&mut text, &before, &after, width);
                write_policy(&mut text, &changes(&before.lines, &after.lines), width);
            } else {
                write_lines(&mut text, &reviewed.text, &now.text, width);
            }
        }
    }
    text
}

fn write_new(text: &mut String, now: &str, width: usize) {
    let _ = writeln!(text, "  {}", styled(WARN, "There is no reviewed snapshot yet."));
    for finding in now.lines().filter(|line| line.starts_with("- ")) {
        *text += &hanging_in(width, "  ", finding);
    }
    let lines: Vec<_> = now.lines().filter(|line| line.starts_with('|')).collect();
    for line in lines.iter().take(SHOWN) {
        *text += &hanging_in(width, "  ", &one_space(line));
    }
    write_more(text, lines.len());
}

fn write_findings(text: &mut String, before: &PolicyRecord, after: &PolicyRecord, width: usize) {
    let found = [
        ("  new finding: ", after.findings_without(before)),
        ("  finding is gone: ", before.findings_without(after)),
    ];
    for (head, findings) in found {
        for RecordedFinding { finding, severity, sentence, .. } in findings {
            let words = format!("{}, {finding}: {sentence}.", severity.as_str());
            *text += &hanging_in(width, head, &words);
        }
    }
}

fn write_policy(text: &mut String, changes: &[Change], width: usize) {
    for Change { effect, before, now } in changes.iter().take(SHOWN) {
        let Some(line) = now.as_ref().or(before.as_ref()) else { continue };
        let [page, _, request, login] = &line.values;
        let style = if *effect == Effect::Loosened { BAD } else { WARN };
        let _ = writeln!(text, "  {}", styled(style, effect.as_str()));
        let row = format!("{request} from {page}, login {login}");
        *text += &hanging_in(width, "    ", &row);
        for (word, line) in [("was", before), ("is ", now)] {
            if let Some(line) = line {
                let words = format!("{} ({})", line.can, line.how);
                *text += &hanging_in(width, &format!("      {word}  "), &words);
            }
        }
    }
    write_more(text, changes.len());
}

fn write_lines(text: &mut String, reviewed: &str, now: &str, width: usize) {
    let (before, after) = (unpadded(reviewed), unpadded(now));
    let diff = TextDiff::from_lines(&before, &after);
    let changed = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    let changed: Vec<_> = changed.collect();
    for change in changed.iter().take(SHOWN) {
        let style = if change.tag() == ChangeTag::Delete { BAD } else { GOOD };
        for line in hanging_in(width, &format!("  {} ", change.tag()), change.value()).lines() {
            let _ = writeln!(text, "{}", styled(style, line));
        }
    }
    write_more(text, changed.len());
}

fn write_more(text: &mut String, count: usize) {
    if count > SHOWN {
        let more = format!("  and {}", counted(count - SHOWN, "more line"));
        let _ = writeln!(text, "{}", styled(DIM, &more));
    }
}

fn one_space(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

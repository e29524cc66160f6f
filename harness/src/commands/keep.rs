//! `accept` and `review`: keep what happened as reviewed.

use std::io::{self, BufRead, Write};
use std::path::Path;

use cors_harness::report::review as review_text;
use cors_harness::reporters::terminal_width;
use cors_harness::snapshot::{Pending, pending};

use super::Exit;
use crate::arguments::Keep;

/// `accept`: makes everything that waits for a review the reviewed snapshot.
pub fn accept(arguments: &Keep) -> Exit {
    let waiting = match waiting(arguments) {
        Ok(waiting) => waiting,
        Err(exit) => return exit,
    };
    let exits = waiting.iter().map(|one| match one.accept() {
        Ok(()) => {
            say!("accepted  {}", one.id);
            Exit::AsRecorded
        }
        Err(error) => failed(one, &error),
    });
    exits.max().unwrap_or(Exit::AsRecorded)
}

/// `review`: shows each change, and asks.
pub fn review(arguments: &Keep) -> Exit {
    let waiting = match waiting(arguments) {
        Ok(waiting) => waiting,
        Err(exit) => return exit,
    };
    let mut exit = Exit::AsRecorded;
    let mut left = 0;
    let mut ended = false;
    for (number, one) in waiting.iter().enumerate() {
        let answer = if ended { Answer::Skip } else { ask(one, number, waiting.len()) };
        ended |= answer == Answer::Quit;
        let done = match answer {
            Answer::Accept => one.accept(),
            Answer::Reject => one.reject(),
            Answer::Skip | Answer::Quit => {
                left += 1;
                Ok(())
            }
        };
        if let Err(error) = done {
            exit = exit.max(failed(one, &error));
        }
    }
    if left > 0 {
        say!("{left} of {} still wait for a review", waiting.len());
        exit = exit.max(Exit::Differs);
    }
    exit
}

/// What a reviewer says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

/// Shows a change and waits for an answer. The end of the input is the end of the review.
fn ask(one: &Pending, number: usize, of: usize) -> Answer {
    let texts = one.reviewed().and_then(|reviewed| Ok((reviewed, one.now()?)));
    let (reviewed, now) = match texts {
        Ok(texts) => texts,
        Err(error) => {
            failed(one, &error);
            return Answer::Skip;
        }
    };
    say!("\n{}", review_text(&one.id, reviewed.as_ref(), &now, terminal_width()).trim_end());
    let mut lines = io::stdin().lock();
    loop {
        let place = format!("({} of {of})", number + 1);
        let _ = write!(io::stderr(), "{place} a: accept, r: reject, s: skip, q: quit > ");
        let mut line = String::new();
        match lines.read_line(&mut line) {
            Ok(0) | Err(_) => return Answer::Quit,
            Ok(_) => {}
        }
        match line.trim() {
            "a" | "accept" => return Answer::Accept,
            "r" | "reject" => return Answer::Reject,
            "s" | "skip" => return Answer::Skip,
            "q" | "quit" => return Answer::Quit,
            _ => {}
        }
    }
}

/// What waits for a review and is selected, never nothing.
fn waiting(arguments: &Keep) -> Result<Vec<Pending>, Exit> {
    let Keep { filters, snapshots } = arguments;
    let all = pending(snapshots);
    let is_selected = |one: &Pending| {
        let case = one.id.split('@').next().unwrap_or_default();
        let exact = filters.iter().any(|filter| filter == case || *filter == one.id);
        let any_exact = |filter: &String| all.iter().any(|other| case_of(other) == filter);
        filters.is_empty()
            || exact
            || filters.iter().any(|filter| !any_exact(filter) && one.id.contains(filter.as_str()))
    };
    let selected: Vec<_> = all.iter().filter(|one| is_selected(one)).cloned().collect();
    if !selected.is_empty() {
        return Ok(selected);
    }
    say!("{}", nothing(snapshots, all.len()));
    Err(if all.is_empty() { Exit::AsRecorded } else { Exit::BadInput })
}

fn case_of(one: &Pending) -> &str {
    one.id.split('@').next().unwrap_or_default()
}

fn nothing(snapshots: &Path, others: usize) -> String {
    let folder = snapshots.display();
    match others {
        0 => format!(
            "nothing in `{folder}` waits for a review: `run` puts aside what differs, unless `CI` is set or \
             `INSTA_UPDATE` says otherwise"
        ),
        1 => format!("nothing that waits for a review matches; 1 other case waits in `{folder}`"),
        _ => {
            format!(
                "nothing that waits for a review matches; {others} other cases wait in `{folder}`"
            )
        }
    }
}

fn failed(one: &Pending, error: &str) -> Exit {
    complain!("error: {}: {error}", one.id);
    Exit::CannotRun
}

//! How far a run is: a line that moves on a terminal, and a few plain lines elsewhere. Both go to standard error.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::style::ProgressTracker;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::report::style::counted;
use crate::reporters::Trial;
use crate::results::Engine;

/// The rows that were played so far, counted where they are played.
pub type RowsPlayed = Arc<AtomicUsize>;

/// How often the line on a terminal moves.
const TICK: Duration = Duration::from_millis(250);

const TEMPLATE: &str = "{spinner} {elapsed} {rows} {wide_msg}";

/// After which parts of all trials a plain line is printed.
const QUARTERS: usize = 4;

/// Shows how far a run is until it is dropped.
pub struct Progress {
    bar: ProgressBar,
    /// How many trials there are and how many are done, where plain lines are printed.
    plain: Option<(usize, usize)>,
}

impl Progress {
    /// The progress of a run of these trials: on a terminal, else in plain lines.
    pub fn of_run(trials: &[Trial], rows: RowsPlayed) -> Self {
        let mut progress = Self::on_terminal_only(trials, rows);
        if !io::stderr().is_terminal() {
            say(&what(trials));
            progress.plain = Some((trials.len(), 0));
        }
        progress
    }

    /// The same, and nothing where there is no terminal.
    pub fn on_terminal_only(trials: &[Trial], rows: RowsPlayed) -> Self {
        let all = trials.iter().map(|(case, _)| case.rows.len()).sum();
        // Rows that the model rules without a server are not played by anything that counts.
        let counter = Counter { rows, all };
        let style = ProgressStyle::with_template(TEMPLATE);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style.with_key("rows", counter));
        bar.set_message(engines(trials));
        bar.enable_steady_tick(TICK);
        Self { bar, plain: None }
    }

    /// A trial is done.
    pub fn trial_done(&mut self) {
        let Some((all, done)) = &mut self.plain else { return };
        let quarter = |done: usize| done * QUARTERS / (*all).max(1);
        let before = quarter(*done);
        *done += 1;
        if quarter(*done) > before && done < all {
            say(&format!("{done} of {all} trials were played"));
        }
    }

    /// Prints something while nothing moves.
    pub fn pause(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Writes `12 of 240 rows`.
#[derive(Clone)]
struct Counter {
    rows: RowsPlayed,
    all: usize,
}

impl ProgressTracker for Counter {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, _: &ProgressState, _: std::time::Instant) {}

    fn reset(&mut self, _: &ProgressState, _: std::time::Instant) {}

    fn write(&self, _: &ProgressState, text: &mut dyn std::fmt::Write) {
        let played = self.rows.load(Ordering::Relaxed).min(self.all);
        let _ = write!(text, "{played} of {} rows", self.all);
    }
}

fn engines(trials: &[Trial]) -> String {
    let engines: BTreeSet<Engine> = trials.iter().map(|(_, engine)| *engine).collect();
    let names: Vec<_> = engines.into_iter().map(Engine::as_str).collect();
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("in {} and {last}", before.join(", "))
        }
        _ => format!("in {}", names.concat()),
    }
}

/// What is going to be played.
fn what(trials: &[Trial]) -> String {
    let cases: BTreeSet<_> = trials.iter().map(|(case, _)| &case.id).collect();
    let rows: usize = trials.iter().map(|(case, _)| case.rows.len()).sum();
    let (cases, rows) = (counted(cases.len(), "case"), counted(rows, "row"));
    format!("playing {cases}, {rows}, {}", engines(trials))
}

/// A line on standard error. Where it cannot be written, the run goes on.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

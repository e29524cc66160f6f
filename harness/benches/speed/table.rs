//! The lines as columns.

use std::fmt::Write;
use std::time::Duration;

use super::Took;
use super::ours::Run;

/// One way to play the rows.
pub struct Line {
    name: &'static str,
    took: Took,
    run: Option<Run>,
}

impl Line {
    /// A run of the harness.
    pub fn ours(name: &'static str, run: Run) -> Self {
        Self { name, took: run.took, run: Some(run) }
    }

    /// Anything else.
    pub fn plain(name: &'static str, took: Took) -> Self {
        Self { name, took, run: None }
    }

    /// How long everything took, the browser's start included.
    fn whole(&self) -> Duration {
        self.run.map_or(self.took.start + self.took.rows, |run| run.whole)
    }
}

/// All lines, each beside the limit and beside Playwright, if that was measured.
pub fn text(lines: &[Line], count: usize, limit: Duration, playwright: Option<&Line>) -> String {
    let mut text = format!(
        "{:36} {:>8} {:>8} {:>9} {:>12} {:>8} {:>12}\n",
        "", "rows/s", "rows", "x limit", "x Playwright", "whole", "x Playwright"
    );
    for line in lines.iter().chain(playwright) {
        let faster = |of: fn(&Line) -> Duration| {
            playwright.map_or("-".to_owned(), |slow| ratio(of(slow), of(line)))
        };
        let _ = writeln!(
            text,
            "{:36} {:>8.1} {:>6.2} s {:>9} {:>12} {:>6.2} s {:>12}",
            line.name,
            per_second(count, line.took.rows),
            line.took.rows.as_secs_f64(),
            ratio(line.took.rows, limit),
            faster(|line| line.took.rows),
            line.whole().as_secs_f64(),
            faster(Line::whole),
        );
    }
    for (name, run) in lines.iter().filter_map(|line| Some((line.name, line.run?))) {
        let _ = writeln!(text, "{name}: {}", seen(&run));
    }
    text
}

/// What was seen of a run of the harness from outside.
pub fn seen(run: &Run) -> String {
    let (first, last) = run.results;
    format!(
        "first result after {:.2} s, last after {:.2} s; at most {:.1} MiB and {} open files",
        first.as_secs_f64(),
        last.as_secs_f64(),
        mebibytes(run.peak.memory),
        run.peak.files,
    )
}

/// Rows a second.
#[expect(clippy::cast_precision_loss, reason = "a number of rows is far below 2^52")]
pub fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn ratio(one: Duration, other: Duration) -> String {
    format!("{:.2}", one.as_secs_f64() / other.as_secs_f64())
}

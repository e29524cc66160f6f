//! The lines as columns.

use std::fmt::Write;
use std::time::Duration;

use super::lines::{Line, Way};
use super::ours::Run;

/// How long everything took, the browser's start included.
fn whole(line: &Line) -> Duration {
    line.run.map_or(line.took.start + line.took.rows, |run| run.whole)
}

/// All lines, each beside the limit and beside Playwright, if that was measured.
pub fn text(lines: &[Line], count: usize) -> String {
    let limit = lines.iter().find(|line| line.way == Way::Limit);
    let playwright = lines.iter().find(|line| matches!(line.way, Way::Playwright(_)));
    let mut text = format!(
        "{:36} {:>8} {:>8} {:>9} {:>12} {:>8} {:>12}\n",
        "", "rows/s", "rows", "x limit", "x Playwright", "whole", "x Playwright"
    );
    let rows = |line: &Line| line.took.rows;
    for line in lines {
        let slower = limit.map(|limit| ratio(rows(line), rows(limit)));
        let faster = |of: fn(&Line) -> Duration| playwright.map(|slow| ratio(of(slow), of(line)));
        let shown = |ratio: Option<String>| ratio.unwrap_or_else(|| "-".to_owned());
        let _ = writeln!(
            text,
            "{:36} {:>8.1} {:>6.2} s {:>9} {:>12} {:>6.2} s {:>12}",
            line.name,
            per_second(count, rows(line)),
            rows(line).as_secs_f64(),
            shown(slower),
            shown(faster(|line| line.took.rows)),
            whole(line).as_secs_f64(),
            shown(faster(whole)),
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

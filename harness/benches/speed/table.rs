//! The lines as a table in Markdown.

use std::fmt::Write;
use std::time::Duration;

use super::lines::{Line, Way};
use super::ours::Run;

const HEAD: &str = "| | rows a second | rows | times the limit | faster than Playwright | all of it | \
                    all of it, faster than Playwright |\n\
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";

/// How long everything took, the browser's start included.
fn whole(line: &Line) -> Option<Duration> {
    let took = line.took()?;
    Some(line.run().map_or(took.start + took.rows, |run| run.whole))
}

fn rows(line: &Line) -> Option<Duration> {
    line.took().map(|took| took.rows)
}

/// All lines, each beside the limit and beside Playwright, if that was measured; below them what else
/// was seen, and what could not be measured.
pub fn text(lines: &[Line], count: usize) -> String {
    let mut text = HEAD.to_owned();
    for line in lines {
        let columns = columns(line, lines, count);
        let columns =
            columns.unwrap_or_else(|| format!("| {} | not measured | | | | | |", line.name));
        let _ = writeln!(text, "{columns}");
    }
    for line in lines {
        let seen = match (&line.best, line.run()) {
            (Err(error), _) => format!("not measured: {error}"),
            (Ok(_), Some(run)) => seen(&run),
            (Ok(_), None) => continue,
        };
        let _ = writeln!(text, "{}: {seen}", line.name);
    }
    text
}

fn columns(line: &Line, lines: &[Line], count: usize) -> Option<String> {
    let limit = lines.iter().find(|other| other.way == line.way.limit());
    let playwright = lines.iter().find(|line| matches!(line.way, Way::Playwright(_)));
    let beside = |one: Option<Duration>, other: Option<Duration>| {
        let quotient = one.zip(other).map(|(one, other)| one.as_secs_f64() / other.as_secs_f64());
        quotient.map_or_else(|| "–".to_owned(), |quotient| format!("{quotient:.2}"))
    };
    let took = rows(line)?;
    Some(format!(
        "| {} | {:.1} | {:.2} s | {} | {} | {:.2} s | {} |",
        line.name,
        per_second(count, took),
        took.as_secs_f64(),
        beside(Some(took), limit.and_then(rows)),
        beside(playwright.and_then(rows), Some(took)),
        whole(line)?.as_secs_f64(),
        beside(playwright.and_then(whole), whole(line)),
    ))
}

/// What was seen of a run of the harness from outside.
fn seen(run: &Run) -> String {
    let (first, last) = run.results;
    format!(
        "first case printed after {:.2} s, last after {:.2} s; at most {:.1} MiB and {} open files",
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

/// Bytes in MiB.
#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

//! What more rows cost: time should be in proportion, memory should not.

use cors_harness::engine::Kind;

use super::ours::Run;
use super::rows::{Pages, Schemes};
use super::table::{mebibytes, per_second};
use super::{Result, load, ours};

/// Rows of a case: as many as fit in a table that people read.
const ROWS_OF_A_CASE: usize = 50;

/// Runs of growing size: on one page for each scheme, without and with a document of everything that was found, and on
/// pages of many kinds.
pub fn measure(kind: Kind, counts: &[usize]) -> Result<()> {
    for (pages, json) in [(Pages::One, false), (Pages::One, true), (Pages::ManyKinds, false)] {
        let document = if json { "with" } else { "without" };
        let on = match pages {
            Pages::One => "one page for each scheme",
            Pages::ManyKinds => "a page for each case: documents, frames and workers",
        };
        println!("\ngrowth on {}, {on}, {document} --json; load {}\n", kind.as_str(), load());
        println!("{HEAD}");
        let mut before = None;
        for count in counts {
            let run = ours::measure(kind, (Schemes::Both, pages), (*count, ROWS_OF_A_CASE), json)?;
            let further = before.map(|before| further(before, *count, &run));
            println!("{}", line(*count, &run, further));
            before = Some((*count, run.peak.memory));
        }
    }
    println!("\nsockets are those of the whole machine, of everything that runs on it");
    Ok(())
}

const HEAD: &str = "| rows | time | rows a second | most memory | for each further row | open files | \
                    threads | TCP sockets in use | in TIME_WAIT |\n\
                    | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

fn line(count: usize, run: &Run, further: Option<String>) -> String {
    let peak = run.peak;
    format!(
        "| {count} | {:.2} s | {:.1} | {:.1} MiB | {} | {} | {} | {} | {} |",
        run.whole.as_secs_f64(),
        per_second(count, run.whole),
        mebibytes(peak.memory),
        further.unwrap_or_default(),
        peak.files,
        peak.threads,
        peak.sockets,
        peak.waiting,
    )
}

/// What each row takes by which a run is larger than the one before.
#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn further((fewer, memory): (usize, u64), count: usize, run: &Run) -> String {
    let rows = count.saturating_sub(fewer).max(1);
    let more = run.peak.memory.saturating_sub(memory) as f64 / rows as f64;
    format!("{:.1} KiB", more / 1024.0)
}

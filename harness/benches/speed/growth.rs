//! What more rows cost: time should be in proportion, memory and disk should not grow.

use clap::ValueEnum;
use cors_harness::engine::Kind;

use super::ours::Run;
use super::rows::{Pages, Schemes};
use super::table::{mebibytes, per_second};
use super::{Result, load, ours};

/// Rows of a case: as many as fit in a table that people read.
const ROWS_OF_A_CASE: usize = 50;

/// One of the measurements.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Curve {
    /// One page for each scheme
    OnePage,
    /// The same, with a document of everything that was found
    Json,
    /// A page for each case: documents, frames and workers
    ManyKinds,
}

impl Curve {
    fn pages(self) -> Pages {
        match self {
            Self::OnePage | Self::Json => Pages::One,
            Self::ManyKinds => Pages::ManyKinds,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::OnePage => "one page for each scheme, without --json",
            Self::Json => "one page for each scheme, with --json",
            Self::ManyKinds => {
                "a page for each case: documents, frames and workers, without --json"
            }
        }
    }
}

/// Runs of growing size.
pub fn measure(kind: Kind, counts: &[usize], curves: &[Curve]) -> Result<()> {
    for curve in curves {
        println!("\ngrowth on {}, {}; load {}\n", kind.as_str(), curve.words(), load());
        println!("{HEAD}");
        let mut before = None;
        for count in counts {
            let (on, json) = ((Schemes::Both, curve.pages()), *curve == Curve::Json);
            let run = ours::measure(kind, on, (*count, ROWS_OF_A_CASE), json)?;
            let further = before.map(|before| further(before, *count, &run));
            println!("{}", line(*count, &run, further));
            before = Some((*count, run.peak.memory));
        }
    }
    println!(
        "\nmemory, files and threads are those of the harness, without browsers. Sockets are those of the whole machine, \
         of everything that runs on it. Temporary files are those of the harness and its browsers"
    );
    Ok(())
}

const HEAD: &str = "| rows | time | rows a second | most memory | for each further row | the same with \
                    `--engine standard` | open files | threads | TCP sockets in use | in TIME_WAIT | temporary files |\n\
                    | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

fn line(count: usize, run: &Run, further: Option<String>) -> String {
    let peak = run.peak;
    format!(
        "| {count} | {:.2} s | {:.1} | {:.1} MiB | {} | {:.1} MiB | {} | {} | {} | {} | {:.1} MiB |",
        run.whole.as_secs_f64(),
        per_second(count, run.whole),
        mebibytes(peak.memory),
        further.unwrap_or_default(),
        mebibytes(run.recording.memory),
        peak.files,
        peak.threads,
        peak.sockets,
        peak.waiting,
        mebibytes(peak.disk),
    )
}

/// What each row takes by which a run is larger than the one before.
#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn further((fewer, memory): (usize, u64), count: usize, run: &Run) -> String {
    let rows = count.saturating_sub(fewer).max(1);
    let more = run.peak.memory.saturating_sub(memory) as f64 / rows as f64;
    format!("{:.1} KiB", more / 1024.0)
}

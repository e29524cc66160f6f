//! How fast rows are played, beside a bare loop in a page and beside what people do otherwise. All
//! lines play the same rows on the same machine in one run, so what counts are the ratios.

mod bare;
mod growth;
mod lines;
mod ours;
mod playwright;
mod rows;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use cors_harness::engine::{CleanEnd, Kind};
use procfs::{Current, LoadAverage};

use lines::{Line, Way};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How fast rows are played.
#[derive(Parser)]
struct Arguments {
    /// Browsers to measure with: all of them, and growth on Chromium
    #[arg(long, value_delimiter = ',')]
    engine: Vec<Name>,
    /// Rows that every line plays
    #[arg(long, default_value_t = 300)]
    rows: usize,
    /// How often, the lines taking turns; the best time counts. What is slow is played once
    #[arg(long, default_value_t = 3)]
    times: usize,
    /// Numbers of rows to grow through instead, with nothing to compare with
    #[arg(long, value_delimiter = ',')]
    growth: Vec<usize>,
    /// Where the npm packages are installed; without it Playwright is not measured
    #[arg(long, env = "PLAYWRIGHT_FOLDER")]
    playwright: Option<PathBuf>,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    Chromium,
    Firefox,
    Webkit,
}

impl From<Name> for Kind {
    fn from(name: Name) -> Self {
        match name {
            Name::Chromium => Self::Chromium,
            Name::Firefox => Self::Firefox,
            Name::Webkit => Self::WebKit,
        }
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let _clean = CleanEnd::hold();
    for kind in arguments.kinds() {
        if arguments.growth.is_empty() {
            compare(kind, &arguments)?;
        } else {
            growth::measure(kind, &arguments.growth)?;
        }
    }
    Ok(())
}

impl Arguments {
    fn kinds(&self) -> Vec<Kind> {
        match (self.engine.as_slice(), self.growth.as_slice()) {
            ([], []) => Kind::ALL.to_vec(),
            ([], _) => vec![Kind::Chromium],
            (names, _) => names.iter().map(|name| Kind::from(*name)).collect(),
        }
    }
}

/// All lines that an engine has, those that are soon done several times in turn: what else the machine
/// does meanwhile concerns all of them, and the best time of each has the least of it.
fn compare(kind: Kind, arguments: &Arguments) -> Result<()> {
    let Arguments { rows: count, times, .. } = *arguments;
    println!(
        "\n{count} rows, each a read with cookies and a preflighted write, on {}; load {}",
        kind.as_str(),
        load()
    );
    let mut lines = lines(kind, arguments);
    for time in 0..times {
        for line in lines.iter_mut().filter(|line| time == 0 || !line.way.is_slow()) {
            line.play(kind, count)?;
        }
    }
    println!("{}load {}", table::text(&lines, count), load());
    Ok(())
}

fn lines(kind: Kind, arguments: &Arguments) -> Vec<Line> {
    let count = arguments.rows;
    let mut lines = vec![
        Line::new("cors-harness, two cases", Way::Ours(count)),
        Line::new("limit: a bare loop in the page", Way::Limit),
        Line::new("cors-harness, a case for each row", Way::Ours(1)),
        Line::new("the limit, sixteen rows a call", Way::Acts),
        Line::new("a navigation for each row", Way::Navigations),
    ];
    // It drives Firefox and WebKit in builds of its own only.
    let folder = arguments.playwright.clone().filter(|_| kind == Kind::Chromium);
    lines
        .extend(folder.map(|folder| {
            Line::new("Playwright, a context for each row", Way::Playwright(folder))
        }));
    lines
}

/// How many processes wanted a core, on average of the last minute.
fn load() -> String {
    LoadAverage::current().map_or_else(|_| "unknown".to_owned(), |load| load.one.to_string())
}

/// What one line took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Until a browser was open.
    pub start: Duration,
    /// Playing all rows.
    pub rows: Duration,
}

//! How fast rows are played, beside a bare loop in a page and beside what people do otherwise. All
//! lines play the same rows on the same machine in one run, so what counts are the ratios.

mod bare;
mod growth;
mod ours;
mod playwright;
mod rows;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use cors_harness::engine::{CleanEnd, Kind};
use tokio::runtime::Runtime;

use table::Line;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How fast rows are played.
#[derive(Parser)]
struct Arguments {
    /// Browsers to measure with
    #[arg(long, value_delimiter = ',', default_value = "chromium,firefox,webkit")]
    engine: Vec<Name>,
    /// Rows that every line plays
    #[arg(long, default_value_t = 300)]
    rows: usize,
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
    for name in &arguments.engine {
        let kind = Kind::from(*name);
        if arguments.growth.is_empty() {
            compare(kind, &arguments)?;
        } else {
            growth::measure(kind, &arguments.growth)?;
        }
    }
    Ok(())
}

/// All lines that an engine has.
fn compare(kind: Kind, arguments: &Arguments) -> Result<()> {
    let count = arguments.rows;
    println!(
        "\n{count} rows, each a read with cookies and a preflighted write, on {}",
        kind.as_str()
    );
    let runtime = Runtime::new()?;
    let limit = runtime.block_on(bare::limit(kind, count))?;
    let lines = [
        Line::ours("cors-harness, two cases", ours::measure(kind, count, count, true)?),
        Line::ours("cors-harness, a case for each row", ours::measure(kind, count, 1, true)?),
        Line::plain("limit: a bare loop in the page", limit),
        Line::plain("the same, sixteen rows a call", runtime.block_on(bare::acts(kind, count))?),
        Line::plain("a navigation for each row", runtime.block_on(bare::navigations(kind, count))?),
    ];
    let folder = arguments.playwright.as_ref().filter(|_| kind == Kind::Chromium);
    let playwright = folder.map(|folder| runtime.block_on(playwright::measure(folder, count)));
    let playwright = playwright.transpose()?;
    let playwright = playwright.map(|took| Line::plain("Playwright, a context for each row", took));
    println!("{}", table::text(&lines, count, limit.rows, playwright.as_ref()));
    Ok(())
}

/// What one line took.
#[derive(Clone, Copy, Default)]
pub struct Took {
    /// Until a browser was open.
    pub start: Duration,
    /// Playing all rows.
    pub rows: Duration,
}

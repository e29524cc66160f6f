//! How fast rows are played, beside a bare loop in a page and beside what people do otherwise. All
//! lines play the same rows on the same machine in one run, so what counts are the ratios.

mod bare;
mod growth;
mod lines;
mod machine;
mod ours;
mod playwright;
mod rows;
mod suite;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use cors_harness::engine::{CleanEnd, Installed, Kind};
use procfs::{Current, LoadAverage};

use growth::Curve;
use lines::{Line, Way};
use rows::Schemes;

/// Rows that every line plays, if no other number is given.
const ROWS: usize = 300;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How fast rows are played.
#[derive(Parser)]
struct Arguments {
    /// Browsers to measure with: all of them, and growth on Chromium
    #[arg(long, value_delimiter = ',')]
    engine: Vec<Name>,
    /// Rows that every line plays: an even number, half of them over http and half over https; 300, if not given. With
    /// `--growth`: the largest number of rows
    #[arg(long, value_parser = even)]
    rows: Option<usize>,
    /// How often, the lines taking turns; the best time counts. What is slow is played once
    #[arg(long, default_value_t = 3)]
    times: usize,
    /// Numbers of rows to grow through instead, with nothing to compare with
    #[arg(long, value_delimiter = ',', value_parser = even)]
    growth: Vec<usize>,
    /// With `--growth`: what is measured
    #[arg(long, value_delimiter = ',', default_value = "one-page,json,many-kinds")]
    curves: Vec<Curve>,
    /// Play all cases of this repository instead, on each engine alone and on all of them
    #[arg(long, conflicts_with = "growth")]
    suite: bool,
    /// With `--suite`: parts of the ids of the cases that are played; all, if there are none
    #[arg(long, requires = "suite", value_delimiter = ',')]
    filter: Vec<String>,
    /// With `--suite`: another version of the program, which plays the cases of its tree in turns with this one
    #[arg(long, env = "CORS_HARNESS_OLD_PROGRAM", requires = "old_tree")]
    old_program: Option<PathBuf>,
    /// The tree of that version
    #[arg(long, env = "CORS_HARNESS_OLD_TREE", requires = "old_program")]
    old_tree: Option<PathBuf>,
    /// Where the npm packages are installed; without it Playwright is not measured
    #[arg(long, env = "PLAYWRIGHT_FOLDER")]
    playwright: Option<PathBuf>,
    /// What `cargo bench` says
    #[arg(long, hide = true)]
    bench: bool,
}

fn even(text: &str) -> std::result::Result<usize, String> {
    match text.parse::<usize>() {
        Ok(count) if count > 0 && count % 2 == 0 => Ok(count),
        _ => {
            Err("write an even number: half of the rows are over http, half over https".to_owned())
        }
    }
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

fn main() {
    let arguments = Arguments::parse();
    let _clean = CleanEnd::hold();
    match arguments.suite {
        true => suite::measure(&arguments.kinds(), arguments.old().as_ref(), &arguments.filter),
        false => arguments.kinds().into_iter().for_each(|kind| measure(kind, &arguments)),
    }
}

/// Measures with one engine. What cannot be measured is named in the table, and is no failure of the rest.
fn measure(kind: Kind, arguments: &Arguments) {
    match arguments.growth.as_slice() {
        [] => compare(kind, arguments),
        _ => {
            report(kind.as_str(), growth::measure(kind, &arguments.counts(), &arguments.curves));
        }
    }
}

fn report(what: &str, measured: Result<()>) {
    if let Err(error) = &measured {
        println!("{what}: not measured: {error}");
    }
}

impl Arguments {
    /// The numbers of rows to grow through.
    fn counts(&self) -> Vec<usize> {
        let largest = self.rows.unwrap_or(usize::MAX);
        let smaller = self.growth.iter().copied().filter(|count| *count < largest);
        smaller.chain(self.rows).collect()
    }

    /// The other version, if there is one.
    fn old(&self) -> Option<suite::Version> {
        let (program, tree) = (self.old_program.clone()?, self.old_tree.clone()?);
        Some(suite::Version { name: "old", program, tree })
    }

    /// Those asked for; without a word, those that are installed.
    fn kinds(&self) -> Vec<Kind> {
        if !self.engine.is_empty() {
            return self.engine.iter().map(|name| Kind::from(*name)).collect();
        }
        let all: &[Kind] = if self.growth.is_empty() { &Kind::ALL } else { &[Kind::Chromium] };
        let (here, missing): (Vec<Kind>, _) =
            all.iter().partition(|kind| Installed::find(**kind).is_ok());
        for kind in missing {
            report(kind.as_str(), Err("it is not installed".into()));
        }
        here
    }
}

/// All lines of an engine. Fast lines are measured several times in turn: other work of the machine affects all of
/// them, and the best time of each least. A line that always failed is measured as many times again, each reported:
/// Chromium sometimes loses requests of a bare loop.
fn compare(kind: Kind, arguments: &Arguments) {
    let (count, times) = (arguments.rows.unwrap_or(ROWS), arguments.times);
    println!(
        "\n{count} rows, each a preflighted write that sets a cookie and a read with it, on {}; load {}\n",
        kind.as_str(),
        load()
    );
    let mut lines = lines(kind, arguments);
    for time in 0..times {
        for line in lines.iter_mut().filter(|line| time == 0 || !line.way.is_slow()) {
            line.play(kind, count);
        }
    }
    for _ in 0..times {
        lines.iter_mut().filter(|line| line.best.is_err()).for_each(|line| line.play(kind, count));
    }
    println!("{}load {}", table::text(&lines, count), load());
}

fn lines(kind: Kind, arguments: &Arguments) -> Vec<Line> {
    let count = arguments.rows.unwrap_or(ROWS);
    let two_cases = |schemes| Way::Ours(schemes, count);
    let mut lines = vec![
        Line::new("cors-harness, two cases", two_cases(Schemes::Both)),
        Line::new("limit: a bare loop, thirty-two rows a call", Way::Limit(Schemes::Both)),
        Line::new("cors-harness, all over http", two_cases(Schemes::Http)),
        Line::new("limit, all over http", Way::Limit(Schemes::Http)),
        Line::new("cors-harness, all over https", two_cases(Schemes::Https)),
        Line::new("limit, all over https", Way::Limit(Schemes::Https)),
        Line::new("cors-harness, a case for each row", Way::Ours(Schemes::Both, 1)),
        Line::new("the limit, sixteen rows a call", Way::Acts),
        Line::new("a navigation for each row", Way::Navigations),
    ];
    // It drives Firefox and WebKit only in its own builds.
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
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Until a browser was open.
    pub start: Duration,
    /// Playing all rows.
    pub rows: Duration,
}

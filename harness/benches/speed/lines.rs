//! The ways there are to play the rows, each a line of the table.

use std::path::PathBuf;

use cors_harness::engine::Kind;
use tokio::runtime::Runtime;

use super::ours::Run;
use super::rows::{Pages, Schemes};
use super::{Result, Took, bare, ours, playwright};

/// A way to play the rows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Way {
    /// The command, with as many rows in a case as this.
    Ours(Schemes, usize),
    /// A bare loop in a page, in calls of thirty-two rows.
    Limit(Schemes),
    /// The same in calls of sixteen rows.
    Acts,
    /// A navigation for each row.
    Navigations,
    /// Playwright with a context for each row, installed here.
    Playwright(PathBuf),
}

impl Way {
    /// Whether one measurement is enough: it takes so long that other work of the machine averages out.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Navigations | Self::Playwright(_))
    }

    /// The limit that it is compared with.
    pub fn limit(&self) -> Self {
        match self {
            Self::Ours(schemes, _) | Self::Limit(schemes) => Self::Limit(*schemes),
            _ => Self::Limit(Schemes::Both),
        }
    }

    fn play(&self, kind: Kind, count: usize) -> Result<(Took, Option<Run>)> {
        let runtime = Runtime::new()?;
        let took = match self {
            Self::Ours(schemes, per_case) => {
                let run = ours::measure(kind, (*schemes, Pages::One), (count, *per_case), false)?;
                return Ok((run.took, Some(run)));
            }
            Self::Limit(schemes) => runtime.block_on(bare::limit(kind, *schemes, count))?,
            Self::Acts => runtime.block_on(bare::acts(kind, count))?,
            Self::Navigations => runtime.block_on(bare::navigations(kind, count))?,
            Self::Playwright(folder) => runtime.block_on(playwright::measure(folder, count))?,
        };
        Ok((took, None))
    }
}

/// A way, and how it went the best of several times, or why it did not.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: &'static str,
    pub way: Way,
    pub best: std::result::Result<Option<(Took, Option<Run>)>, String>,
}

impl Line {
    pub fn new(name: &'static str, way: Way) -> Self {
        Self { name, way, best: Ok(None) }
    }

    /// Plays the rows once more. A time at which not all of it went well does not count, and is reported.
    pub fn play(&mut self, kind: Kind, count: usize) {
        let best = self.best.as_ref().ok().copied().flatten();
        match self.way.play(kind, count) {
            Ok(played) if best.is_none_or(|(best, _)| played.0.rows < best.rows) => {
                self.best = Ok(Some(played));
            }
            Ok(_) => {}
            Err(error) => {
                eprintln!("bench: {}, once: {error}", self.name);
                if best.is_none() {
                    self.best = Err(error.to_string());
                }
            }
        }
    }

    /// What it took the best of times.
    pub fn took(&self) -> Option<Took> {
        self.best.as_ref().ok()?.map(|(took, _)| took)
    }

    /// What was seen of the harness then.
    pub fn run(&self) -> Option<Run> {
        self.best.as_ref().ok()?.and_then(|(_, run)| run)
    }
}

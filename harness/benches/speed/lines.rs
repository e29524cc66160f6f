//! The ways there are to play the rows, each a line of the table.

use std::path::PathBuf;

use cors_harness::engine::Kind;
use tokio::runtime::Runtime;

use super::ours::Run;
use super::{Result, Took, bare, ours, playwright};

/// A way to play the rows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Way {
    /// The command, with as many rows in a case as this.
    Ours(usize),
    /// A bare loop in a page, in one call.
    Limit,
    /// The same in calls of sixteen rows.
    Acts,
    /// A navigation for each row.
    Navigations,
    /// Playwright with a context for each row, installed here.
    Playwright(PathBuf),
}

impl Way {
    /// Whether one time is enough: it takes so long that what else the machine does averages out.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Navigations | Self::Playwright(_))
    }

    fn play(&self, kind: Kind, count: usize) -> Result<(Took, Option<Run>)> {
        let runtime = Runtime::new()?;
        let took = match self {
            Self::Ours(per_case) => {
                let run = ours::measure(kind, count, *per_case, false)?;
                return Ok((run.took, Some(run)));
            }
            Self::Limit => runtime.block_on(bare::limit(kind, count))?,
            Self::Acts => runtime.block_on(bare::acts(kind, count))?,
            Self::Navigations => runtime.block_on(bare::navigations(kind, count))?,
            Self::Playwright(folder) => runtime.block_on(playwright::measure(folder, count))?,
        };
        Ok((took, None))
    }
}

/// A way, and how it went the best of several times.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: &'static str,
    pub way: Way,
    pub took: Took,
    pub run: Option<Run>,
    times: usize,
}

impl Line {
    pub fn new(name: &'static str, way: Way) -> Self {
        Self { name, way, took: Took::default(), run: None, times: 0 }
    }

    /// Plays the rows once more.
    pub fn play(&mut self, kind: Kind, count: usize) -> Result<()> {
        let (took, run) = self.way.play(kind, count)?;
        if self.times == 0 || took.rows < self.took.rows {
            (self.took, self.run) = (took, run);
        }
        self.times += 1;
        Ok(())
    }
}

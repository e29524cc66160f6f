//! Where the time of a run went.

use std::time::Duration;

/// Where the time of one engine went. The parts of browsers that are open at the same time add up. For one
/// browser at a time, all parts but the snapshots add up to `wall`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Times {
    /// From the beginning of the run to the end of the engine's last part. For the model of the standard,
    /// the sum of the parts.
    pub wall: Duration,
    /// The duration of each part, in the order of [`Part::ALL`].
    parts: [Duration; Part::ALL.len()],
}

impl Times {
    /// The parts, in the order in which they begin.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Duration)> {
        Part::ALL.into_iter().zip(self.parts)
    }

    /// Adds a duration to a part.
    pub(crate) fn add(&mut self, part: Part, took: Duration) {
        self.parts[part as usize] += took;
    }
}

/// What the time was spent on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// Reading cases; browsers may start at the same time.
    Loading,
    /// Waiting for a place for a browser, or for real servers to be ready.
    Waiting,
    /// Planning rows, servers and pages, and starting the servers.
    Planning,
    /// Starting and ending browsers.
    Starts,
    /// Setting cookies and navigating.
    Pages,
    /// Playing rows.
    Rows,
    /// Joining what the page saw with what the servers recorded, and judging it.
    Judging,
    /// Writing and comparing snapshots while other rows play: not a part of `wall`.
    Snapshots,
}

impl Part {
    /// All of them, in the order in which they begin.
    pub const ALL: [Self; 8] = [
        Self::Loading,
        Self::Waiting,
        Self::Planning,
        Self::Starts,
        Self::Pages,
        Self::Rows,
        Self::Judging,
        Self::Snapshots,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Waiting => "waiting",
            Self::Planning => "planning",
            Self::Starts => "starts",
            Self::Pages => "pages",
            Self::Rows => "rows",
            Self::Judging => "judging",
            Self::Snapshots => "snapshots",
        }
    }
}

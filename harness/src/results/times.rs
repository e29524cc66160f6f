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
    /// The duration of each step of the parts `pages` and `rows`, in the order of [`PageStep::ALL`].
    steps: [Duration; PageStep::ALL.len()],
    /// How many pages were opened.
    pub pages: usize,
    /// The processor time of drivers and browsers.
    pub browsers: Duration,
}

impl Times {
    /// Times of which only the total is known.
    pub fn lasting(wall: Duration) -> Self {
        Self { wall, ..Self::default() }
    }

    /// The parts, in the order in which they begin.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Duration)> {
        Part::ALL.into_iter().zip(self.parts)
    }

    /// The steps of opening pages and of playing rows on them, in the order in which they happen.
    pub fn steps(&self) -> impl Iterator<Item = (PageStep, Duration)> {
        PageStep::ALL.into_iter().zip(self.steps)
    }

    /// Adds a duration to a step.
    pub(crate) fn add_step(&mut self, step: PageStep, took: Duration) {
        self.steps[step as usize] += took;
    }

    /// Adds a duration to a part.
    pub(crate) fn add(&mut self, part: Part, took: Duration) {
        self.parts[part as usize] += took;
    }
}

/// What the time of pages and rows was spent on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PageStep {
    /// Making a fresh profile in an open browser.
    Profile,
    /// Planting cookies.
    Cookies,
    /// Navigating to the page, and to the frame where the steps run.
    Navigation,
    /// Attaching to the page and its frames, to read the browser's own reasons.
    Listening,
    /// Waiting for connections to the servers of the documents to end.
    Handshakes,
    /// Running the page's script: one WebDriver command.
    Script,
    /// Reading the browser's own reasons.
    Reasons,
}

impl PageStep {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 7] = [
        Self::Profile,
        Self::Cookies,
        Self::Navigation,
        Self::Listening,
        Self::Handshakes,
        Self::Script,
        Self::Reasons,
    ];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profiles",
            Self::Cookies => "cookies",
            Self::Navigation => "navigation",
            Self::Listening => "listening",
            Self::Handshakes => "handshakes",
            Self::Script => "script",
            Self::Reasons => "reasons",
        }
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

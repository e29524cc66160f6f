//! A case as a whole: its metadata, the engines that run it, and its rows.

use std::fmt;
use std::path::PathBuf;

use super::build_limit::BuildLimit;
use super::policy::Policy;
use super::row::Row;

/// A case's path below the folder of cases, without its extension: `claims/12-the-request-is-sent`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One YAML file: a statement about CORS, and everything that is needed to test it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its path below the folder of cases.
    pub id: CaseId,
    /// The file it was read from, for messages.
    pub file: PathBuf,
    /// The line of its steps or of its policy in that file, from 1.
    pub line: usize,
    /// The case as a sentence.
    pub name: String,
    /// Why it matters.
    pub because: String,
    /// Ids of the behaviors that it covers.
    pub covers: Vec<String>,
    /// Whether it is played only if it is asked for: with `--all`, or by a filter.
    pub extended: bool,
    /// Anchor in the Fetch standard, without `#`.
    pub spec: Option<String>,
    /// The engines that run it.
    pub engines: Vec<EngineChoice>,
    /// Names of the matrix, in the order written. The `values` of every row have exactly these
    /// names.
    pub variables: Vec<String>,
    /// Known departures from the standard. Each selects at least one row.
    pub known: Vec<Known>,
    /// All combinations, the last variable changing fastest. Never empty.
    pub rows: Vec<Row>,
    /// The policy from which the rows were made, if the case is one.
    pub policy: Option<Policy>,
}

/// Engines that run a case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EngineChoice {
    /// Every real browser, and the model of the standard.
    Browsers,
    /// One engine by name: `control`, `chromium`, …
    Named(String),
}

/// A departure of an engine from the standard, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    /// The engine that departs.
    pub engine: String,
    /// The kind of departure.
    pub kind: KnownKind,
    /// The reason, for people.
    pub because: String,
    /// Where it is discussed.
    pub link: Option<String>,
    /// The builds that depart; `None` if all do.
    pub limit: Option<BuildLimit>,
    /// Whether it applies to the browser that is used. It does, unless the build of that browser is known and is another
    /// one, or the entry has a limit and the build is not known.
    pub applies: bool,
    /// Variables and the values that select rows; if empty, all rows.
    pub values: Vec<(String, Vec<String>)>,
}

impl Case {
    /// The same case for these builds of browsers, by the names of their engines: entries of `known` that are limited to
    /// others do not apply.
    #[must_use]
    pub fn for_builds(mut self, described: impl Fn(&str) -> Option<String>) -> Self {
        for known in &mut self.known {
            if let Some(limit) = &known.limit {
                known.applies = described(&known.engine).is_some_and(|it| limit.includes(&it));
            }
        }
        self
    }

    /// The entries for an engine that apply to its browser.
    pub fn known_of<'c>(&'c self, engine: &'c str) -> impl Iterator<Item = &'c Known> {
        self.known.iter().filter(move |known| known.engine == engine && known.applies)
    }
}

impl Known {
    /// Whether it selects this row.
    pub fn selects(&self, row: &Row) -> bool {
        self.values.iter().all(|(name, values)| {
            row.value(name).is_some_and(|value| values.iter().any(|known| known == value))
        })
    }
}

/// The kind of a departure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KnownKind {
    /// The engine has a bug.
    Bug,
    /// The engine protects its users further than the standard requires.
    Policy,
    /// The standard is open, or no engine implements what it says.
    StandardGap,
    /// The engine differs from the model, and the standard permits that.
    Permitted,
}

impl KnownKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Bug, Self::Policy, Self::StandardGap, Self::Permitted];

    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Policy => "policy",
            Self::StandardGap => "standard-gap",
            Self::Permitted => "permitted",
        }
    }
}

//! A case as a whole: what it says, who runs it, and its rows.

use std::fmt;
use std::path::PathBuf;

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

/// One YAML file: a sentence about CORS, and everything needed to see whether it is so.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands below the folder of cases.
    pub id: CaseId,
    /// The file it was read from, for messages.
    pub file: PathBuf,
    /// The line of its steps or of its policy in that file, from 1.
    pub line: usize,
    /// The case as a sentence.
    pub name: String,
    /// Why it matters.
    pub because: String,
    /// Ids of behaviours it covers.
    pub covers: Vec<String>,
    /// Anchor in the Fetch standard, without `#`.
    pub spec: Option<String>,
    /// Who runs it.
    pub engines: Vec<EngineChoice>,
    /// Names of the matrix, in the order written. Every row's `values` has exactly these.
    pub variables: Vec<String>,
    /// Departures from the standard that are explained. Each selects at least one row.
    pub known: Vec<Known>,
    /// All combinations, the last variable changing fastest. Never empty.
    pub rows: Vec<Row>,
    /// The policy that the rows were made of, if the case is one.
    pub policy: Option<Policy>,
}

/// Who runs a case.
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
    /// What sort of departure it is.
    pub kind: KnownKind,
    /// Why, for people.
    pub because: String,
    /// Where it is discussed.
    pub link: Option<String>,
    /// Variables and the values that select rows; without any, all rows.
    pub values: Vec<(String, Vec<String>)>,
}

impl Known {
    /// Whether it is about this row.
    pub fn selects(&self, row: &Row) -> bool {
        self.values.iter().all(|(name, values)| {
            row.value(name).is_some_and(|value| values.iter().any(|known| known == value))
        })
    }
}

/// What sort of departure something is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KnownKind {
    /// The engine is wrong.
    Bug,
    /// The engine protects its users beyond the standard.
    Policy,
    /// The standard does not say, or says what nobody does.
    StandardGap,
    /// The engine does otherwise than the model, and the standard leaves that to it.
    Permitted,
}

impl KnownKind {
    /// All there are.
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

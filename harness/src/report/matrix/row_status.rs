//! The status of an engine in a row and in a case: the cells of the matrix.

use crate::report::engine_wide::is_only_engine_wide;
use crate::results::{Engine, Judged, Judgement, RowOutcome};
use crate::verdict::Verdict;

/// A cell. The status of a case is the worst of its rows, which is the greatest.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum RowStatus {
    /// An engine to which the standard does not apply did what was reviewed.
    Recorded,
    /// An engine to which the standard does not apply has no reviewed result.
    New,
    /// An engine to which the standard does not apply did something other than what was reviewed.
    Differs,
    /// The reviewed result of an engine to which the standard does not apply cannot be read.
    Unreadable,
    /// A browser does what the standard says.
    Agrees,
    /// A browser does what the standard permits.
    Permitted,
    /// A browser departs only in what it does in every row of the kind.
    EngineWide,
    /// A browser departs, for a reason that the case gives.
    Known,
    /// A browser agrees, and the case has an entry for a departure.
    Vanished,
    /// A browser departs from the standard, or from a rule that holds in every run, without an
    /// explanation.
    Departs,
    /// The result is inconclusive.
    Inconclusive,
    /// The environment could not run it.
    NotRun,
}

impl RowStatus {
    /// The word, also in the JSON document.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::New => "new",
            Self::Differs => "differs",
            Self::Unreadable => "unreadable",
            Self::Agrees => "agrees",
            Self::Permitted => "permitted",
            Self::EngineWide | Self::Known => "known",
            Self::Vanished => "vanished",
            Self::Departs => "departs",
            Self::Inconclusive => "inconclusive",
            Self::NotRun => "not-run",
        }
    }

    /// Whether there is nothing to report.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Self::Recorded | Self::Agrees | Self::EngineWide)
    }

    /// The status of an engine in a case.
    pub(super) fn of_case(judged: &Judged) -> Self {
        let rows = judged.rows.iter().filter_map(|row| Self::of_row(judged.engine, row));
        match &judged.judgement {
            Judgement::NotRun(_) => Self::NotRun,
            _ if judged.left_out.is_some() && judged.engine.is_browser() => Self::Agrees,
            judgement => rows.max().unwrap_or_else(|| Self::unbound(judgement)),
        }
    }

    /// The status of an engine in a row; `None` for an engine to which the standard does not apply,
    /// unless the row is inconclusive.
    pub(super) fn of_row(engine: Engine, outcome: &RowOutcome) -> Option<Self> {
        if outcome.inconclusive().is_some() {
            return Some(Self::Inconclusive);
        }
        let (_, verdict) = outcome.judged.as_ref().filter(|_| engine.is_browser())?;
        Some(match verdict {
            _ if !outcome.broken.is_empty() => Self::Departs,
            Verdict::Agrees if is_only_engine_wide(outcome) => Self::EngineWide,
            Verdict::Agrees => Self::Agrees,
            Verdict::Permitted { .. } => Self::Permitted,
            Verdict::Known { .. } => Self::Known,
            Verdict::Vanished => Self::Vanished,
            Verdict::Departs(_) | Verdict::WrongKind { .. } => Self::Departs,
            Verdict::Inconclusive(_) => Self::Inconclusive,
        })
    }

    fn unbound(judgement: &Judgement) -> Self {
        match judgement {
            Judgement::New => Self::New,
            Judgement::Differs { .. } => Self::Differs,
            Judgement::NotRun(_) => Self::NotRun,
            Judgement::Unreadable(_) => Self::Unreadable,
            Judgement::Match | Judgement::Departs | Judgement::Inconclusive => Self::Recorded,
        }
    }
}

/// How a text compares with its snapshot, also in the JSON document.
pub(in crate::report) fn snapshot(judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Match => "match",
        Judgement::New => "new",
        Judgement::Differs { .. } => "differs",
        Judgement::Unreadable(_) => "unreadable",
        Judgement::Departs | Judgement::Inconclusive | Judgement::NotRun(_) => "not-compared",
    }
}

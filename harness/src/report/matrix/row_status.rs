//! How an engine stands in a row and in a case, in one word: the cells of the matrix.

use crate::report::engine_wide::is_only_engine_wide;
use crate::results::{Engine, Judged, Judgement, RowOutcome};
use crate::verdict::Verdict;

/// A cell. The worst of a case's rows, which is the greatest, is the case's own.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum RowStatus {
    /// An engine that no standard binds did as it was reviewed.
    Recorded,
    /// An engine that no standard binds was never reviewed.
    New,
    /// An engine that no standard binds did otherwise than it was reviewed.
    Differs,
    /// What was reviewed of an engine that no standard binds cannot be read.
    Unreadable,
    /// A browser does what the standard says.
    Agrees,
    /// A browser does what the standard leaves to it.
    Permitted,
    /// A browser departs from it only as it does in every row of the kind.
    EngineWide,
    /// A browser departs from it, for a reason that the case gives.
    Known,
    /// A browser agrees, and the case explains a departure.
    Vanished,
    /// A browser departs from the standard, or from what holds in every run, and nobody has said why.
    Departs,
    /// It cannot be told.
    Inconclusive,
    /// The environment could not run it.
    NotRun,
}

impl RowStatus {
    /// The word, in the JSON document as well.
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

    /// Whether there is nothing to spell out.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Self::Recorded | Self::Agrees | Self::EngineWide)
    }

    /// How an engine stands in a case.
    pub(super) fn of_case(judged: &Judged) -> Self {
        let rows = judged.rows.iter().filter_map(|row| Self::of_row(judged.engine, row));
        match &judged.judgement {
            Judgement::NotRun(_) => Self::NotRun,
            judgement => rows.max().unwrap_or_else(|| Self::unbound(judgement)),
        }
    }

    /// How an engine stands in a row; `None` for one that no standard binds, of whose rows it is
    /// only said if they cannot be told.
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

/// How a text stands to its snapshot, in the JSON document as well.
pub(in crate::report) fn snapshot(judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Match => "match",
        Judgement::New => "new",
        Judgement::Differs { .. } => "differs",
        Judgement::Unreadable(_) => "unreadable",
        Judgement::Departs | Judgement::Inconclusive | Judgement::NotRun(_) => "not-compared",
    }
}

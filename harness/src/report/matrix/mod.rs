//! The matrix of cases and engines: where engines differ from the standard, and from each other.

mod details;
mod entries;
mod row_status;
mod text;

use std::sync::Arc;

pub use entries::MatrixEntry;
pub(super) use entries::entries;
pub(super) use row_status::snapshot;
pub use text::matrix;

use crate::case::Case;
use crate::results::Judged;
use row_status::RowStatus;

/// One case on every engine that took part and runs it.
struct Line<'a> {
    case: &'a Case,
    trials: Vec<&'a Judged>,
}

impl<'a> Line<'a> {
    /// The lines of a matrix, in the order of the trials.
    ///
    /// Precondition: the trials of one case are consecutive.
    fn of(played: &'a [(Arc<Case>, Judged)]) -> impl Iterator<Item = Self> {
        let same = |(one, _): &(Arc<Case>, _), (other, _): &(Arc<Case>, _)| one.id == other.id;
        played.chunk_by(same).map(|trials| Self {
            case: &trials[0].0,
            trials: trials.iter().map(|(_, judged)| judged).collect(),
        })
    }

    /// Whether every engine agrees with the standard, or did as recorded, and all snapshots match.
    fn is_quiet(&self) -> bool {
        self.trials.iter().all(|judged| {
            RowStatus::of_case(judged).is_quiet() && snapshot(&judged.judgement) == "match"
        })
    }
}

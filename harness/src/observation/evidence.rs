//! The evidence of a row: what the page's script reports, and what the servers recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use cors_servers::exchange::{Exchange, Opened};

use super::seen::RowSeen;
use super::unforeseen::Place;
use crate::case::Label;
use crate::plan::PlannedRow;

/// All evidence of one row after it was played.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The row as planned.
    pub row: &'a PlannedRow,
    /// The steps' labels, in the order written.
    pub labels: &'a [Label],
    /// What the page's script, or a plain client, reports.
    pub seen: &'a RowSeen,
    /// What the row's servers recorded.
    pub exchanges: &'a [Exchange],
    /// The marker requests of the page.
    pub marks: &'a [Exchange],
    /// Connections to the row's servers that failed.
    pub faults: &'a [FaultSeen],
    /// Connections that were opened to the row's servers.
    pub connections: &'a [Opened],
}

/// A connection to a row's servers that failed.
#[derive(Clone, Debug)]
pub struct FaultSeen {
    /// Its number in the common order of exchanges and markers.
    pub sequence: u64,
    /// Why it failed, as a sentence.
    pub words: String,
    /// The host and port that was asked for, if the row has no server there.
    pub without_server: Option<Place>,
}

impl<'a> Evidence<'a> {
    /// How much time passes for the browser after a group; none, if another page is opened.
    pub(super) fn pause(&self, number: usize) -> Option<Duration> {
        let opens = self.row.opens.contains_key(&number).then_some(Duration::ZERO);
        self.row.waits.get(&number).copied().or(opens)
    }

    /// The marker request after a group.
    pub(super) fn mark(&self, number: usize) -> Option<&'a Exchange> {
        let mut marks = self.marks.iter();
        marks.find(|mark| self.number_of(mark) == Some(number))
    }

    /// The position of each marker in the log, by the number of the group that it follows.
    pub(super) fn marks(&self) -> BTreeMap<usize, u64> {
        let marks = self.marks.iter();
        marks.filter_map(|mark| Some((self.number_of(mark)?, mark.sequence))).collect()
    }

    /// The number of the group that a marker follows.
    fn number_of(&self, mark: &Exchange) -> Option<usize> {
        mark.request.target.strip_prefix(&self.row.marker_path)?.parse().ok()
    }

    pub(super) fn before(&self, sequence: u64) -> Vec<&'a Exchange> {
        self.exchanges.iter().filter(|exchange| exchange.sequence < sequence).collect()
    }
}

//! Plays rows on the model of the standard: no server, no socket, no time.

use cors_servers::exchange::Exchange;

use super::RowOutcome;
use super::collect::Collector;
use super::start::Assigned;
use crate::case::Row;
use crate::plan::Names;
use crate::standard::{self, REVISION, RowRuling};
use crate::verdict::{Verdict, unjudged};
use crate::world::{Recorded, Script};

/// What the standard says of a row.
pub fn rule(row: &Row) -> RowRuling {
    standard::play(row, &mut Script::new(&row.servers))
}

/// What the standard says of a row with servers of a team's own, from what these said to an engine; and
/// what it would have asked of them that the engine did not.
pub(super) fn rule_recorded(row: &Row, exchanges: &[Exchange]) -> (RowRuling, Option<String>) {
    let mut servers = Recorded::new(&row.servers, exchanges);
    let mut ruling = standard::play(row, &mut servers);
    ruling.observation = ruling.observation.without_bodies();
    (ruling, servers.unrecorded().map(str::to_owned))
}

/// Plays all rows; each gets its outcome through the collector.
pub(super) fn run(rows: &[Assigned], collector: &Collector) {
    for assigned in rows {
        let ruling = rule(assigned.row());
        let verdict = unjudged(&ruling).map_or(Verdict::Agrees, Verdict::Inconclusive);
        let outcome = RowOutcome {
            observation: ruling.observation.clone(),
            exchanges: Vec::new(),
            names: Names::verbatim(),
            judged: Some((ruling, verdict)),
            broken: Vec::new(),
            said: Vec::new(),
            repeated: None,
        };
        collector.played(assigned.key, REVISION, outcome);
    }
}

//! What the model of the standard says of rows whose servers play scripts: no server, no socket, no time.

use cors_servers::exchange::Exchange;

use super::collect::Collector;
use super::start::Assigned;
use super::{Outcome, RowOutcome};
use crate::case::{Case, Row};
use crate::secrets::Secrets;
use crate::standard::{self, Circumstances, REVISION, RowRuling};
use crate::verdict::{Played, Verdict, unjudged};
use crate::world::{Recorded, Script};

/// What the standard says of a row.
pub fn rule(row: &Row) -> RowRuling {
    without_secrets(row, standard::play(row, &mut Script::new(&row.servers)))
}

/// A run of a row on the model.
pub fn played(row: &Row, circumstances: Circumstances<'_>) -> Played {
    let mut run = standard::run(row, &mut Script::new(&row.servers), circumstances);
    run.ruling = without_secrets(row, run.ruling);
    Played { run, unrecorded: None }
}

/// A run of a row with servers of a team's own, with what these said to an engine; and what the standard would have
/// asked of them that the engine did not.
pub(super) fn played_as_recorded(
    row: &Row,
    exchanges: &[Exchange],
    circumstances: Circumstances<'_>,
) -> Played {
    let mut servers = Recorded::new(&row.servers, exchanges);
    let mut run = standard::run(row, &mut servers, circumstances);
    run.ruling = without_secrets(row, run.ruling);
    run.ruling.observation = run.ruling.observation.without_bodies();
    Played { run, unrecorded: servers.unrecorded().map(str::to_owned) }
}

/// What is hidden in what a browser did is hidden here as well, or else it would differ.
fn without_secrets(row: &Row, mut ruling: RowRuling) -> RowRuling {
    ruling.observation = ruling.observation.without_secrets(&secrets(row));
    ruling
}

/// What the standard says of a case.
pub(super) fn outcome(case: &Case) -> Outcome {
    Outcome { version: REVISION.to_owned(), rows: case.rows.iter().map(row_outcome).collect() }
}

/// Rows that are played because a server of them is real. The others are ruled at once.
pub(super) fn without_ruled(rows: Vec<Assigned>, collector: &Collector) -> Vec<Assigned> {
    let (played, ruled): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|assigned| assigned.row().has_upstream());
    for assigned in ruled {
        collector.played(assigned.key, REVISION, row_outcome(assigned.row()));
    }
    played
}

fn row_outcome(row: &Row) -> RowOutcome {
    let ruling = rule(row);
    let verdict = unjudged(&ruling).map_or(Verdict::Agrees, Verdict::Inconclusive);
    let observation = ruling.observation.clone();
    RowOutcome { judged: Some((ruling, verdict)), ..RowOutcome::of(observation) }
}

/// What a browser was told that must not be told to others, in whatever words it complains.
pub(super) fn secrets(row: &Row) -> Secrets {
    let mut secrets = Secrets::default();
    row.cookies.iter().for_each(|cookie| secrets.learn_line("set-cookie", &cookie.set_cookie));
    let lines = row.all_steps().flat_map(|step| &step.headers);
    lines.for_each(|(name, value)| secrets.learn_line(name, value));
    secrets
}

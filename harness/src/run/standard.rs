//! What the model says about rows with scripted servers: it needs no server, no socket and no time.

use cors_model::{REVISION, RunOptions};
use cors_servers::exchange::Exchange;

use super::collect::{Assigned, Collector};
use super::{Outcome, RowOutcome};
use crate::case::{Case, Row};
use crate::ruling::{self, RowRuling};
use crate::secrets::Secrets;
use crate::verdict::{Played, Verdict, unjudged};
use crate::world::{Recorded, Script};

/// What the standard says about a row.
pub fn rule(row: &Row) -> RowRuling {
    without_secrets(row, ruling::play(row, &mut Script::new(&row.servers)))
}

/// A run of a row on the model.
pub fn played(row: &Row, options: RunOptions<'_>) -> Played {
    let mut run = ruling::run(row, &mut Script::new(&row.servers), options);
    run.ruling = without_secrets(row, run.ruling);
    Played { run, unrecorded: None }
}

/// A run of a row with real servers, with the responses that an engine got from them; and the
/// requests of the model that the engine did not send.
pub(super) fn played_as_recorded(
    row: &Row,
    exchanges: &[Exchange],
    options: RunOptions<'_>,
) -> Played {
    let mut servers = Recorded::new(&row.servers, exchanges);
    let mut run = ruling::run(row, &mut servers, options);
    run.ruling = without_secrets(row, run.ruling);
    run.ruling.observation = run.ruling.observation.without_bodies();
    Played { run, unrecorded: servers.unrecorded().map(str::to_owned) }
}

/// A value that is removed from what a browser did is removed here too, because it would differ
/// otherwise.
fn without_secrets(row: &Row, mut ruling: RowRuling) -> RowRuling {
    ruling.observation = ruling.observation.without_secrets(&secrets(row));
    ruling
}

/// What the standard says about a case.
pub(super) fn outcome(case: &Case) -> Outcome {
    let rows = case.rows.held();
    Outcome { version: REVISION.to_owned(), rows: rows.iter().map(row_outcome).collect() }
}

/// Rows that are played because they use a real server. The others are ruled at once.
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
    let verdict =
        unjudged(&ruling, row.asked.is_some()).map_or(Verdict::Agrees, Verdict::Inconclusive);
    let observation = ruling.observation.clone();
    RowOutcome { judged: Some((ruling, verdict)), ..RowOutcome::of(observation) }
}

/// The secret values that a browser received, and those from the environment.
pub(super) fn secrets(row: &Row) -> Secrets {
    let mut secrets = row.environment.clone();
    row.cookies.iter().for_each(|cookie| secrets.learn_line("set-cookie", &cookie.set_cookie));
    let lines = row.all_steps().flat_map(|step| &step.headers);
    lines.for_each(|(name, value)| secrets.learn_line(name, value));
    let passwords = row.all_steps().filter_map(|step| step.password.as_deref());
    passwords.for_each(|password| secrets.learn("password", password));
    secrets
}

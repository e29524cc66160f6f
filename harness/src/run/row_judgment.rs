//! Compares one row that was played with what the standard says about it.

use cors_model::{RunOptions, Timeline};
use cors_servers::exchange::Exchange;

use super::collect::Assigned;
use super::standard::{played, played_as_recorded};
use super::{Engine, RowOutcome};
use crate::case::Row;
use crate::verdict::policy::limited as limited_by_the_server;
use crate::verdict::{
    EngineWide, Judgment, OnTheWire, Played, RowOfEngine, RowPlayed, Verdict, broken_invariants,
    judgment, known,
};

/// Compares a browser's row with what the standard says about it, and with the rules that hold in
/// every run. A real server gets requests from the browser only; the model uses its recorded
/// responses.
pub(super) fn judge_row(
    outcome: &mut RowOutcome,
    assigned: &Assigned,
    engine: Engine,
    timeline: &Timeline,
) {
    let row = assigned.row();
    let is_model = engine == Engine::Standard;
    let measured = (!is_model).then_some(timeline);
    outcome.engine_wide = engine_wide(outcome, row, engine, measured);
    let RowOutcome { observation, exchanges, .. } = &*outcome;
    let played = RowPlayed {
        observation,
        timeline: measured,
        known: known(&assigned.case, engine.as_str(), row),
        is_written: !row.has_upstream(),
        is_of_policy: row.asked.is_some(),
        compares_reasons: assigned.case.compares_reasons && !is_model,
    };
    let Judgment { ruling, mut verdict, time } =
        judgment(played, &|options| play(row, exchanges, options));
    let limited = row.asked.as_ref().filter(|_| row.has_upstream());
    let limited = limited.and_then(|_| limited_by_the_server(observation));
    if let Some(why) = limited.filter(|_| observation.missing_evidence().is_none()) {
        verdict = Verdict::Inconclusive(why);
    }
    if is_model {
        verdict = as_sent_by_the_plain_client(verdict);
    }
    outcome.broken = broken_invariants(row, observation, exchanges);
    outcome.broken.retain(|broken| !broken.is_recorded(engine.as_str(), row));
    outcome.judged = Some((ruling, verdict));
    outcome.time = time;
}

/// Plays a row on the model. The answers of a team's own server are the recorded ones.
fn play(row: &Row, exchanges: &[Exchange], options: RunOptions<'_>) -> Played {
    match row.has_upstream() {
        true => played_as_recorded(row, exchanges, options),
        false => played(row, options),
    }
}

/// Takes the engine-wide departures out of what was observed.
fn engine_wide(
    outcome: &mut RowOutcome,
    row: &Row,
    engine: Engine,
    measured: Option<&Timeline>,
) -> EngineWide {
    if !EngineWide::has_any(engine.as_str()) {
        return EngineWide::default();
    }
    let RowOutcome { observation, exchanges, names, environment, .. } = outcome;
    let standard = play(row, exchanges, RunOptions { measured, choices: &[] }).run.ruling;
    let wire = OnTheWire { exchanges, names, environment };
    let of_engine = RowOfEngine { engine: engine.as_str(), page: &row.page, wire };
    EngineWide::take_out(of_engine, observation, &standard.observation)
}

/// The model's own row, whose requests a plain client sent: the servers must have recorded what the
/// model says.
fn as_sent_by_the_plain_client(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Departs(_) | Verdict::Permitted { .. } => Verdict::Inconclusive(
            "the plain client did not send the requests of the model".to_owned(),
        ),
        other => other,
    }
}

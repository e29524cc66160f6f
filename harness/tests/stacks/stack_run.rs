//! The trials of one stack in one run, which starts when the first trial waits for its result.

use std::sync::{Arc, Mutex, PoisonError};

use cors_harness::case::Case;
use cors_harness::report::failure;
use cors_harness::run::{Engine, Judgement, Outcome, Players, RowOutcome, Running, judge, start};

use crate::{ENGINE, folder};

/// A run that starts on demand.
pub struct StackRun {
    trials: Vec<(Arc<Case>, Engine)>,
    players: Players,
    running: Mutex<Option<Running>>,
}

impl StackRun {
    /// A run of these trials.
    pub fn new(trials: Vec<(Arc<Case>, Engine)>, players: Players) -> Self {
        Self { trials, players, running: Mutex::new(None) }
    }

    fn outcome(&self, trial: usize) -> Result<Outcome, cors_harness::run::Unable> {
        let receive = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let start = || start(self.trials.clone(), self.players.clone());
            running.get_or_insert_with(start).receiver(trial)
        };
        receive()
    }

    /// Why a trial could not be played, if it could not.
    pub fn unable(&self, trial: usize) -> Option<String> {
        self.outcome(trial).err().map(|error| error.to_string())
    }

    /// Compares a trial with its reviewed snapshot. The error says what differs.
    pub fn matches_review(&self, trial: usize, case: &Case) -> Result<(), String> {
        let judged = judge(&folder("snapshots"), case, ENGINE, self.outcome(trial));
        failure(case, &judged, &alone).map_or(Ok(()), Err)
    }

    /// The outcome of a trial without inconclusive rows and departures.
    pub fn conclusive(&self, trial: usize, case: &Case) -> Result<Outcome, String> {
        let outcome = self.outcome(trial).map_err(|error| error.to_string())?;
        let unusable = |row: &RowOutcome| row.inconclusive().is_some() || row.departs();
        if !outcome.rows.iter().any(unusable) {
            return Ok(outcome);
        }
        // Such an outcome is not compared with a snapshot.
        let judged = judge(&folder("snapshots"), case, ENGINE, Ok(outcome));
        debug_assert!(matches!(judged.judgement, Judgement::Inconclusive | Judgement::Departs));
        Err(failure(case, &judged, &alone).unwrap_or_default())
    }
}

/// The command that runs the trials of one policy.
fn alone(case: &Case, _: Engine) -> String {
    format!("cargo test --test stacks -- {}", case.id)
}

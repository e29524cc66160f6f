//! The trials of one stack in one run, which starts when the first trial waits for its result.

use std::sync::{Arc, Mutex, PoisonError};

use cors_harness::case::Case;
use cors_harness::report::{Commands, failure};
use cors_harness::run::{Engine, Judgement, Outcome, Players, RowOutcome, Running, judge, start};

use crate::{ENGINES, folder};

/// A run that starts on demand.
pub struct StackRun {
    trials: Vec<(Arc<Case>, Engine)>,
    players: Players,
    running: Mutex<Option<Running>>,
}

impl StackRun {
    /// A run of these cases on every one of [`ENGINES`].
    pub fn new(cases: Vec<Arc<Case>>, players: Players) -> Self {
        let on_all = |case: Arc<Case>| ENGINES.map(|engine| (Arc::clone(&case), engine));
        let trials = cases.into_iter().flat_map(on_all).collect();
        Self { trials, players, running: Mutex::new(None) }
    }

    /// The outcome of a case, by its place, on an engine, by its place.
    fn outcome(
        &self,
        case: usize,
        engine: usize,
    ) -> Result<Outcome, cors_harness::run::EngineUnavailable> {
        let receive = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let start = || start(self.trials.clone(), self.players.clone());
            running.get_or_insert_with(start).receiver(case * ENGINES.len() + engine)
        };
        receive()
    }

    /// Why a case could not be played, if it could not.
    pub fn unable(&self, place: usize) -> Option<String> {
        self.outcome(place, 0).err().map(|error| error.to_string())
    }

    /// Compares what every engine did with the reviewed snapshot. The error says what differs.
    pub fn matches_review(&self, place: usize, case: &Case) -> Result<(), String> {
        ENGINES.iter().enumerate().try_for_each(|(number, engine)| {
            let judged = judge(&folder("snapshots"), case, *engine, self.outcome(place, number));
            failure(case, &judged, &StackCommands).map_or(Ok(()), Err)
        })
    }

    /// The outcome of a case on each engine, without inconclusive rows and departures.
    pub fn conclusive(&self, place: usize, case: &Case) -> Result<Vec<Outcome>, String> {
        let numbers = 0..ENGINES.len();
        numbers.map(|engine| self.conclusive_on(engine, place, case)).collect()
    }

    fn conclusive_on(&self, engine: usize, place: usize, case: &Case) -> Result<Outcome, String> {
        let outcome = self.outcome(place, engine).map_err(|error| error.to_string())?;
        let unusable = |row: &RowOutcome| row.inconclusive().is_some() || row.departs();
        if !outcome.rows.iter().any(unusable) {
            return Ok(outcome);
        }
        // Such an outcome is not compared with a snapshot.
        let judged = judge(&folder("snapshots"), case, ENGINES[engine], Ok(outcome));
        debug_assert!(matches!(judged.judgement, Judgement::Inconclusive | Judgement::Departs));
        Err(failure(case, &judged, &StackCommands).unwrap_or_default())
    }
}

/// The command that runs the trials of one policy.
/// The commands of this target.
struct StackCommands;

impl Commands for StackCommands {
    fn again(&self, case: &Case, _: Engine) -> String {
        format!("cargo test --test stacks -- {}", case.id)
    }

    fn review(&self) -> String {
        "cargo insta review".to_owned()
    }

    fn accept(&self, case: &Case) -> String {
        format!("INSTA_UPDATE=always cargo test --test stacks -- {}", case.id)
    }
}

//! Opens browsers while cases are still being read, for engines that will certainly need one.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use super::opened::EarlyStarts;
use super::slots::browsers_that_fit;
use super::start::{Running, run};
use super::{Engine, Players};
use crate::case::Case;

/// A run before its trials are known. Nothing is started until a case is expected to be played; a
/// browser that turns out to be unnecessary is ended when this is dropped.
pub struct RunPreparation {
    players: Players,
    began: Instant,
    most: usize,
    ahead: EarlyStarts,
}

impl RunPreparation {
    /// A run with these players, which begins now.
    pub fn new(players: Players) -> Self {
        let most = players.jobs.map_or_else(browsers_that_fit, NonZeroUsize::get);
        Self { players, began: Instant::now(), most, ahead: EarlyStarts::default() }
    }

    /// The engines that can play.
    pub fn players(&self) -> &Players {
        &self.players
    }

    /// A case will be played on an engine, if it runs there: what it certainly needs is started.
    /// This is a browser with the profile of a row without real servers and waits, one for each engine.
    pub fn expect(&mut self, case: &Case, engine: Engine) {
        let Some(kind) = engine.browser().filter(|_| engine.runs(case)) else { return };
        let Ok(source) = self.players.get(kind) else { return };
        if !source.is_local() {
            return;
        }
        let mut rows = case.rows.iter().filter(|row| !row.has_upstream() && !row.waits());
        let Some(row) = rows.next() else { return };
        if !self.ahead.has(kind) && self.ahead.count() < self.most {
            self.ahead.open(Arc::clone(source), row);
        }
    }

    /// Starts the trials, each a case on an engine. Those of a missing browser have no outcome.
    pub fn start(self, trials: Vec<(Arc<Case>, Engine)>) -> Running {
        run(trials, self.players, self.ahead, self.began)
    }
}

/// Starts the trials, each a case on an engine. Those of a missing browser have no outcome.
pub fn start(trials: Vec<(Arc<Case>, Engine)>, players: Players) -> Running {
    RunPreparation::new(players).start(trials)
}

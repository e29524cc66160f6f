//! Opens browsers while cases are still being read, for engines that will certainly need one.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

use super::opened::{Opened, PlayError, open};
use super::slots::browsers_that_fit;
use super::start::{Running, run};
use super::{Engine, Players};
use crate::case::{Case, Row};
use crate::children::end_on_signals;
use crate::engine::{Display, Kind, Source};
use crate::plan::BrowserNeeds;

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
        let rooms = &self.ahead.rooms;
        if !rooms.contains_key(&kind) && rooms.len() < self.most {
            self.ahead.open(Arc::clone(source), row);
        }
    }

    /// Starts the trials, each a case on an engine. Those of a missing browser have no outcome.
    pub fn start(self, trials: Vec<(Arc<Case>, Engine)>) -> Running {
        run(trials, self.players, self.ahead, self.began)
    }
}

/// What was started before there was anything to play.
#[derive(Default)]
pub(super) struct EarlyStarts {
    runtime: Option<Runtime>,
    rooms: BTreeMap<Kind, EngineResources>,
}

impl EarlyStarts {
    fn open(&mut self, source: Arc<dyn Source>, row: &Row) {
        // Starting the run will report why there is no runtime.
        let Ok(runtime) = self.runtime.take().map_or_else(runtime, Ok) else { return };
        let kind = source.kind();
        let room = EngineResources::default();
        let (display, needs) = (Arc::clone(&room.display), BrowserNeeds::of(row));
        let opening = runtime.spawn(async move { open(&*source, needs, &display).await });
        self.runtime = Some(runtime);
        self.rooms
            .insert(kind, EngineResources { early: Mutex::new(Some((needs, opening))), ..room });
    }

    /// The runtime of the run, and what is ready in it.
    pub(super) fn take(mut self) -> io::Result<(Runtime, BTreeMap<Kind, EngineResources>)> {
        let runtime = self.runtime.take().map_or_else(runtime, Ok)?;
        Ok((runtime, std::mem::take(&mut self.rooms)))
    }
}

impl Drop for EarlyStarts {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(join_all(self.rooms.values().map(EngineResources::end)));
        }
    }
}

/// A runtime for what is started. A signal ends it even if there is no
/// [`CleanEnd`](crate::engine::CleanEnd).
fn runtime() -> io::Result<Runtime> {
    end_on_signals();
    Builder::new_multi_thread().enable_all().build()
}

type EarlyBrowser = (BrowserNeeds, JoinHandle<Result<Opened, PlayError>>);

/// What the browsers of an engine share.
#[derive(Default)]
pub(super) struct EngineResources {
    /// The X server for them, if they need one, from the opening of the first of them.
    pub(super) display: Arc<OnceCell<Option<Display>>>,
    /// A browser that was opened in advance, and for which needs.
    early: Mutex<Option<EarlyBrowser>>,
}

impl EngineResources {
    /// The browser that is already open or being opened, if it is one for these needs.
    pub(super) async fn take(&self, needs: BrowserNeeds) -> Option<Result<Opened, PlayError>> {
        let opening = self.early().take_if(|(of, _)| *of == needs);
        // A panic in there has been printed; a browser that is opened now may succeed.
        opening?.1.await.ok()
    }

    /// Ends a browser that was not used.
    pub(super) async fn end(&self) {
        let early = self.early().take();
        if let Some((_, opening)) = early {
            // A browser that is not open yet ends by being dropped.
            opening.abort();
            if let Ok(Ok(opened)) = opening.await {
                let _ = opened.session.end().await;
            }
        }
    }

    fn early(&self) -> MutexGuard<'_, Option<EarlyBrowser>> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

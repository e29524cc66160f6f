//! An open browser with its lab, the only thing that it can reach, and browsers that are opened in advance.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cors_servers::{Lab, LabError};
use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

use super::start_permits::StartPermit;
use crate::case::Row;
use crate::children::end_on_signals;
use crate::engine::{
    BrowserClock, Display, EngineError, Kind, Opening, Session, SlowStart, Source,
};
use crate::plan::BrowserNeeds;

/// A browser and its lab. The browser must be ended first.
pub(super) struct Opened {
    pub(super) lab: Lab,
    pub(super) session: Session,
}

/// Reasons why rows cannot be played.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlayError {
    #[error(transparent)]
    Lab(#[from] LabError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the browser's clock cannot be moved: {0}")]
    Clock(String),
    #[error("{what} took longer than {} s", deadline.as_secs())]
    Late { what: &'static str, deadline: Duration },
}

impl PlayError {
    /// Set for a browser that did not complete its start.
    pub(super) fn late(&self) -> Option<SlowStart> {
        match self {
            Self::Engine(error) => error.late(),
            _ => None,
        }
    }
}

/// Opens a browser with a fresh profile for rows with these needs, and before it the display for all browsers of its engine,
/// if that is not running yet.
pub(super) async fn open(
    source: &dyn Source,
    needs: BrowserNeeds,
    display: &OnceCell<Option<Display>>,
) -> Result<Opened, PlayError> {
    let _permit = match source.is_local() {
        true => Some(StartPermit::take().await),
        false => None,
    };
    let display = display.get_or_try_init(|| source.display()).await?;
    let lab = Lab::start_at(source.reach()).await?;
    let clock = needs.moves_clock.then(|| clock(source, &lab)).transpose()?;
    let opening = Opening { clock, ..Opening::new(source, &lab, needs.third_party_cookies) };
    let session = opening.open(display.as_ref()).await?;
    Ok(Opened { lab, session })
}

fn clock(source: &dyn Source, lab: &Lab) -> Result<Arc<BrowserClock>, PlayError> {
    source.moves_clock().map_err(PlayError::Clock)?;
    let clock = BrowserClock::new(lab.ahead());
    let clock = clock.map_err(|error| PlayError::Clock(error.to_string()))?;
    Ok(Arc::new(clock))
}

/// Stops waiting for something that takes too long.
pub(super) async fn within<T, E: Into<PlayError>>(
    deadline: Duration,
    what: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, PlayError> {
    match tokio::time::timeout(deadline, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(PlayError::Late { what, deadline }),
    }
}

/// What was started before there was anything to play.
#[derive(Default)]
pub(super) struct EarlyStarts {
    runtime: Option<Runtime>,
    rooms: BTreeMap<Kind, EngineResources>,
}

impl EarlyStarts {
    /// Whether a browser of this kind was started.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.rooms.contains_key(&kind)
    }

    /// How many browsers were started.
    pub(super) fn count(&self) -> usize {
        self.rooms.len()
    }

    /// Starts a browser for a row.
    pub(super) fn open(&mut self, source: Arc<dyn Source>, row: &Row) {
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

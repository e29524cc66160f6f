//! An open browser with its lab, the only thing that it can reach.

use std::sync::Arc;
use std::time::Duration;

use cors_servers::{Lab, LabError};
use tokio::sync::OnceCell;

use super::start_permits::StartPermit;
use crate::engine::{BrowserClock, Display, EngineError, Opening, Session, SlowStart, Source};
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

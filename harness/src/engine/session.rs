//! An open browser, and everything that must end with it.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::{Driver, EngineError, OpenBrowser};
use crate::children::cleanup;

/// An open browser. Dropping it ends what the harness started.
#[derive(Debug)]
pub struct Session {
    /// The browser.
    pub browser: OpenBrowser,
    /// Its driver, if the harness started it.
    pub(super) driver: Option<Driver>,
    /// Its place among the sessions of a grid, until it is closed.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

impl Session {
    /// The last lines of output of driver and browser; empty for an external driver.
    pub fn last_words(&self) -> String {
        self.driver.as_ref().map(Driver::last_words).unwrap_or_default()
    }

    /// The processor time that its driver and browser have used. Nothing is known of a remote one.
    pub fn used(&self) -> Duration {
        self.driver.as_ref().map(Driver::used).unwrap_or_default()
    }

    /// Kills driver and browser: closing a session takes longer, and an idle browser takes
    /// processor time from others. With an external driver the session is closed.
    ///
    /// # Errors
    /// [`EngineError::Left`] where something of it still runs.
    pub async fn end(self) -> Result<(), EngineError> {
        match self.driver {
            Some(driver) => driver.end().await,
            None => {
                cleanup::forget_session(&self.browser.address);
                self.browser.close().await;
                Ok(())
            }
        }
    }
}

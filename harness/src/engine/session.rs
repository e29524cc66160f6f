//! A browser that is open, and what has to end with it.

use super::{Driver, EngineError, OpenBrowser};
use crate::children::cleanup;

/// An open browser. Dropping it ends what was started here.
#[derive(Debug)]
pub struct Session {
    /// The browser.
    pub browser: OpenBrowser,
    /// Its driver, if that was started for it.
    pub(super) driver: Option<Driver>,
}

impl Session {
    /// What driver and browser said last; nothing of a driver that somebody else has started.
    pub fn last_words(&self) -> String {
        self.driver.as_ref().map(Driver::last_words).unwrap_or_default()
    }

    /// Kills driver and browser: a session that is closed takes longer, and a browser that idles
    /// takes time from the others. With a driver of somebody else the session is closed.
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

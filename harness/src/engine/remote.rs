//! Browsers of a driver or grid that already runs.

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::connecting::Connected;
use super::opening::START;
use super::start_deadline::{StartDeadline, StartProgress};
use super::{Display, EngineError, Grid, Kind, OpenBrowser, Opening, Session, Source};

/// The browsers of one engine that a driver or grid offers.
#[derive(Clone, Debug)]
pub struct Remote {
    /// The engine that it runs.
    pub(super) kind: Kind,
    /// How many of its sessions may be open at the same time.
    pub(super) most: usize,
    /// Where it runs. Engines of a grid share its sessions.
    pub(super) grid: Arc<Grid>,
}

impl Remote {
    async fn connect(&self, opening: &Opening<'_>) -> Result<Session, EngineError> {
        let place = self.grid.place().await;
        let browser = match self.grid.is_grid() {
            true => self.grid.session(self.kind, || self.request(opening).boxed()).await?,
            false => {
                let mut start = StartDeadline::new(START);
                start.wait(self.request(opening), StartProgress::default).await?
            }
        };
        Ok(Session { browser, driver: None, _place: place })
    }

    async fn request(&self, opening: &Opening<'_>) -> Result<OpenBrowser, EngineError> {
        let capabilities = self.kind.browser().capabilities(opening, None);
        let connected = Connected::to_remote(self.grid.url(), capabilities).await?;
        OpenBrowser::new(connected, self.kind, opening).await
    }
}

impl Source for Remote {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn open<'a>(
        &'a self,
        opening: &'a Opening<'a>,
        _: Option<&'a Display>,
    ) -> BoxFuture<'a, Result<Session, EngineError>> {
        self.connect(opening).boxed()
    }

    fn is_local(&self) -> bool {
        false
    }

    fn moves_clock(&self) -> Result<(), String> {
        Err("the clock of a browser that another program starts cannot be moved".to_owned())
    }

    /// The second channel that a profile needs may not be reachable.
    fn has_profiles(&self) -> bool {
        false
    }

    fn most_sessions(&self) -> Option<usize> {
        Some(self.most)
    }

    fn reach(&self) -> IpAddr {
        self.grid.advertise()
    }
}

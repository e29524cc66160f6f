//! Browsers of a driver or grid that already runs.

use std::net::IpAddr;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::connecting::Connected;
use super::opening::START;
use super::start_deadline::{StartDeadline, StartProgress};
use super::{Display, EngineError, Kind, OpenBrowser, Opening, Session, Source};

/// A driver or grid that already runs.
#[derive(Clone, Debug)]
pub struct Remote {
    /// The engine that it runs.
    pub kind: Kind,
    /// Its address.
    pub url: String,
    /// Address of this machine that its browsers can reach; the servers of the rows listen there.
    pub advertise: IpAddr,
}

impl Remote {
    async fn connect(&self, opening: &Opening<'_>) -> Result<Session, EngineError> {
        let capabilities = self.kind.browser().capabilities(opening, None);
        let connected = Connected::to_remote(&self.url, capabilities).await?;
        let browser = OpenBrowser::new(connected, self.kind, opening).await?;
        Ok(Session { browser, driver: None })
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
        let connecting = self.connect(opening);
        async { StartDeadline::new(START).wait(connecting, StartProgress::default).await }.boxed()
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

    /// It may have room for one session only.
    fn most_sessions(&self) -> Option<usize> {
        Some(1)
    }

    fn reach(&self) -> IpAddr {
        self.advertise
    }
}

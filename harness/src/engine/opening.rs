//! How a browser is to be opened.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;

use super::connecting::Connected;
use super::limits::{self, Needs};
use super::start_deadline::{StartDeadline, StartProgress};
use super::{
    Browser, Display, Driver, EngineError, Installed, Kind, Remote, Session, Source, chromium,
    firefox, webkit,
};
use crate::case::ThirdPartyCookies;
use crate::children::cleanup;

/// What a browser may take to start on a machine that does nothing else.
const START: Duration = Duration::from_secs(60);

/// A throw-away certificate authority, in the forms that engines take.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Base64 of the SHA-256 of its public key.
    pub spki_sha256: String,
    /// Its certificate.
    pub pem: String,
}

/// What a browser is opened with.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// Where it comes from.
    pub source: &'a Source,
    /// Address of the SOCKS5 front that all its traffic goes to.
    pub socks: SocketAddr,
    /// Whose certificates it trusts.
    pub authority: Authority,
    /// Its cookie profile.
    pub third_party_cookies: ThirdPartyCookies,
    /// Whether it is listened to, for its own reasons. One that is not is the faster for it.
    pub heard: bool,
}

impl Opening<'_> {
    /// Opens a browser with a fresh profile, with a driver of its own if it is started here.
    /// `display` is where one that has no headless mode is shown.
    pub async fn open(&self, display: Option<&Display>) -> Result<Session, EngineError> {
        if cleanup::is_ending() {
            // What is killed on the way out looks like a crash; nothing takes its place.
            std::future::pending::<()>().await;
        }
        match self.source {
            Source::Installed(installed) => self.open_here(installed, display).await,
            Source::Remote(remote) => {
                StartDeadline::new(START)
                    .wait(self.open_there(remote), StartProgress::default)
                    .await
            }
        }
    }

    async fn open_there(&self, remote: &Remote) -> Result<Session, EngineError> {
        let connected = Connected::to_remote(&remote.url, self.capabilities(None)).await?;
        let browser = Browser::new(connected, self.source.kind(), self.heard).await?;
        Ok(Session { browser, driver: None })
    }

    async fn open_here(
        &self,
        installed: &Installed,
        display: Option<&Display>,
    ) -> Result<Session, EngineError> {
        let (kind, needs) = (installed.kind, needs(installed.kind));
        limits::check(kind, needs)?;
        let mut patience = StartDeadline::new(START);
        let started =
            patience.wait(Driver::start(installed, display), StartProgress::default).await;
        let mut driver = started.map_err(|error| error.explained(limits::little(kind, needs)))?;
        let in_vain = driver.watch();
        match patience.wait(self.session(&driver), in_vain).await {
            Ok(browser) => Ok(Session { browser, driver: Some(driver) }),
            Err(error) => Err(explained(error, &mut driver, limits::little(kind, needs)).await),
        }
    }

    async fn session(&self, driver: &Driver) -> Result<Browser, EngineError> {
        let kind = self.source.kind();
        let capabilities = self.capabilities(Some(&driver.profile()));
        let connected = Connected::to(driver.url(), capabilities).await?;
        let browser = Browser::new(connected, kind, self.heard).await?;
        if kind == Kind::Firefox {
            firefox::trust(&browser, &self.authority).await?;
        }
        Ok(browser)
    }

    fn capabilities(&self, profile: Option<&Path>) -> Capabilities {
        match self.source.kind() {
            Kind::Chromium => chromium::capabilities(self, profile),
            Kind::Firefox => firefox::capabilities(self),
            Kind::WebKit => webkit::capabilities(self),
        }
    }

    /// The browser's binary, where it is not the driver's own choice.
    pub(super) fn binary(&self) -> Option<&Path> {
        match self.source {
            Source::Installed(installed) => Some(&installed.browser),
            Source::Remote(_) => None,
        }
    }
}

fn needs(kind: Kind) -> &'static Needs {
    match kind {
        Kind::Chromium => &chromium::NEEDS,
        Kind::Firefox => &firefox::NEEDS,
        Kind::WebKit => &webkit::NEEDS,
    }
}

/// Adds how the driver ended if it did, what else may be the cause, and what driver and browser said.
async fn explained(error: EngineError, driver: &mut Driver, cause: String) -> EngineError {
    let end = match error {
        EngineError::Ended { .. } | EngineError::Late { .. } => String::new(),
        _ => driver.end_in_words().await,
    };
    let said = match driver.last_words() {
        words if words.is_empty() => words,
        words => format!("driver and browser said last: {words}"),
    };
    error.explained(end).explained(cause).explained(said)
}

//! How a browser is to be opened.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{
    Browser, Display, Driver, EngineError, Installed, Kind, Session, Source, chromium, firefox,
    webkit,
};
use crate::case::ThirdPartyCookies;
use crate::children::leftovers::{self, OpeningSession};

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
        if leftovers::is_ending() {
            // What is killed on the way out looks like a crash; nothing takes its place.
            std::future::pending::<()>().await;
        }
        match self.source {
            Source::Installed(installed) => self.open_here(installed, display).await,
            Source::Remote(remote) => {
                let opening = OpeningSession::expect();
                let browser = self.session(&remote.url, None).await?;
                opening.opened(browser.address.clone());
                Ok(Session { browser, driver: None })
            }
        }
    }

    async fn open_here(
        &self,
        installed: &Installed,
        display: Option<&Display>,
    ) -> Result<Session, EngineError> {
        let driver = Driver::start(installed, display).await?;
        let browser = self.session(driver.url(), Some(driver.profile())).await?;
        if installed.kind == Kind::Firefox {
            firefox::trust(&browser, &self.authority).await?;
        }
        Ok(Session { browser, driver: Some(driver) })
    }

    async fn session(&self, url: &str, profile: Option<PathBuf>) -> Result<Browser, EngineError> {
        let kind = self.source.kind();
        let capabilities = match kind {
            Kind::Chromium => chromium::capabilities(self, profile.as_deref()),
            Kind::Firefox => firefox::capabilities(self),
            Kind::WebKit => webkit::capabilities(self),
        };
        Browser::open(url, kind, capabilities, self.heard).await
    }

    /// The browser's binary, where it is not the driver's own choice.
    pub(super) fn binary(&self) -> Option<&Path> {
        match self.source {
            Source::Installed(installed) => Some(&installed.browser),
            Source::Remote(_) => None,
        }
    }
}

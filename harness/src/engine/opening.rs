//! How a browser is to be opened.

use std::net::SocketAddr;

use super::{Browser, Driver, EngineError, Installed, Kind, chromium, firefox, webkit};
use crate::case::ThirdPartyCookies;

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
    /// Which browser.
    pub installed: &'a Installed,
    /// Address of the SOCKS5 front that all its traffic goes to.
    pub socks: SocketAddr,
    /// Whose certificates it trusts.
    pub authority: Authority,
    /// Its cookie profile.
    pub third_party_cookies: ThirdPartyCookies,
}

impl Opening<'_> {
    /// Opens a browser with a fresh profile. A driver opens one.
    pub async fn open(&self, driver: &Driver) -> Result<Browser, EngineError> {
        let kind = self.installed.kind;
        let capabilities = match kind {
            Kind::Chromium => chromium::capabilities(self, &driver.profile()),
            Kind::Firefox => firefox::capabilities(self),
            Kind::WebKit => webkit::capabilities(self),
        };
        let browser = Browser::open(driver.url(), kind, capabilities).await?;
        if kind == Kind::Firefox {
            firefox::trust(&browser, &self.authority).await?;
        }
        Ok(browser)
    }
}

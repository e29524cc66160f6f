//! The settings with which a browser is opened.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cors_servers::Lab;

use super::{BrowserClock, Display, EngineError, Session, Source};
use crate::case::ThirdPartyCookies;
use crate::children::cleanup;

/// How long a browser may take to start on an idle machine.
pub(super) const START: Duration = Duration::from_secs(60);

/// A temporary certificate authority, in the forms that engines need.
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
    pub source: &'a dyn Source,
    /// Address of the SOCKS5 proxy for all its traffic.
    pub socks: SocketAddr,
    /// The certificate authority that it trusts.
    pub authority: Authority,
    /// Its cookie profile.
    pub third_party_cookies: ThirdPartyCookies,
    /// Whether the browser's own reasons are read. It is faster without them.
    pub reads_console: bool,
    /// The clock that it runs by, if that is to be moved. A remote browser ignores it.
    pub clock: Option<Arc<BrowserClock>>,
}

impl<'a> Opening<'a> {
    /// The settings for a browser whose only way out is a lab. Its own reasons are read, and its clock is not moved.
    pub fn new(source: &'a dyn Source, lab: &Lab, third_party_cookies: ThirdPartyCookies) -> Self {
        Self {
            source,
            socks: lab.socks_address(),
            authority: Authority { spki_sha256: lab.ca_spki_sha256(), pem: lab.ca_pem() },
            third_party_cookies,
            reads_console: true,
            clock: None,
        }
    }

    /// Opens a browser with a fresh profile. `display` is for a browser without headless mode.
    pub async fn open(&self, display: Option<&Display>) -> Result<Session, EngineError> {
        if cleanup::is_ending() {
            // A browser that is killed while the process ends looks like a crash; no other one is
            // started.
            std::future::pending::<()>().await;
        }
        self.source.open(self, display).await
    }
}

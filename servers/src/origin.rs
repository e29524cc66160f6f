//! An origin while it is hosted.

use std::sync::{Arc, OnceLock};

use rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::check::CheckedOrigin;
use crate::log::Log;
use crate::respond::Responder;
use crate::script::{Address, Routes, Versions, Watch};
use crate::services::Service;
use crate::tls::{Authority, TlsError};

/// One origin while it is hosted.
pub(crate) struct Origin {
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    /// Answers by the script.
    pub(crate) responder: Responder<Routes>,
    /// Answers instead of the script.
    pub(crate) service: Option<Service>,
    /// Whether connections end with their first response.
    pub(crate) close_after_response: bool,
    /// Requests that clients are notified about.
    pub(crate) watches: Vec<Watch>,
    /// The open connections to any origin of its set.
    pub(crate) connections: TaskTracker,
    /// The log of its set of origins.
    pub(crate) log: Arc<Log>,
    /// Cancelled when its set is no longer hosted.
    pub(crate) end: CancellationToken,
    /// Made for its first connection and dropped with the origin: a lab may host thousands of
    /// hosts.
    tls: OnceLock<Arc<ServerConfig>>,
}

impl Origin {
    pub(crate) fn new(script: CheckedOrigin, log: Arc<Log>, stay: HostedUntil) -> Self {
        let CheckedOrigin { address, versions, responder, service, close_after_response, watches } =
            script;
        let (tls, HostedUntil { end, connections }) = (OnceLock::new(), stay);
        Self {
            address,
            versions,
            responder,
            service,
            close_after_response,
            watches,
            connections,
            log,
            end,
            tls,
        }
    }

    /// TLS settings with a certificate for its host.
    pub(crate) fn tls(&self, authority: &Authority) -> Result<Arc<ServerConfig>, TlsError> {
        if let Some(known) = self.tls.get() {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(authority.settings(&self.address.host, self.versions)?);
        Ok(Arc::clone(self.tls.get_or_init(|| fresh)))
    }
}

/// How long a set of origins is hosted, and its open connections.
#[derive(Clone)]
pub(crate) struct HostedUntil {
    pub(crate) end: CancellationToken,
    pub(crate) connections: TaskTracker,
}

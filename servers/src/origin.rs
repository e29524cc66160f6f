//! An origin while it is reachable.

use std::sync::{Arc, OnceLock};

use rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::check::CheckedOrigin;
use crate::log::Log;
use crate::respond::Responder;
use crate::script::{Address, Route, Versions};
use crate::services::Service;
use crate::tls::{Authority, TlsError};

/// One origin while it is reachable.
pub(crate) struct Origin {
    pub(crate) address: Address,
    pub(crate) versions: Versions,
    /// What answers by the script.
    pub(crate) responder: Responder<Vec<Route>>,
    /// What answers in place of the script.
    pub(crate) service: Option<Service>,
    /// Whether no client may come back on a connection of before.
    pub(crate) close_after_response: bool,
    /// Who is connected to any origin of its tenancy.
    pub(crate) guests: TaskTracker,
    /// The log of its tenancy.
    pub(crate) log: Arc<Log>,
    /// Cancelled when its tenancy ends.
    pub(crate) end: CancellationToken,
    /// Made for its first connection, gone with it: a lab may see thousands of hosts.
    tls: OnceLock<Arc<ServerConfig>>,
}

impl Origin {
    pub(crate) fn new(script: CheckedOrigin, log: Arc<Log>, stay: HostedUntil) -> Self {
        let CheckedOrigin { address, versions, responder, service, close_after_response } = script;
        let (tls, HostedUntil { end, guests }) = (OnceLock::new(), stay);
        Self { address, versions, responder, service, close_after_response, guests, log, end, tls }
    }

    /// Settings with a certificate for its host.
    pub(crate) fn tls(&self, authority: &Authority) -> Result<Arc<ServerConfig>, TlsError> {
        if let Some(known) = self.tls.get() {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(authority.settings(&self.address.host, self.versions)?);
        Ok(Arc::clone(self.tls.get_or_init(|| fresh)))
    }
}

/// How long the origins of a tenancy are there, and for whom.
#[derive(Clone)]
pub(crate) struct HostedUntil {
    pub(crate) end: CancellationToken,
    pub(crate) guests: TaskTracker,
}

//! The SOCKS5 proxy that accepts connections, the register of hosted origins, and the two public
//! handles.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::check::{self, CheckedOrigin};
use crate::connection::Connection;
use crate::exchange::{ConnectionId, Exchange, FailedConnection, Fault, Opened};
use crate::log::{Ahead, Clock, Log};
use crate::origin::{HostedUntil, Origin};
use crate::problem::{Complaint, Problem};
use crate::script::OriginScript;
use crate::services::Services;
use crate::socks::{self, Destination, Verdict};
use crate::tls::{Authority, TlsError};

/// Why a lab could not start or could not host origins.
#[derive(Debug, Error)]
pub enum LabError {
    /// The address of the SOCKS proxy cannot be bound.
    #[error("the SOCKS proxy cannot bind to {address}: {error}")]
    Bind {
        /// The address.
        address: IpAddr,
        /// The system's message.
        error: io::Error,
    },
    /// The certificate authority cannot be made.
    #[error("the temporary certificates cannot be made")]
    Certificates(#[source] TlsError),
    /// Every reason why the scripts cannot be served.
    #[error("{}", lines(.0))]
    Scripts(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// One SOCKS5 proxy, by default on loopback, and the origins behind it. Dropping it closes
/// everything.
pub struct Lab {
    shared: Arc<Shared>,
    socks_address: SocketAddr,
    end: DropGuard,
}

impl Lab {
    /// Binds the proxy to a free port of 127.0.0.1 and accepts connections in tasks of the current
    /// tokio runtime.
    ///
    /// # Errors
    /// [`LabError::Bind`] and [`LabError::Certificates`].
    pub async fn start() -> Result<Self, LabError> {
        Self::start_at(Ipv4Addr::LOCALHOST.into()).await
    }

    /// Like [`Lab::start`], on another address of this machine, for a browser that runs elsewhere.
    /// A client that can reach that address can reach the origins, and nothing else.
    ///
    /// # Errors
    /// [`LabError::Bind`] and [`LabError::Certificates`].
    pub async fn start_at(address: IpAddr) -> Result<Self, LabError> {
        let shared = Arc::new(Shared::new().map_err(LabError::Certificates)?);
        let failed = |error| LabError::Bind { address, error };
        let listener = TcpListener::bind((address, 0)).await.map_err(failed)?;
        let socks_address = listener.local_addr().map_err(failed)?;
        let end = CancellationToken::new();
        let accepting = accept(listener, Arc::clone(&shared), end.clone());
        tokio::spawn(end.clone().run_until_cancelled_owned(accepting));
        Ok(Self { shared, socks_address, end: end.drop_guard() })
    }

    /// Like [`Lab::start`], with services that scripts can call by name.
    ///
    /// # Errors
    /// [`LabError::Bind`] and [`LabError::Certificates`].
    pub async fn start_with(address: IpAddr, services: Services) -> Result<Self, LabError> {
        let lab = Self::start_at(address).await?;
        lab.offer(services);
        Ok(lab)
    }

    /// From now on scripts can call these services by name, and no others.
    pub fn offer(&self, services: Services) {
        *self.shared.services() = services;
    }

    /// The address of the proxy, for browsers.
    pub fn socks_address(&self) -> SocketAddr {
        self.socks_address
    }

    /// The current time on the clock of [`Exchange::arrived`].
    pub fn now(&self) -> Duration {
        self.shared.clock.now()
    }

    /// The Unix time at the zero of that clock.
    pub fn unix_start(&self) -> Duration {
        self.shared.clock.unix_start
    }

    /// By how much the dates that its origins send are ahead of the system's.
    pub fn ahead(&self) -> Ahead {
        self.shared.clock.ahead.clone()
    }

    /// Base64 of the SHA-256 hash of the authority's public key, in the form that Chromium's
    /// `--ignore-certificate-errors-spki-list` takes.
    pub fn ca_spki_sha256(&self) -> String {
        self.shared.authority.spki_sha256().to_owned()
    }

    /// The certificate of the temporary authority, in PEM.
    pub fn ca_pem(&self) -> String {
        self.shared.authority.pem()
    }

    /// Makes origins reachable until the returned handle is dropped.
    ///
    /// # Errors
    /// [`LabError::Scripts`] with every reason why the scripts cannot be played, and no origin is
    /// reachable then.
    pub fn host(&self, origins: Vec<OriginScript>) -> Result<HostedServers, LabError> {
        let checked =
            check::origins(origins, &self.shared.services()).map_err(LabError::Scripts)?;
        let end = self.end.token().child_token();
        self.shared.settle(checked, end).map_err(LabError::Scripts)
    }

    /// Connections to names that are not hosted.
    pub fn background(&self) -> Vec<FailedConnection> {
        self.background_since(0)
    }

    /// How many connections to names that are not hosted there have been.
    pub fn background_count(&self) -> usize {
        self.shared.background.count_of_failed_connections()
    }

    /// Connections to names that are not hosted, without the first `before`.
    pub fn background_since(&self, before: usize) -> Vec<FailedConnection> {
        self.shared.background.failed_connections_since(before)
    }
}

/// The origins of one call to [`Lab::host`] and their log. Dropping it makes them unreachable and
/// closes their connections.
pub struct HostedServers {
    shared: Arc<Shared>,
    addresses: Vec<Destination>,
    log: Arc<Log>,
    connections: TaskTracker,
    _end: DropGuard,
}

impl HostedServers {
    /// Drops it, and waits until the last of its connections is closed. A client can still finish
    /// its TLS handshake with origins that [close after a
    /// response](crate::script::OriginScript::close_after_response), for at most five seconds; the
    /// connection has then ended.
    pub async fn end(self) {
        let connections = self.connections.clone();
        drop(self);
        connections.close();
        connections.wait().await;
    }

    /// All exchanges so far, in order of arrival.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.log.exchanges()
    }

    /// All exchanges since the last call, in order of arrival. The log removes them, even those
    /// that are still in progress.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        self.log.take_exchanges()
    }

    /// All connections that were opened to these origins, in order.
    pub fn connections(&self) -> Vec<Opened> {
        self.log.connections()
    }

    /// Connections that failed in TLS or HTTP. One that closes before its first request is not
    /// among them, because browsers open connections speculatively.
    pub fn failed_connections(&self) -> Vec<FailedConnection> {
        self.log.failed_connections()
    }
}

impl Drop for HostedServers {
    fn drop(&mut self) {
        let mut origins = self.shared.origins();
        self.addresses.iter().for_each(|address| drop(origins.remove(address)));
    }
}

type Register = HashMap<Destination, Arc<Origin>>;

struct Shared {
    origins: Mutex<Register>,
    background: Log,
    clock: Clock,
    connections: AtomicU64,
    authority: Authority,
    services: Mutex<Services>,
}

impl Shared {
    fn new() -> Result<Self, TlsError> {
        let clock = Clock::default();
        Ok(Self {
            origins: Mutex::default(),
            background: Log::new(clock.clone()),
            clock,
            connections: AtomicU64::default(),
            authority: Authority::new()?,
            services: Mutex::default(),
        })
    }

    fn settle(
        self: &Arc<Self>,
        checked: Vec<CheckedOrigin>,
        end: CancellationToken,
    ) -> Result<HostedServers, Vec<Problem>> {
        let log = Arc::new(Log::new(self.clock.clone()));
        let mut register = self.origins();
        let taken = taken(&register, &checked);
        if !taken.is_empty() {
            return Err(taken);
        }
        let addresses = checked.iter().map(destination).collect();
        let stay = HostedUntil { end, connections: TaskTracker::new() };
        register.extend(checked.into_iter().map(|script| {
            let address = destination(&script);
            (address, Arc::new(Origin::new(script, Arc::clone(&log), stay.clone())))
        }));
        let HostedUntil { end, connections } = stay;
        Ok(HostedServers {
            shared: Arc::clone(self),
            addresses,
            log,
            connections,
            _end: end.drop_guard(),
        })
    }

    fn origins(&self) -> MutexGuard<'_, Register> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn services(&self) -> MutexGuard<'_, Services> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The SOCKS handshake, and then the protocol of the origin on the same stream. If the client
    /// does not speak SOCKS, there is nothing to record, because it named no host.
    async fn welcome(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let id = ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed));
        let destination = socks::destination(&mut stream).await?;
        let welcomed = |origin: &Arc<Origin>| (Arc::clone(origin), origin.connections.token());
        let Some((origin, _guest)) = self.origins().get(&destination).map(welcomed) else {
            self.background.connection_failed(
                destination.host,
                destination.port,
                Fault::UnknownHost,
            );
            return socks::answer(&mut stream, Verdict::ConnectionRefused).await;
        };
        socks::answer(&mut stream, Verdict::Succeeded).await?;
        Connection { origin, id }.serve(stream, &self.authority).await;
        Ok(())
    }
}

fn destination(script: &CheckedOrigin) -> Destination {
    Destination { host: script.address.host.clone(), port: script.address.port }
}

fn taken(register: &Register, checked: &[CheckedOrigin]) -> Vec<Problem> {
    let taken = checked.iter().filter(|script| register.contains_key(&destination(script)));
    let place = taken.map(|script| script.address.to_string());
    place.map(|place| Problem { place, complaint: Complaint::AddressTaken }).collect()
}

/// A failed accept (the client has left, or no file descriptor is free) concerns one connection.
/// The next may succeed after other tasks have run.
async fn accept(listener: TcpListener, shared: Arc<Shared>, end: CancellationToken) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let shared = Arc::clone(&shared);
        let visit = async move { shared.welcome(stream).await };
        tokio::spawn(end.clone().run_until_cancelled_owned(visit));
    }
}

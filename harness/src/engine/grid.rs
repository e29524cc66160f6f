//! A driver or grid that already runs: what it offers, and how its sessions are requested.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::grid_status::GridStatus;
use super::{EngineError, Kind, Missing, Remote, Source};
use crate::loopback::is_loopback;

/// How long a driver or grid may take to answer for its status.
const STATUS: Duration = Duration::from_secs(20);

/// After how long a session that is not open yet is looked after.
const LOOK: Duration = Duration::from_secs(5);

/// How long to wait before a session is requested again.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a browser may refuse to start before the grid is given up.
const TRIES: usize = 3;

/// A driver or grid that already runs, and the sessions of it that this process has.
#[derive(Debug)]
pub struct Grid {
    url: Url,
    status: GridStatus,
    advertise: IpAddr,
    session_timeout: Duration,
    /// As many sessions as may be open at the same time.
    sessions: Arc<Semaphore>,
    /// Whether it was printed that sessions wait.
    has_warned: AtomicBool,
}

/// What a driver or grid offers, before it is used.
#[derive(Debug)]
pub struct GridOffer {
    url: Url,
    status: GridStatus,
}

impl GridOffer {
    /// Asks the driver or grid at this URL.
    ///
    /// # Errors
    /// [`EngineError::Unreachable`], if nothing answers there, or not as a driver does.
    pub fn ask(url: &Url) -> Result<Self, EngineError> {
        let answer = || {
            let client = reqwest::blocking::Client::builder().no_proxy().timeout(STATUS).build()?;
            client.get(status_url(url)).send()?.text()
        };
        let text = answer().map_err(|error| unreachable(url, innermost(&error)))?;
        let status = serde_json::from_str(&text);
        let status = status.map_err(|_| unreachable(url, "its answer is not that of a driver"))?;
        Ok(Self { url: url.clone(), status })
    }

    /// That of a single driver, which is not asked.
    #[cfg(test)]
    pub(crate) fn of_a_driver(url: Url) -> Self {
        Self { url, status: GridStatus::default() }
    }

    /// Whether it is a grid, and not a single driver.
    pub fn is_grid(&self) -> bool {
        self.status.is_grid()
    }

    /// Whether a grid offers this browser.
    pub fn has(&self, kind: Kind) -> bool {
        self.status.sessions(&[kind]) > 0
    }

    /// What is missing of a browser that a grid does not offer.
    pub fn missing(&self, kind: Kind) -> Missing {
        Missing::NotOffered { kind, url: shown(&self.url), offers: self.status.offers() }
    }

    /// The address of this machine at which all its browsers are, or where some of them are not.
    ///
    /// # Errors
    /// The address of a browser's machine that is another one.
    pub fn here(&self) -> Result<IpAddr, String> {
        match self.status.node_elsewhere() {
            Some(node) => Err(node.to_owned()),
            None if is_loopback(&self.url) => Ok(Ipv4Addr::LOCALHOST.into()),
            None => Err(shown(&self.url)),
        }
    }

    /// The sources of these browsers, which share its sessions. Servers are reached at `advertise`; a session is waited
    /// for `session_timeout`.
    pub fn sources(
        self,
        kinds: &[Kind],
        advertise: IpAddr,
        session_timeout: Duration,
    ) -> Vec<Arc<dyn Source>> {
        let Self { url, status } = self;
        let all = if status.is_grid() { status.sessions(kinds) } else { 1 };
        let most = |kind: Kind| match status.is_grid() {
            // Each of the others keeps a session.
            true => status.sessions(&[kind]).min((all + 1).saturating_sub(kinds.len())).max(1),
            false => 1,
        };
        let most: Vec<_> = kinds.iter().map(|kind| (*kind, most(*kind))).collect();
        let grid = Arc::new(Grid {
            url,
            status,
            advertise,
            session_timeout,
            sessions: Arc::new(Semaphore::new(all.max(1))),
            has_warned: AtomicBool::new(false),
        });
        let source = |(kind, most)| {
            Arc::new(Remote { kind, most, grid: Arc::clone(&grid) }) as Arc<dyn Source>
        };
        most.into_iter().map(source).collect()
    }
}

impl Grid {
    /// Its URL.
    pub(super) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Whether it is a grid, and not a single driver.
    pub(super) fn is_grid(&self) -> bool {
        self.status.is_grid()
    }

    /// Address of this machine that its browsers can reach; the servers of the rows listen there.
    pub(super) fn advertise(&self) -> IpAddr {
        self.advertise
    }

    /// A place among the sessions of this process. `None` never comes: the semaphore is not closed.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.sessions).acquire_owned().await.ok()
    }

    /// Waits for a session that `open` requests, and requests it again where a node was lost or the queue of the grid
    /// gave it up.
    ///
    /// # Errors
    /// Those of `open`, and [`EngineError::NoSession`] where the time is up.
    pub(super) async fn session<'a, T>(
        &self,
        kind: Kind,
        open: impl Fn() -> BoxFuture<'a, Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let until = Instant::now() + self.session_timeout;
        let mut refused = Vec::new();
        loop {
            let error = tokio::select! {
                opened = open() => match opened {
                    Ok(session) => return Ok(session),
                    Err(error) => error,
                },
                () = self.late(kind, until) => return Err(self.no_session(kind, &refused).await),
            };
            if matches!(error, EngineError::Unreachable { .. }) {
                return Err(error);
            }
            let is_of_the_grid = matches!(error, EngineError::Queue { .. });
            refused.push(error.to_string());
            if !is_of_the_grid && refused.len() >= TRIES {
                return Err(error);
            }
            sleep(PAUSE).await;
        }
    }

    /// Waits until the time for a session is up. Prints once that sessions wait for a slot.
    async fn late(&self, kind: Kind, until: Instant) {
        sleep(LOOK).await;
        if self.is_full(kind).await && !self.has_warned.swap(true, Ordering::Relaxed) {
            let (name, url, most) = (kind.as_str(), shown(&self.url), self.session_timeout);
            // Stderr may be closed, which is no reason to fail.
            let _ = writeln!(
                std::io::stderr(),
                "{name}: waiting for a free slot of the grid at {url}, for {most:?} at most (`--session-timeout`)"
            );
        }
        sleep_until(until).await;
    }

    /// Whether all slots of a browser are taken.
    async fn is_full(&self, kind: Kind) -> bool {
        self.ask().await.is_ok_and(|status| !status.has_free_slot(kind))
    }

    async fn no_session(&self, kind: Kind, refused: &[String]) -> EngineError {
        let words = match (self.is_full(kind).await, refused.last()) {
            (true, _) => {
                "no slot became free; end other sessions, add a node, or wait longer with \
                          `--session-timeout`"
                    .to_owned()
            }
            (false, Some(last)) => last.clone(),
            (false, None) => "it has not answered".to_owned(),
        };
        let (url, waited) = (shown(&self.url), self.session_timeout);
        EngineError::NoSession { kind, url, waited, words }
    }

    async fn ask(&self) -> Result<GridStatus, EngineError> {
        let answer = async {
            let client = reqwest::Client::builder().no_proxy().timeout(STATUS).build()?;
            client.get(status_url(&self.url)).send().await?.text().await
        };
        let text = answer.await.map_err(|error| unreachable(&self.url, innermost(&error)))?;
        serde_json::from_str(&text).map_err(|error| unreachable(&self.url, error))
    }
}

fn status_url(url: &Url) -> String {
    format!("{}/status", url.as_str().trim_end_matches('/'))
}

/// A URL without its user and password.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Only a URL without a host refuses it, and that has neither.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.to_string()
}

/// The error of a driver or grid that does not answer.
pub(super) fn unreachable(url: &Url, words: impl ToString) -> EngineError {
    EngineError::Unreachable { url: shown(url), words: words.to_string() }
}

/// The first cause of an error, in words.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

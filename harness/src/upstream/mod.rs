//! Real servers: starting, waiting for, reaching and ending them.
//!
//! The module knows what a case says about them, and nothing about what they should answer.

mod allowed;
mod last_words;
mod launched;
mod port;
mod ready;
mod trust;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use cors_servers::{LastWords, Service, Services, Upstream};
use futures_util::future::join_all;
use url::Url;

pub use allowed::{Allowed, Remote};
pub use trust::{CertificateFile, Trust};

use crate::case::{Launch, Origin, UpstreamServer, UpstreamSpec};
use launched::Launched;

/// What is needed to reach servers, in addition to what cases say about them.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Routers of the program that runs the suite.
    pub routers: Routers,
    /// Servers on other machines that may get requests.
    pub allowed: Allowed,
    /// The certificates of servers that are accepted.
    pub trust: Trust,
    /// A server gets no more requests after it has left this many in a row unanswered.
    pub unanswered: NonZeroU32,
}

/// Routers by the origin for which they answer.
#[derive(Clone, Debug, Default)]
pub struct Routers(BTreeMap<Origin, Router>);

impl Routers {
    /// Adds a router, or replaces the one for this origin.
    pub fn add(&mut self, origin: Origin, router: Router) {
        self.0.insert(origin, router);
    }

    fn get(&self, origin: &Origin) -> Option<&Router> {
        self.0.get(origin)
    }
}

/// With 10 s for each, how long a server that hangs can delay a run.
const UNANSWERED: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);

impl Default for Reach {
    fn default() -> Self {
        let (routers, allowed) = (Routers::default(), Allowed::default());
        Self { routers, allowed, trust: Trust::default(), unanswered: UNANSWERED }
    }
}

/// The real servers of a run.
#[derive(Debug, Default)]
pub struct Upstreams {
    services: Services,
    trouble: HashMap<UpstreamSpec, String>,
    launched: HashMap<Launch, Launched>,
}

impl Upstreams {
    /// Starts what must be started, each launch once and all at the same time, and waits until
    /// every server is ready or has failed.
    pub async fn start(owns: impl IntoIterator<Item = UpstreamSpec>, reach: &Reach) -> Self {
        let owns: Vec<_> = owns.into_iter().collect();
        let launches = distinct(owns.iter().filter_map(|own| match &own.server {
            UpstreamServer::Command(launch) => Some(launch),
            _ => None,
        }));
        let started = join_all(launches.iter().map(|launch| Launched::start(launch))).await;
        let launches = launches.into_iter().cloned();
        let started: HashMap<_, _> = launches.zip(started).collect();
        let mut upstreams = Self::default();
        for own in &owns {
            let service = match &own.server {
                UpstreamServer::Upstream(url) => running(url, reach).await,
                UpstreamServer::Command(launch) => launched(&started[launch]),
                UpstreamServer::InProcess(origin) => in_process(origin, &reach.routers),
            };
            upstreams.add(own, service.map(|service| service.given_up_after(reach.unanswered)));
        }
        let there = started.into_iter().filter_map(|(launch, server)| Some((launch, server.ok()?)));
        upstreams.launched = there.collect();
        upstreams
    }

    fn add(&mut self, own: &UpstreamSpec, service: Result<Service, String>) {
        match service {
            Ok(service) => self.services.add(own.name(), as_asked(service, own)),
            Err(words) => _ = self.trouble.insert(own.clone(), words),
        }
    }

    /// The servers as services, by [`UpstreamSpec::name`].
    pub fn services(&self) -> Services {
        self.services.clone()
    }

    /// Why a server is not available.
    pub fn trouble(&self, own: &UpstreamSpec) -> Option<&str> {
        self.trouble.get(own).map(String::as_str)
    }

    /// Why a server gets no more requests, if it gets none.
    pub fn given_up(&self, own: &UpstreamSpec) -> Option<String> {
        self.services.given_up(&own.name())
    }

    /// The last output of a server, if the run started it and it printed anything.
    pub fn last_words(&self, own: &UpstreamSpec) -> Option<String> {
        let UpstreamServer::Command(launch) = &own.server else { return None };
        let words = self.launched.get(launch)?.exit().printed();
        (!words.is_empty()).then_some(words)
    }

    /// Stops the started servers, all at the same time.
    pub async fn stop(self) {
        join_all(self.launched.into_values().map(Launched::stop)).await;
    }
}

/// The service with what the case changes in its requests and responses.
fn as_asked(mut service: Service, own: &UpstreamSpec) -> Service {
    if let Some(origin) = &own.forwarded {
        service = service.forwarded(&origin.address());
    }
    if own.without_cors {
        service = service.without_cors();
    }
    service
}

fn distinct<'l>(launches: impl Iterator<Item = &'l Launch>) -> Vec<&'l Launch> {
    let mut distinct = Vec::new();
    for launch in launches {
        if !distinct.contains(&launch) {
            distinct.push(launch);
        }
    }
    distinct
}

async fn running(url: &Url, reach: &Reach) -> Result<Service, String> {
    reach.allowed.check(url)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let tls = (url.scheme() == "https").then(|| reach.trust.tls()).transpose()?;
    let upstream = Upstream { host, port: url.port_or_known_default().unwrap_or_default(), tls };
    if let Some(words) = trust::complaint(url, &upstream).await {
        return Err(words);
    }
    Ok(Service::new(url.origin().ascii_serialization(), upstream.proxy()))
}

fn launched(server: &Result<Launched, String>) -> Result<Service, String> {
    let server = server.as_ref().map_err(Clone::clone)?;
    let upstream = server.upstream();
    let called = format!("http://{}:{}", upstream.host, upstream.port);
    let exit = server.exit();
    let last_words: LastWords = Arc::new(move || {
        let exit = exit.clone();
        Box::pin(async move { Some(exit.words().await) })
    });
    Ok(Service::new(called, server.router()).with_last_words(last_words))
}

fn in_process(origin: &Origin, routers: &Routers) -> Result<Service, String> {
    let router = routers.get(origin).ok_or_else(|| {
        format!(
            "`{origin}` is `in-process`: only a Rust program that provides a router for it can \
            run this case"
        )
    })?;
    Ok(Service::new(format!("the router for {origin}"), router.clone()))
}

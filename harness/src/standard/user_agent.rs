//! The browser of a row: the state that it keeps from one step to the next.

use super::client::Client;
use super::clock::Clock;
use super::cookie_store::CookieStore;
use super::http_cache::HttpCache;
use super::permitted_choices::Branches;
use super::preflight_cache::PreflightCache;
use super::strict_transport::StrictTransport;
use super::wire::World;
use crate::observation::{Authored, Preflight, Request};

/// A browser that follows the standard.
pub(super) struct UserAgent<'w> {
    pub(super) world: &'w mut dyn World,
    pub(super) client: Client,
    pub(super) clock: Clock<'w>,
    pub(super) branches: Branches<'w>,
    pub(super) cookies: CookieStore,
    pub(super) preflight_cache: PreflightCache,
    pub(super) http_cache: HttpCache,
    pub(super) strict_transport: StrictTransport,
    /// Set if a server changed the state of the browser in a way that is not modelled, with the
    /// reason: no later request can be judged.
    pub(super) unmodelled: Option<&'static str>,
    /// The requests that reached servers in this step.
    pub(super) exchanges: Exchanges,
}

/// The requests that reached servers in one step.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    pub(super) preflights: Vec<Preflight>,
    pub(super) requests: Vec<Request>,
    /// Decides which headers of requests are compared.
    pub(super) authored: Authored,
}

impl Exchanges {
    pub(super) fn is_empty(&self) -> bool {
        self.preflights.is_empty() && self.requests.is_empty()
    }
}

impl<'w> UserAgent<'w> {
    pub(super) fn new(
        client: Client,
        world: &'w mut dyn World,
        clock: Clock<'w>,
        branches: Branches<'w>,
    ) -> Self {
        Self {
            world,
            client,
            clock,
            branches,
            cookies: CookieStore::default(),
            preflight_cache: PreflightCache::default(),
            http_cache: HttpCache::default(),
            strict_transport: StrictTransport::default(),
            unmodelled: None,
            exchanges: Exchanges::default(),
        }
    }
}

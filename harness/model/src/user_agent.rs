//! The browser: what it keeps from one call to the next.

use super::abort::Abort;
use super::clock::Clock;
use super::cookie_store::CookieStore;
use super::cors_preflight_cache::PreflightCache;
use super::http_authentication::AuthenticationEntries;
use super::http_cache::HttpCache;
use super::network::{Exchange, Network};
use super::permitted_choices::Branches;
use super::preload::Preloads;
use super::resource_checks::Consumer;
use super::strict_transport::StrictTransport;

/// A browser that follows the standard.
pub(super) struct UserAgent<'n> {
    pub(super) network: &'n mut dyn Network,
    pub(super) clock: Clock<'n>,
    pub(super) branches: Branches<'n>,
    pub(super) cookies: CookieStore,
    pub(super) preflight_cache: PreflightCache,
    pub(super) http_cache: HttpCache,
    pub(super) strict_transport: StrictTransport,
    pub(super) authentication_entries: AuthenticationEntries,
    /// When script aborts the call that is being made.
    pub(super) abort: Option<Abort>,
    /// A server changed what the browser keeps in a way that is not modelled, in words: no request after
    /// that can be judged.
    pub(super) unmodelled: Option<&'static str>,
    /// The resources that elements of the document have loaded.
    pub(super) loads: Vec<(Consumer, String)>,
    /// The resources that the document has preloaded and not used.
    pub(super) preloads: Preloads,
    /// What reached servers in this call.
    pub(super) exchanges: Vec<Exchange>,
}

impl<'n> UserAgent<'n> {
    pub(super) fn new(
        network: &'n mut dyn Network,
        clock: Clock<'n>,
        branches: Branches<'n>,
    ) -> Self {
        Self {
            network,
            clock,
            branches,
            cookies: CookieStore::default(),
            preflight_cache: PreflightCache::default(),
            http_cache: HttpCache::default(),
            strict_transport: StrictTransport::default(),
            authentication_entries: AuthenticationEntries::default(),
            abort: None,
            unmodelled: None,
            loads: Vec::new(),
            preloads: Preloads::default(),
            exchanges: Vec::new(),
        }
    }
}

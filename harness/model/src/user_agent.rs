//! The browser: what it keeps from one call to the next.

use std::sync::Arc;

use super::abort::Abort;
use super::cache_storage::CacheStorage;
use super::client::Client;
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

/// A document, and what it keeps.
struct Document {
    client: Arc<Client>,
    loads: Vec<(Consumer, String)>,
    preloads: Preloads,
}

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
    /// The `fetch` events of service workers: the URL without its fragment, and the method.
    pub(super) fetch_events: Vec<(String, String)>,
    /// What service workers have stored.
    pub(super) caches: CacheStorage,
    /// The documents that script does not run in now, and what they keep.
    documents: Vec<Document>,
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
            fetch_events: Vec::new(),
            caches: CacheStorage::default(),
            documents: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    /// Script runs in another document from now on: in a new one, or in one that is still open.
    pub(super) fn change_document(&mut self, client: &Arc<Client>, next: &Arc<Client>) {
        let (loads, preloads) =
            (std::mem::take(&mut self.loads), std::mem::take(&mut self.preloads));
        self.documents.push(Document { client: Arc::clone(client), loads, preloads });
        let is_next = |document: &Document| Arc::ptr_eq(&document.client, next);
        if let Some(place) = self.documents.iter().position(is_next) {
            let Document { loads, preloads, .. } = self.documents.swap_remove(place);
            (self.loads, self.preloads) = (loads, preloads);
        }
    }
}

//! The clients of a row: the documents and workers that make its requests.

use std::sync::Arc;

use cors_model::url::{Host, Origin};
use cors_model::{Client, ContentSecurityPolicy, EmbedderPolicy, ReferrerPolicy};
use cors_servers::script::Scheme;

use crate::case::{self, Page, PageChange, Tab};

/// The document or worker in each tab.
pub(super) struct Tabs {
    clients: Vec<Arc<Client>>,
    current: usize,
}

impl Tabs {
    pub(super) fn new(first: &Arc<Client>) -> Self {
        Self { clients: vec![Arc::clone(first)], current: 0 }
    }

    /// The document or worker whose steps follow.
    pub(super) fn client_of(&mut self, change: &PageChange) -> Arc<Client> {
        let opened = || Arc::new(client(&change.opened.page));
        match change.tab {
            Tab::Current => self.clients[self.current] = opened(),
            Tab::New => {
                self.current = self.clients.len();
                self.clients.push(opened());
            }
            Tab::Earlier(tab) => self.current = tab,
        }
        Arc::clone(&self.clients[self.current])
    }
}

/// The document or worker of a page.
pub(super) fn client(page: &Page) -> Client {
    let top_level_origin = origin(page.top_level_origin());
    let origin = match page.context.definition().is_opaque {
        true => Origin::new_opaque(),
        false => origin(&page.origin),
    };
    let mut client = Client::new(origin, top_level_origin, page.referrer_url());
    let is_secure = client.prohibits_mixed_content;
    // No browser follows the standard for pages over http on loopback hosts; see the engine-wide departures.
    client.prohibits_mixed_content &= [&page.origin, page.top_level_origin()]
        .into_iter()
        .any(|origin| origin.scheme == Scheme::Https);
    let embedder_policy = page.header("cross-origin-embedder-policy").next().filter(|_| is_secure);
    Client {
        referrer_policy: referrer_policy(page),
        content_security_policies: page
            .header("content-security-policy")
            .flat_map(ContentSecurityPolicy::parse_all)
            .collect(),
        embedder_policy: embedder_policy.map(EmbedderPolicy::parse).unwrap_or_default(),
        ..client
    }
}

/// The last policy that is known: <https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header>.
fn referrer_policy(page: &Page) -> ReferrerPolicy {
    let tokens = page.header("referrer-policy").flat_map(|value| value.split(','));
    let policies =
        tokens.filter_map(|token| ReferrerPolicy::parse(&token.trim().to_ascii_lowercase()));
    policies
        .filter(|policy| *policy != ReferrerPolicy::Empty)
        .last()
        .unwrap_or(ReferrerPolicy::Empty)
}

fn origin(origin: &case::Origin) -> Origin {
    let host = Host::parse(&origin.host).unwrap_or_else(|_| Host::Domain(origin.host.clone()));
    Origin::Tuple(origin.scheme.as_str().to_owned(), host, origin.port)
}

//! The environment that makes requests: a document or a worker.

use url::{Origin, Url};

use super::content_security_policy::ContentSecurityPolicy;
use super::embedder_policy::EmbedderPolicy;
use super::request_modes::ReferrerPolicy;
use super::site::{is_potentially_trustworthy, same_site};

/// What a request takes from the document or worker that makes it:
/// <https://html.spec.whatwg.org/#environment-settings-object>.
///
/// ```
/// use cors_model::{Client, url::Url};
///
/// let shop = Url::parse("https://shop.example/")?;
/// let widget = Client::frame(Url::parse("https://widget.example/")?, shop.origin());
/// assert!(widget.has_cross_site_ancestor);
/// assert_eq!(widget.sandboxed().origin.ascii_serialization(), "null");
/// # Ok::<(), cors_model::url::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    /// <https://html.spec.whatwg.org/#concept-settings-object-origin>
    pub origin: Origin,
    /// The URL that is the referrer of its requests. `None`: its requests have no referrer.
    pub referrer_source: Option<Url>,
    /// The policy for requests that have none: <https://html.spec.whatwg.org/#policy-container-referrer-policy>.
    pub referrer_policy: ReferrerPolicy,
    /// <https://html.spec.whatwg.org/#policy-container-csp-list>
    pub content_security_policies: Vec<ContentSecurityPolicy>,
    /// <https://html.spec.whatwg.org/#policy-container-embedder-policy>
    pub embedder_policy: EmbedderPolicy,
    /// <https://html.spec.whatwg.org/#concept-environment-top-level-origin>
    pub top_level_origin: Origin,
    /// <https://html.spec.whatwg.org/#concept-settings-object-has-cross-site-ancestor>
    pub has_cross_site_ancestor: bool,
    /// <https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object>
    pub prohibits_mixed_content: bool,
    /// Whether its creation URL is `about:blank` or `about:srcdoc`. The origin of such a URL is opaque, whatever the
    /// origin of the document is: <https://html.spec.whatwg.org/#concept-environment-creation-url>.
    pub has_about_url: bool,
    /// <https://html.spec.whatwg.org/#concept-environment-active-service-worker>
    pub service_worker: Option<ServiceWorker>,
}

/// The service worker that controls a document: <https://w3c.github.io/ServiceWorker/#dfn-control>.
#[derive(Clone, Debug)]
pub struct ServiceWorker {
    /// The URL of its script, which is the referrer of the requests that it makes itself.
    pub script_url: Url,
    /// What it gives to `event.respondWith()`.
    pub response: ServiceWorkerResponse,
}

/// What a service worker gives to `event.respondWith()`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServiceWorkerResponse {
    /// `fetch(event.request)`
    OfRequest,
    /// `fetch(event.request.url)`: a CORS response, where the URL is of another origin.
    OfUrl,
    /// `fetch(event.request.url, { mode: "no-cors" })`: an opaque response, where the URL is of another origin.
    OfUrlWithoutCors,
    /// `fetch(event.request.url, { redirect: "manual" })`: an opaque-redirect response, where the server redirects.
    OfUrlWithoutRedirects,
    /// The response that `cache.put(url, await fetch(url))` has stored.
    Put,
    /// The response that `cache.put(url, await fetch(url, { mode: "no-cors" }))` has stored.
    PutWithoutCors,
    /// The response that `cache.add(url)` has stored.
    Added,
    /// The response that `cache.add(new Request(url, { mode: "no-cors" }))` has stored.
    AddedWithoutCors,
    /// `new Response(…)` with the methods of all `fetch` events for the URL.
    New,
    /// The same where the method is `OPTIONS`. The browser sends all other requests itself.
    NewToOptions,
    /// `Response.error()`
    Error,
}

impl Client {
    /// An environment with this origin below a top-level document with another one. What follows from the two
    /// origins is derived.
    pub fn new(origin: Origin, top_level_origin: Origin, referrer_source: Option<Url>) -> Self {
        Self {
            has_cross_site_ancestor: !same_site(&origin, &top_level_origin),
            prohibits_mixed_content: is_potentially_trustworthy(&origin)
                || is_potentially_trustworthy(&top_level_origin),
            origin,
            top_level_origin,
            referrer_source,
            referrer_policy: ReferrerPolicy::Empty,
            content_security_policies: Vec::new(),
            embedder_policy: EmbedderPolicy::UnsafeNone,
            has_about_url: false,
            service_worker: None,
        }
    }

    /// A top-level document.
    pub fn document(url: Url) -> Self {
        Self::new(url.origin(), url.origin(), Some(url))
    }

    /// A document in a frame of a top-level document.
    pub fn frame(url: Url, top_level_origin: Origin) -> Self {
        Self::new(url.origin(), top_level_origin, Some(url))
    }

    /// A dedicated worker of this document, or of this worker. The same service worker controls it.
    #[must_use]
    pub fn worker(&self, script_url: Url) -> Self {
        Self { referrer_source: Some(script_url), ..self.clone() }
    }

    /// The same document with an opaque origin, as in a frame with `sandbox="allow-scripts"`. It sends no referrer.
    #[must_use]
    pub fn sandboxed(self) -> Self {
        let sandboxed = Self::new(Origin::new_opaque(), self.top_level_origin, None);
        Self {
            referrer_policy: self.referrer_policy,
            content_security_policies: self.content_security_policies,
            embedder_policy: self.embedder_policy,
            ..sandboxed
        }
    }
}

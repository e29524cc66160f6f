//! What a document keeps of `<link rel="preload">`: <https://html.spec.whatwg.org/#map-of-preloaded-resources>.

use url::Url;

use super::request::Request;
use super::request_modes::{CredentialsMode, Destination, Mode};
use super::response::Response;
use super::ruling::Fetched;
use super::site::has_http_scheme;

/// <https://html.spec.whatwg.org/#preload-key>
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PreloadKey {
    url: Url,
    destination: Destination,
    mode: Mode,
    credentials_mode: CredentialsMode,
}

impl PreloadKey {
    /// <https://html.spec.whatwg.org/#create-a-preload-key>
    pub(super) fn new(request: &Request) -> Self {
        Self {
            url: request.current_url().clone(),
            destination: request.destination,
            mode: request.mode,
            credentials_mode: request.credentials_mode,
        }
    }
}

/// <https://html.spec.whatwg.org/#preload-entry>, with the request after its redirects.
#[derive(Debug)]
struct Entry {
    key: PreloadKey,
    request: Request,
    fetched: Fetched<Response>,
}

/// The resources that a document has preloaded and not used.
#[derive(Debug, Default)]
pub(super) struct Preloads(Vec<Entry>);

impl Preloads {
    /// Keeps the response of a preload. A network error is kept too.
    pub(super) fn insert(
        &mut self,
        key: PreloadKey,
        request: &Request,
        fetched: &Fetched<Response>,
    ) {
        self.0.retain(|entry| entry.key != key);
        self.0.push(Entry { key, request: request.clone(), fetched: fetched.clone() });
    }

    /// <https://html.spec.whatwg.org/#consume-a-preloaded-resource>, under the conditions of
    /// <https://fetch.spec.whatwg.org/#concept-fetch>. The entry is removed, so it is used once.
    pub(super) fn consume(&mut self, request: &mut Request) -> Option<Fetched<Response>> {
        let is_candidate = has_http_scheme(request.current_url())
            && matches!(request.mode, Mode::SameOrigin | Mode::Cors | Mode::NoCors)
            && request.method == "GET"
            && (!request.unsafe_request || request.headers.iter().next().is_none());
        let key = PreloadKey::new(request);
        let place = self.0.iter().position(|entry| entry.key == key)?;
        if !is_candidate || !request.integrity.is_empty() {
            return None;
        }
        let entry = self.0.remove(place);
        request.follow(&entry.request);
        Some(entry.fetched)
    }
}

//! The Cache API, as far as a service worker here uses it: <https://w3c.github.io/ServiceWorker/#cache-interface>.

use super::client::ServiceWorkerResponse;
use super::headers::{HeaderList, extract_tokens};
use super::request::Request;
use super::request_modes::ResponseTainting;
use super::response::{Response, is_ok_status};
use super::ruling::{Fetched, Reason, Stage, network_error};

/// What service workers have stored, one cache for each kind of service worker.
#[derive(Debug, Default)]
pub(super) struct CacheStorage(Vec<Stored>);

/// A response, and the request that it answers.
#[derive(Debug)]
pub(super) struct Stored {
    kind: ServiceWorkerResponse,
    url: String,
    /// The request after its redirects. It decides what type the response has.
    pub(super) request: Request,
    pub(super) response: Response,
}

impl CacheStorage {
    /// <https://w3c.github.io/ServiceWorker/#cache-match>, of a GET request that script has given no headers.
    pub(super) fn matching(&self, kind: ServiceWorkerResponse, url: &str) -> Option<&Stored> {
        self.0.iter().find(|stored| stored.kind == kind && stored.url == url)
    }

    /// Stores a response for a URL without a fragment.
    pub(super) fn put(
        &mut self,
        (kind, url): (ServiceWorkerResponse, String),
        (request, response): (Request, Response),
    ) {
        self.0.push(Stored { kind, url, request, response });
    }
}

impl ServiceWorkerResponse {
    /// Whether the service worker stores a response and answers with it.
    pub(super) fn is_stored(self) -> bool {
        self.only_ok() || matches!(self, Self::Put | Self::PutWithoutCors)
    }

    /// Whether it stores only a response with an ok status, as `cache.add()` does.
    fn only_ok(self) -> bool {
        matches!(self, Self::Added | Self::AddedWithoutCors)
    }
}

/// Whether a response can be stored: steps of <https://w3c.github.io/ServiceWorker/#cache-put> and
/// <https://w3c.github.io/ServiceWorker/#cache-addAll>. Of an opaque response they see the status 0 and no headers.
pub(super) fn check_stored(
    kind: ServiceWorkerResponse,
    request: &Request,
    response: &Response,
) -> Fetched<()> {
    let is_opaque =
        response.is_opaque_redirect || request.response_tainting == ResponseTainting::Opaque;
    let status = if is_opaque { 0 } else { response.status };
    let refused = if status == 206 || (kind.only_ok() && !is_ok_status(status)) {
        format!("a response with the status {status} cannot be stored")
    } else if !is_opaque && varies_by_everything(&response.headers) {
        "a response with Vary: * cannot be stored".to_owned()
    } else if !is_opaque && response.ending.failure().is_some() {
        "a response without the end of its body cannot be stored".to_owned()
    } else {
        return Ok(());
    };
    network_error(Stage::ServiceWorker, Reason::ServiceWorkerResponse, refused)
}

fn varies_by_everything(headers: &HeaderList) -> bool {
    let names = extract_tokens(headers, "vary").ok().flatten().unwrap_or_default();
    names.contains(&b"*".as_slice())
}

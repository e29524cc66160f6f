//! A service worker that answers the requests of the documents that it controls:
//! <https://w3c.github.io/ServiceWorker/#handle-fetch>.

use std::sync::Arc;

use super::cache_storage::check_stored;
use super::client::{Client, ServiceWorker, ServiceWorkerResponse};
use super::headers::HeaderList;
use super::request::{Request, without_fragment};
use super::request_modes::{Destination, Mode, RedirectMode, ResponseTainting};
use super::response::Response;
use super::response_checks::cross_origin_resource_policy_check;
use super::ruling::{FetchError, Fetched, Reason, Stage, network_error};
use super::user_agent::UserAgent;

impl UserAgent<'_> {
    /// The first steps of <https://fetch.spec.whatwg.org/#concept-http-fetch>. `None`: there is no service worker, or it
    /// gets no such request, or it does not answer.
    pub(super) fn handle_fetch(&mut self, request: &mut Request) -> Fetched<Option<Response>> {
        let client = Arc::clone(&request.client);
        let Some(worker) = client.service_worker.as_ref().filter(|_| is_handled(request)) else {
            return Ok(None);
        };
        let url = without_fragment(request.current_url()).to_owned();
        self.fetch_events.push((url, request.method.clone()));
        let response = match worker.response {
            ServiceWorkerResponse::NewToOptions if request.method != "OPTIONS" => return Ok(None),
            ServiceWorkerResponse::New | ServiceWorkerResponse::NewToOptions => {
                self.new_response(request)
            }
            ServiceWorkerResponse::Error => return refuse("error"),
            _ => return self.fetched_by(worker, request).map(Some),
        };
        check_resource_policy(request, request.response_tainting, &response)?;
        Ok(Some(response))
    }

    /// A response to the request of the last `fetch` event that no server sends. It is not a filtered response, so the
    /// end of main fetch filters it as the request says.
    fn new_response(&self, request: &Request) -> Response {
        let url = without_fragment(request.current_url());
        let events = self.fetch_events.iter().filter(|(received, _)| received == url);
        let methods: Vec<_> = events.map(|(_, method)| method.as_str()).collect();
        let mut headers = HeaderList::default();
        headers.append("Content-Type", "text/plain;charset=UTF-8");
        Response { status: 200, headers, body: methods.join(", ").into(), ..Response::default() }
    }

    /// The response to a request that the service worker makes itself.
    fn fetched_by(&mut self, worker: &ServiceWorker, request: &mut Request) -> Fetched<Response> {
        let mut own = worker.request(request);
        let response = self.fetched_or_stored(worker.response, &mut own)?;
        check_type(request, &own, &response)?;
        check_resource_policy(request, own.response_tainting, &response)?;
        // What script sees is the response that the worker has.
        request.follow(&own);
        request.credentials_mode = own.credentials_mode;
        Ok(response)
    }

    /// The response of a server, or the one that the service worker has stored. A response that it cannot store rejects the
    /// promise that it gives to `event.respondWith()`.
    fn fetched_or_stored(
        &mut self,
        kind: ServiceWorkerResponse,
        own: &mut Request,
    ) -> Fetched<Response> {
        if !kind.is_stored() {
            return self.main_fetch(own);
        }
        let url = without_fragment(own.current_url()).to_owned();
        if let Some(stored) = self.caches.matching(kind, &url) {
            own.clone_from(&stored.request);
            return Ok(stored.response.clone());
        }
        let response = self.main_fetch(own)?;
        check_stored(kind, own, &response)?;
        self.caches.put((kind, url), (own.clone(), response.clone()));
        Ok(response)
    }
}

impl ServiceWorker {
    /// The request that it makes itself.
    fn request(&self, request: &Request) -> Request {
        let Client { origin, top_level_origin, .. } = &*request.client;
        let script_url = Some(self.script_url.clone());
        let client = Client::new(origin.clone(), top_level_origin.clone(), script_url);
        if let ServiceWorkerResponse::OfRequest = self.response {
            // https://fetch.spec.whatwg.org/#dom-request, for a request: it has no destination, and the use-CORS-preflight
            // flag is not copied.
            let mut own = request.clone();
            own.client = Arc::new(client);
            own.unsafe_request = true;
            own.destination = Destination::Empty;
            own.use_cors_preflight = false;
            own.response_tainting = ResponseTainting::Basic;
            return own;
        }
        let mut own = Request::of_script(request.current_url().clone(), &Arc::new(client));
        match self.response {
            ServiceWorkerResponse::OfUrlWithoutCors
            | ServiceWorkerResponse::PutWithoutCors
            | ServiceWorkerResponse::AddedWithoutCors => own.mode = Mode::NoCors,
            ServiceWorkerResponse::OfUrlWithoutRedirects => {
                own.redirect_mode = RedirectMode::Manual;
            }
            _ => {}
        }
        own.headers.append("Accept", "*/*");
        own
    }
}

/// A navigation has no controlled client, and the scripts of workers and WebSockets have the service-workers mode `none`.
fn is_handled(request: &Request) -> bool {
    use Destination::{Object, ServiceWorker, SharedWorker, Worker};
    request.has_service_workers
        && !matches!(request.mode, Mode::Navigate | Mode::WebSocket)
        && !matches!(request.destination, Object | ServiceWorker | SharedWorker | Worker)
}

/// Whether a request can have a response of this type: a step of <https://fetch.spec.whatwg.org/#concept-http-fetch>.
fn check_type(request: &Request, own: &Request, response: &Response) -> Fetched<()> {
    let tainting = own.response_tainting;
    let kind = if response.is_opaque_redirect {
        "opaqueredirect"
    } else if tainting == ResponseTainting::Opaque {
        "opaque"
    } else if tainting == ResponseTainting::Cors {
        "cors"
    } else {
        "basic"
    };
    let is_refused = match kind {
        "cors" => request.mode == Mode::SameOrigin,
        "opaque" => request.mode != Mode::NoCors,
        "opaqueredirect" => request.redirect_mode != RedirectMode::Manual,
        _ => false,
    };
    let is_redirected = own.url_list().len() > 1;
    if is_refused || (is_redirected && request.redirect_mode != RedirectMode::Follow) {
        return refuse(kind);
    }
    Ok(())
}

/// A response of this type is a network error.
fn refuse<T>(kind: &str) -> Fetched<T> {
    network_error(Stage::ServiceWorker, Reason::ServiceWorkerResponse, kind)
}

/// The policy is checked for the document, after it was checked for a request of the worker with this tainting.
fn check_resource_policy(
    request: &Request,
    of_worker: ResponseTainting,
    response: &Response,
) -> Fetched<()> {
    if ![request.response_tainting, of_worker].contains(&ResponseTainting::Opaque) {
        return Ok(());
    }
    cross_origin_resource_policy_check(request, &response.headers)
        .map_err(|failure| FetchError::NetworkError(failure.at(Stage::ResourcePolicy)))
}

//! Documents that a service worker controls, which answers their requests:
//! <https://w3c.github.io/ServiceWorker/#handle-fetch>.
//!
//! The document is loaded without the service worker, registers it and waits until it is controlled.

use super::{Definition, Document, HTML, Place, RunsIn, ServiceWorker, TOP_LEVEL};

/// The script of a service worker that makes its response to a request with this function.
macro_rules! script {
    ($respond:expr) => {
        concat!(
            "const respond = ",
            $respond,
            ";\n",
            include_str!("../engine/page/context/controller.js")
        )
    };
}

/// A path in the folder of a context. A service worker controls the documents of its folder, also those of later pages.
macro_rules! folder {
    ($word:expr, $name:expr) => {
        concat!("/.cors-harness/", $word, "/", $name)
    };
}

/// `fetch(event.request)`
pub(super) const FETCH_REQUEST: Definition = Definition {
    word: "controlled-fetch-request",
    service_worker: Some(ServiceWorker::FetchesRequest),
    documents: &[
        page(folder!("fetch-request", "page")),
        controller(folder!("fetch-request", "worker"), script!("(request) => fetch(request)")),
    ],
    referrer: Some(folder!("fetch-request", "page")),
    policies_from: folder!("fetch-request", "page"),
    ..CONTROLLED
};

/// `fetch(event.request.url)`
pub(super) const FETCH_URL: Definition = Definition {
    word: "controlled-fetch-url",
    service_worker: Some(ServiceWorker::FetchesUrl),
    documents: &[
        page(folder!("fetch-url", "page")),
        controller(folder!("fetch-url", "worker"), script!("({ url }) => fetch(url)")),
    ],
    referrer: Some(folder!("fetch-url", "page")),
    policies_from: folder!("fetch-url", "page"),
    ..CONTROLLED
};

/// `fetch(event.request.url, { mode: "no-cors" })`
pub(super) const FETCH_NO_CORS: Definition = Definition {
    word: "controlled-fetch-no-cors",
    service_worker: Some(ServiceWorker::FetchesUrlWithoutCors),
    documents: &[
        page(folder!("fetch-no-cors", "page")),
        controller(
            folder!("fetch-no-cors", "worker"),
            script!("({ url }) => fetch(url, { mode: 'no-cors' })"),
        ),
    ],
    referrer: Some(folder!("fetch-no-cors", "page")),
    policies_from: folder!("fetch-no-cors", "page"),
    ..CONTROLLED
};

const CONTROLLED: Definition =
    Definition { runs_in: RunsIn::Worker, needs_trust: true, ..TOP_LEVEL };

/// The document.
const fn page(path: &'static str) -> Document {
    Document {
        at: Place::Page,
        path,
        headers: &[HTML],
        body: concat!(
            "<!doctype html><title>cors-harness</title><link rel=icon href=\"data:,\"><script>",
            include_str!("../engine/page/context/channel.js"),
            include_str!("../engine/page/context/controlled.js"),
            "</script>"
        ),
    }
}

/// The script of a service worker.
const fn controller(path: &'static str, body: &'static str) -> Document {
    Document { at: Place::Page, path, headers: &[("Content-Type", "text/javascript")], body }
}

//! The entries of the registry.

use super::{
    Definition, Document, Global, HTML, OPENER_PATH, PAGE_PATH, Place, RunsIn, TOP_LEVEL, TOP_PATH,
    WORKER_PATH, controlled,
};
use crate::registry::registry;

/// The icon keeps the browser from asking for one.
macro_rules! html {
    ($($body:expr),*) => {
        concat!("<!doctype html><title>cors-harness</title><link rel=icon href=\"data:,\">", $($body),*)
    };
}

/// A document that starts a worker and passes messages on. `source` is an element with its source, or nothing. `start` assigns functions: `toScript` sends a
/// message to the script, and `fromScript` receives its messages.
macro_rules! worker_page {
    ($source:expr, $start:expr) => {
        html!(
            $source,
            "<script>\
             const channel = new BroadcastChannel('cors-harness');\
             const fromScript = ({ data }) => channel.postMessage(data);\
             channel.onmessage = ({ data }) => toScript(data);\
             let toScript;",
            $start,
            "</script>"
        )
    };
}

/// The source of the worker, for a document that makes a URL of it.
macro_rules! worker_source {
    () => {
        concat!(
            "<script id=source type=text/plain>",
            include_str!("../engine/page/context/worker.js"),
            "</script>"
        )
    };
}

/// A document without content.
const PAGE: Document =
    Document { at: Place::Page, path: PAGE_PATH, headers: &[HTML], body: html!("") };

/// A top-level document of the page's origin around something else.
const fn top(body: &'static str) -> Document {
    Document { at: Place::Page, path: TOP_PATH, headers: &[HTML], body }
}

/// The script of a worker.
const WORKER: Document = Document {
    at: Place::Page,
    path: WORKER_PATH,
    headers: &[("Content-Type", "text/javascript")],
    body: include_str!("../engine/page/context/worker.js"),
};

/// A top-level document.
const DOCUMENT: Definition = Definition { word: "document", documents: &[PAGE], ..TOP_LEVEL };

/// What frames in a page of their own origin have, whose URL is no referrer.
const LOCAL_FRAME: Definition =
    Definition { referrer: None, policies_from: TOP_PATH, runs_in: RunsIn::Frame, ..DOCUMENT };

/// What workers have.
const WORKER_OF_PAGE: Definition = Definition {
    referrer: Some(WORKER_PATH),
    policies_from: WORKER_PATH,
    runs_in: RunsIn::Worker,
    global: Global::Worker,
    ..DOCUMENT
};

registry! {
    /// The kind of document or worker whose script runs.
    #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
    enum Context: Definition;

    /// A top-level document.
    Document = DOCUMENT;
    /// A top-level document with `Content-Security-Policy: sandbox allow-scripts`: its origin is opaque.
    CspSandbox = Definition {
        word: "csp-sandbox",
        is_sandboxed: true,
        is_opaque: true,
        referrer: None,
        documents: &[Document {
            headers: &[HTML, ("Content-Security-Policy", "sandbox allow-scripts")],
            ..PAGE
        }],
        ..DOCUMENT
    };
    /// A frame in a top-level document, usually of another origin.
    Iframe = Definition {
        word: "iframe",
        has_inside: true,
        top_level: Place::Inside,
        documents: &[
            Document { at: Place::Inside, ..top(html!("<iframe src=\"${page}\"></iframe>")) },
            PAGE,
        ],
        runs_in: RunsIn::Frame,
        ..DOCUMENT
    };
    /// A frame with `sandbox="allow-scripts"` in a top-level document of the page's origin: its own origin is opaque.
    SandboxedIframe = Definition {
        word: "sandboxed-iframe",
        is_sandboxed: true,
        is_opaque: true,
        referrer: None,
        documents: &[
            top(html!("<iframe sandbox=\"allow-scripts\" src=\"${page}\"></iframe>")),
            PAGE,
        ],
        runs_in: RunsIn::Frame,
        ..DOCUMENT
    };
    /// A frame with `sandbox="allow-scripts allow-same-origin"`: it keeps its origin.
    SandboxedSameOriginIframe = Definition {
        word: "sandboxed-same-origin-iframe",
        is_sandboxed: true,
        documents: &[
            top(html!("<iframe sandbox=\"allow-scripts allow-same-origin\" src=\"${page}\"></iframe>")),
            PAGE,
        ],
        runs_in: RunsIn::Frame,
        ..DOCUMENT
    };
    /// A frame whose document is in its `srcdoc` attribute. It has the origin of the document around it, whose URL is the
    /// referrer: <https://html.spec.whatwg.org/#attr-iframe-srcdoc>.
    Srcdoc = Definition {
        word: "srcdoc",
        has_about_url: true,
        referrer: Some(TOP_PATH),
        policies_from: TOP_PATH,
        documents: &[top(html!("<iframe srcdoc=\"<!doctype html><title>cors-harness</title>\"></iframe>"))],
        runs_in: RunsIn::Frame,
        ..DOCUMENT
    };
    /// A frame without a URL. Its document has the origin of the document around it, and the URL `about:blank`, which is
    /// no referrer: <https://fetch.spec.whatwg.org/#local-scheme>.
    AboutBlank = Definition {
        word: "about-blank",
        has_about_url: true,
        documents: &[top(html!("<iframe></iframe>"))],
        ..LOCAL_FRAME
    };
    /// A frame with a `data:` URL: its origin is opaque.
    DataUrl = Definition {
        word: "data-url",
        is_opaque: true,
        documents: &[top(html!("<iframe src=\"data:text/html,<!doctype html><title>cors-harness</title>\"></iframe>"))],
        ..LOCAL_FRAME
    };
    /// A frame with a `blob:` URL, which has the origin of the document that made it. No `blob:` URL is a referrer:
    /// <https://fetch.spec.whatwg.org/#local-scheme>.
    BlobUrl = Definition {
        word: "blob-url",
        documents: &[top(html!(
            "<iframe></iframe><script>\
             const html = new Blob(['<!doctype html><title>cors-harness</title>'], { type: 'text/html' });\
             document.querySelector('iframe').src = URL.createObjectURL(html);\
             </script>"
        ))],
        ..LOCAL_FRAME
    };
    /// A top-level document in a window that a page of any origin has opened. It runs what its opener passes on.
    Popup = Definition {
        word: "popup",
        has_inside: true,
        documents: &[
            Document {
                at: Place::Inside,
                ..top(worker_page!(
                    "",
                    "const popup = open('${page}');\
                     onmessage = fromScript;\
                     onpagehide = () => popup.close();\
                     toScript = (data) => popup.postMessage(data, '*');"
                ))
            },
            Document { body: html!("<script>", include_str!("../engine/page/context/window.js"), "</script>"), ..PAGE },
        ],
        runs_in: RunsIn::Worker,
        ..DOCUMENT
    };
    /// The same after the page that opened it is closed. Steps reach it through the page that opened its opener, which has
    /// its origin.
    PopupOfClosedOpener = Definition {
        word: "popup-of-closed-opener",
        has_inside: true,
        documents: &[
            top(html!(
                "<script>\
                 open('${opener}');\
                 const channel = new BroadcastChannel('cors-harness');\
                 onpagehide = () => channel.postMessage({ close: true });\
                 </script>"
            )),
            Document {
                at: Place::Inside,
                path: OPENER_PATH,
                headers: &[HTML],
                body: html!("<script>open('${page}'); onmessage = () => close();</script>"),
            },
            Document {
                body: html!(
                    "<script>",
                    include_str!("../engine/page/context/channel.js"),
                    include_str!("../engine/page/context/opened.js"),
                    "</script>"
                ),
                ..PAGE
            },
        ],
        runs_in: RunsIn::Worker,
        ..DOCUMENT
    };
    /// A dedicated worker of a top-level document. The URL of its script is its referrer:
    /// <https://html.spec.whatwg.org/#set-up-a-worker-environment-settings-object>.
    DedicatedWorker = Definition {
        word: "dedicated-worker",
        documents: &[
            top(worker_page!(
                "",
                "const worker = new Worker('/.cors-harness/worker');\
                 worker.onmessage = fromScript;\
                 toScript = (data) => worker.postMessage(data);"
            )),
            WORKER,
        ],
        ..WORKER_OF_PAGE
    };
    /// A dedicated worker with a `blob:` URL. It has the origin of its page, and no referrer.
    BlobWorker = Definition {
        word: "blob-worker",
        referrer: None,
        policies_from: TOP_PATH,
        documents: &[top(worker_page!(
            worker_source!(),
            "const text = document.getElementById('source').textContent;\
             const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));\
             worker.onmessage = fromScript;\
             toScript = (data) => worker.postMessage(data);"
        ))],
        ..WORKER_OF_PAGE
    };
    /// A dedicated worker with a `data:` URL: its origin is opaque.
    DataWorker = Definition {
        word: "data-worker",
        is_opaque: true,
        referrer: None,
        policies_from: TOP_PATH,
        documents: &[top(worker_page!(
            worker_source!(),
            "const text = document.getElementById('source').textContent;\
             const worker = new Worker(`data:text/javascript,${encodeURIComponent(text)}`);\
             worker.onmessage = fromScript;\
             toScript = (data) => worker.postMessage(data);"
        ))],
        ..WORKER_OF_PAGE
    };
    /// A shared worker of a top-level document.
    SharedWorker = Definition {
        word: "shared-worker",
        documents: &[
            top(worker_page!(
                "",
                "const { port } = new SharedWorker('/.cors-harness/worker');\
                 port.onmessage = fromScript;\
                 toScript = (data) => port.postMessage(data);"
            )),
            WORKER,
        ],
        ..WORKER_OF_PAGE
    };
    /// A service worker, with the requests that it makes itself. No page is in its scope.
    ServiceWorker = Definition {
        word: "service-worker",
        documents: &[
            top(worker_page!(
                "",
                "const container = navigator.serviceWorker;\
                 const registered = container.register('/.cors-harness/worker', { scope: '/.cors-harness/none/' });\
                 const worker = registered.then((registration) => new Promise((resolve) => {\
                   const installing = registration.installing ?? registration.waiting ?? registration.active;\
                   const settle = () => installing.state === 'activated' && resolve(installing);\
                   installing.onstatechange = settle;\
                   settle();\
                 }));\
                 container.onmessage = fromScript;\
                 toScript = (data) => worker.then((worker) => worker.postMessage(data));"
            )),
            WORKER,
        ],
        global: Global::ServiceWorker,
        needs_trust: true,
        ..WORKER_OF_PAGE
    };
    /// A top-level document whose service worker passes its requests on.
    ControlledFetchRequest = controlled::FETCH_REQUEST;
    /// A top-level document whose service worker answers with CORS responses.
    ControlledFetchUrl = controlled::FETCH_URL;
    /// A top-level document whose service worker answers with opaque responses.
    ControlledFetchNoCors = controlled::FETCH_NO_CORS;
    /// A top-level document whose service worker answers with opaque-redirect responses, where the server redirects.
    ControlledFetchManual = controlled::FETCH_MANUAL;
    /// A top-level document whose service worker stores CORS responses with `put()`.
    ControlledCachePut = controlled::CACHE_PUT;
    /// A top-level document whose service worker stores opaque responses with `put()`.
    ControlledCachePutNoCors = controlled::CACHE_PUT_NO_CORS;
    /// A top-level document whose service worker stores CORS responses with `add()`.
    ControlledCacheAdd = controlled::CACHE_ADD;
    /// A top-level document whose service worker requests opaque responses with `add()`.
    ControlledCacheAddNoCors = controlled::CACHE_ADD_NO_CORS;
    /// A top-level document whose service worker makes responses itself.
    ControlledNewResponse = controlled::NEW_RESPONSE;
    /// A top-level document whose service worker makes responses to requests with the method `OPTIONS`.
    ControlledOptionsOnly = controlled::OPTIONS_ONLY;
    /// A top-level document whose service worker answers with network errors.
    ControlledError = controlled::ERROR;
}

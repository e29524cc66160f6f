//! Documents that a service worker controls, which gets a `fetch` event for each of their requests:
//! <https://w3c.github.io/ServiceWorker/#handle-fetch>.
//!
//! The document is loaded without the service worker, registers it and waits until it is controlled.

use super::{Definition, Document, HTML, Place, RunsIn, ServiceWorker, TOP_LEVEL};

/// A path in the folder of a context. A service worker controls the documents of its folder, also those of later pages.
macro_rules! path {
    ($name:literal, $file:literal) => {
        concat!("/.cors-harness/", $name, "/", $file)
    };
}

/// A context. The function gets the request of a `fetch` event and the methods of the events for its URL, and returns
/// what the service worker gives to `event.respondWith()`, or nothing.
macro_rules! controlled {
    ($(#[$about:meta])* $constant:ident: $name:literal, $worker:ident, $respond:literal) => {
        $(#[$about])*
        pub(super) const $constant: Definition = Definition {
            word: concat!("controlled-", $name),
            service_worker: Some(ServiceWorker::$worker),
            documents: &[
                page(path!($name, "page")),
                script(
                    path!($name, "worker"),
                    concat!(
                        "const respond = ",
                        $respond,
                        ";\n",
                        include_str!("../engine/page/context/controller.js")
                    ),
                ),
            ],
            referrer: Some(path!($name, "page")),
            policies_from: path!($name, "page"),
            ..CONTROLLED
        };
    };
}

controlled! {
    /// `fetch(event.request)`
    FETCH_REQUEST: "fetch-request", FetchesRequest, "(request) => fetch(request)"
}

controlled! {
    /// `fetch(event.request.url)`
    FETCH_URL: "fetch-url", FetchesUrl, "({ url }) => fetch(url)"
}

controlled! {
    /// `fetch(event.request.url, { mode: "no-cors" })`
    FETCH_NO_CORS: "fetch-no-cors", FetchesUrlWithoutCors, "({ url }) => fetch(url, { mode: 'no-cors' })"
}

controlled! {
    /// `fetch(event.request.url, { redirect: "manual" })`
    FETCH_MANUAL: "fetch-manual", FetchesUrlWithoutRedirects, "({ url }) => fetch(url, { redirect: 'manual' })"
}

controlled! {
    /// What `cache.put(url, await fetch(url))` has stored.
    CACHE_PUT: "cache-put", Puts, "({ url }) => stored(url, async (cache) => cache.put(url, await fetch(url)))"
}

controlled! {
    /// What `cache.put(url, await fetch(url, { mode: "no-cors" }))` has stored.
    CACHE_PUT_NO_CORS: "cache-put-no-cors", PutsWithoutCors,
    "({ url }) => stored(url, async (cache) => cache.put(url, await fetch(url, { mode: 'no-cors' })))"
}

controlled! {
    /// What `cache.add(url)` has stored.
    CACHE_ADD: "cache-add", Adds, "({ url }) => stored(url, (cache) => cache.add(url))"
}

controlled! {
    /// What `cache.add(new Request(url, { mode: "no-cors" }))` has stored.
    CACHE_ADD_NO_CORS: "cache-add-no-cors", AddsWithoutCors,
    "({ url }) => stored(url, (cache) => cache.add(new Request(url, { mode: 'no-cors' })))"
}

controlled! {
    /// `new Response(…)`
    NEW_RESPONSE: "new-response", MakesResponse, "(request, methods) => makeResponse(methods)"
}

controlled! {
    /// `new Response(…)`, where the method is `OPTIONS`.
    OPTIONS_ONLY: "options-only", MakesResponseToOptions,
    "({ method }, methods) => method === 'OPTIONS' ? makeResponse(methods) : undefined"
}

controlled! {
    /// `Response.error()`
    ERROR: "error", MakesError, "() => Response.error()"
}

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
const fn script(path: &'static str, body: &'static str) -> Document {
    Document { at: Place::Page, path, headers: &[("Content-Type", "text/javascript")], body }
}

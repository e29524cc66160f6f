//! The registry of contexts: where the script of a page can run.
//!
//! One entry says everything about a context: its word in a case, the documents that it is made of, where the script
//! is put in, and what the standards say about it: its origin, its top-level origin, and the URL that is its referrer. To
//! add one, write an entry in `registry`.
//!
//! Pure data. Nothing here knows a case, a browser, or the right answer.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod controlled;
mod registry;

pub use registry::Context;

/// What the harness knows of a context.
#[derive(Debug)]
pub struct Definition {
    /// The word in a case.
    pub word: &'static str,
    /// Whether a page names the origin of the top-level document, with `inside`.
    pub has_inside: bool,
    /// Whether its origin is opaque. Otherwise it is the page's.
    pub is_opaque: bool,
    /// Whose origin the top-level origin is: <https://html.spec.whatwg.org/#concept-environment-top-level-origin>.
    pub top_level: Place,
    /// The path on the page's origin of the URL that is its referrer; none where it sends no `Referer`:
    /// <https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer>.
    pub referrer: Option<&'static str>,
    /// Whether the creation URL of its document is `about:blank` or `about:srcdoc`:
    /// <https://html.spec.whatwg.org/#concept-environment-creation-url>.
    pub has_about_url: bool,
    /// The documents that it is made of. The first one is the one that the browser opens.
    pub documents: &'static [Document],
    /// The path on the page's origin of the document or worker script whose headers hold for the script:
    /// <https://html.spec.whatwg.org/#policy-containers>.
    pub policies_from: &'static str,
    /// Where the script of the steps is put in.
    pub runs_in: RunsIn,
    /// What is available to it.
    pub global: Global,
    /// Whether it has a sandbox, whose only flag or flags are `allow-scripts` and `allow-same-origin`:
    /// <https://html.spec.whatwg.org/#sandboxing>.
    pub is_sandboxed: bool,
    /// The service worker that controls the document and answers its requests. Its script is the last of the documents.
    pub service_worker: Option<ServiceWorker>,
    /// Whether browsers have it on trustworthy origins only: on `https`, and on the machine of the user.
    pub needs_trust: bool,
}

/// The kind of global object, which decides what is available to a script.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Global {
    /// <https://html.spec.whatwg.org/#window>
    Window,
    /// A dedicated or shared worker: <https://html.spec.whatwg.org/#workerglobalscope>.
    Worker,
    /// <https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-interface>
    ServiceWorker,
}

/// What a service worker gives to `event.respondWith()` for the requests of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServiceWorker {
    /// `fetch(event.request)`
    FetchesRequest,
    /// `fetch(event.request.url)`, in the mode `cors`.
    FetchesUrl,
    /// `fetch(event.request.url, { mode: "no-cors" })`
    FetchesUrlWithoutCors,
    /// `fetch(event.request.url, { redirect: "manual" })`
    FetchesUrlWithoutRedirects,
    /// What `cache.put(url, await fetch(url))` has stored.
    Puts,
    /// What `cache.put(url, await fetch(url, { mode: "no-cors" }))` has stored.
    PutsWithoutCors,
    /// What `cache.add(url)` has stored.
    Adds,
    /// What `cache.add(new Request(url, { mode: "no-cors" }))` has stored.
    AddsWithoutCors,
    /// `new Response(…)`. The body lists the methods of the `fetch` events for the URL.
    MakesResponse,
    /// The same where the method is `OPTIONS`. The browser sends all other requests itself.
    MakesResponseToOptions,
    /// `Response.error()`
    MakesError,
}

impl ServiceWorker {
    /// Whether script can have a response that no server sent.
    pub fn makes_responses(self) -> bool {
        matches!(self, Self::MakesResponse | Self::MakesResponseToOptions)
    }
}

/// An origin that a page names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// The page's own: `origin`.
    Page,
    /// That of the top-level document: `inside`.
    Inside,
}

/// Where a script runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RunsIn {
    /// The document that the browser opens.
    TopLevel,
    /// The first frame in that document.
    Frame,
    /// The worker of that document, which passes messages on between it and a `BroadcastChannel`.
    Worker,
}

/// A document of a context.
#[derive(Debug)]
pub struct Document {
    /// The origin that serves it.
    pub at: Place,
    /// Its path.
    pub path: &'static str,
    /// Its header lines.
    pub headers: &'static [(&'static str, &'static str)],
    /// Its body. `${page}` in it becomes the URL of [`PAGE_PATH`] on the page's origin, and `${opener}` that of
    /// [`OPENER_PATH`] on the origin of the top-level document around it.
    pub body: &'static str,
}

/// The header of an HTML document.
const HTML: (&str, &str) = ("Content-Type", "text/html; charset=utf-8");

/// What a script has in a top-level document. Its word and its documents are still missing.
const TOP_LEVEL: Definition = Definition {
    word: "",
    has_inside: false,
    is_opaque: false,
    top_level: Place::Page,
    referrer: Some(PAGE_PATH),
    has_about_url: false,
    documents: &[],
    policies_from: PAGE_PATH,
    runs_in: RunsIn::TopLevel,
    global: Global::Window,
    is_sandboxed: false,
    service_worker: None,
    needs_trust: false,
};

/// The folder of all documents.
const FOLDER: &str = "/.cors-harness/";

/// Whether a path is that of a document.
pub fn is_document(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// The path of the document that has the page's origin.
pub const PAGE_PATH: &str = "/.cors-harness/page";

/// The path of a top-level document around a frame.
pub const TOP_PATH: &str = "/.cors-harness/top";

/// The path of a document that opens another one in a window and is closed.
pub const OPENER_PATH: &str = "/.cors-harness/opener";

/// The path of a worker's script.
pub const WORKER_PATH: &str = "/.cors-harness/worker";

impl Context {
    /// The word in a case.
    pub fn as_str(self) -> &'static str {
        self.definition().word
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_names_one_context() {
        let words: BTreeSet<_> = Context::ALL.iter().map(|context| context.as_str()).collect();
        assert_eq!(words.len(), Context::ALL.len());
    }

    #[test]
    fn every_document_has_an_address_that_the_page_names() {
        for context in Context::ALL {
            let Definition { documents, has_inside, top_level, .. } = context.definition();
            let addresses: BTreeSet<_> =
                documents.iter().map(|one| (one.at == Place::Page, one.path)).collect();
            assert_eq!(addresses.len(), documents.len(), "{}", context.as_str());
            let named = documents.iter().map(|one| one.at).chain([*top_level]);
            assert!(*has_inside || named.into_iter().all(|at| at == Place::Page));
        }
    }

    #[test]
    fn the_referrer_and_the_policies_are_those_of_a_document() {
        for context in Context::ALL {
            let Definition { documents, referrer, policies_from, is_opaque, .. } =
                context.definition();
            let is_served =
                |path: &str| documents.iter().any(|one| one.at == Place::Page && one.path == path);
            assert!(referrer.is_none_or(|path| is_served(path) && !is_opaque));
            assert!(is_served(policies_from), "{}", context.as_str());
        }
    }
}

//! The registry of contexts: where the script of a page can run.
//!
//! One entry says everything about a context: its word in a case, the documents that it is made of, where the script
//! is put in, and what the standards say of it: its origin, its top-level origin, and the URL that is its referrer. To
//! add one, write an entry below.
//!
//! Pure data. Nothing here knows a case, a browser, or the right answer.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

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
    /// The documents that it is made of. The first one is the one that the browser opens.
    pub documents: &'static [Document],
    /// Where the script of the steps is put in.
    pub runs_in: RunsIn,
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
    /// The dedicated worker of that document. Both talk over a `BroadcastChannel`.
    Worker,
}

/// A document of a context.
#[derive(Debug)]
pub struct Document {
    /// The origin that serves it.
    pub at: Place,
    /// Its path.
    pub path: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body. `${page}` in it becomes the URL of [`PAGE_PATH`] on the page's origin.
    pub body: &'static str,
}

/// The path of the document that has the page's origin.
pub const PAGE_PATH: &str = "/.cors-harness/page";

/// The path of a top-level document around a frame.
pub const TOP_PATH: &str = "/.cors-harness/top";

/// The path of a worker's script.
pub const WORKER_PATH: &str = "/.cors-harness/worker";

const HTML: &str = "text/html; charset=utf-8";

/// The icon keeps the browser from asking for one.
macro_rules! html {
    ($body:literal) => {
        concat!("<!doctype html><title>cors-harness</title><link rel=icon href=\"data:,\">", $body)
    };
}

/// A document without content.
const PAGE: Document =
    Document { at: Place::Page, path: PAGE_PATH, content_type: HTML, body: html!("") };

/// A top-level document of the page's origin around something else.
const fn top(body: &'static str) -> Document {
    Document { at: Place::Page, path: TOP_PATH, content_type: HTML, body }
}

/// Makes the type of a context from the entries of the registry.
macro_rules! contexts {
    ($($(#[$doc:meta])* $name:ident = $definition:expr;)*) => {
        /// The kind of document or worker whose script runs.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Context {
            $($(#[$doc])* $name,)*
        }

        impl Context {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its entry in the registry.
            pub fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => {
                        static DEFINITION: Definition = $definition;
                        &DEFINITION
                    })*
                }
            }
        }
    };
}

contexts! {
    /// A top-level document.
    Document = Definition {
        word: "document",
        has_inside: false,
        is_opaque: false,
        top_level: Place::Page,
        referrer: Some(PAGE_PATH),
        documents: &[PAGE],
        runs_in: RunsIn::TopLevel,
    };
    /// A frame in a top-level document of another origin.
    Iframe = Definition {
        word: "iframe",
        has_inside: true,
        is_opaque: false,
        top_level: Place::Inside,
        referrer: Some(PAGE_PATH),
        documents: &[
            Document { at: Place::Inside, ..top(html!("<iframe src=\"${page}\"></iframe>")) },
            PAGE,
        ],
        runs_in: RunsIn::Frame,
    };
    /// A frame with `sandbox="allow-scripts"` in a top-level document of the page's origin: its own origin is opaque.
    SandboxedIframe = Definition {
        word: "sandboxed-iframe",
        has_inside: false,
        is_opaque: true,
        top_level: Place::Page,
        referrer: None,
        documents: &[
            top(html!("<iframe sandbox=\"allow-scripts\" src=\"${page}\"></iframe>")),
            PAGE,
        ],
        runs_in: RunsIn::Frame,
    };
    /// A frame whose document is in its `srcdoc` attribute. It has the origin of the document around it, whose URL is the
    /// referrer: <https://html.spec.whatwg.org/#attr-iframe-srcdoc>.
    Srcdoc = Definition {
        word: "srcdoc",
        has_inside: false,
        is_opaque: false,
        top_level: Place::Page,
        referrer: Some(TOP_PATH),
        documents: &[top(html!("<iframe srcdoc=\"<!doctype html><title>cors-harness</title>\"></iframe>"))],
        runs_in: RunsIn::Frame,
    };
    /// A frame with a `data:` URL: its origin is opaque.
    DataUrl = Definition {
        word: "data-url",
        has_inside: false,
        is_opaque: true,
        top_level: Place::Page,
        referrer: None,
        documents: &[top(html!("<iframe src=\"data:text/html,<!doctype html><title>cors-harness</title>\"></iframe>"))],
        runs_in: RunsIn::Frame,
    };
    /// A frame with a `blob:` URL, which has the origin of the document that made it. No `blob:` URL is a referrer:
    /// <https://fetch.spec.whatwg.org/#local-scheme>.
    BlobUrl = Definition {
        word: "blob-url",
        has_inside: false,
        is_opaque: false,
        top_level: Place::Page,
        referrer: None,
        documents: &[top(html!(
            "<iframe></iframe><script>\
             const html = new Blob(['<!doctype html><title>cors-harness</title>'], { type: 'text/html' });\
             document.querySelector('iframe').src = URL.createObjectURL(html);\
             </script>"
        ))],
        runs_in: RunsIn::Frame,
    };
    /// A dedicated worker of a top-level document. The URL of its script is its referrer:
    /// <https://html.spec.whatwg.org/#set-up-a-worker-environment-settings-object>.
    DedicatedWorker = Definition {
        word: "dedicated-worker",
        has_inside: false,
        is_opaque: false,
        top_level: Place::Page,
        referrer: Some(WORKER_PATH),
        documents: &[
            top(html!("<script>globalThis.worker = new Worker('/.cors-harness/worker');</script>")),
            Document {
                at: Place::Page,
                path: WORKER_PATH,
                content_type: "text/javascript",
                body: include_str!("../engine/page/worker.js"),
            },
        ],
        runs_in: RunsIn::Worker,
    };
}

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
    fn every_document_has_an_address_of_its_own_that_the_page_names() {
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
    fn the_referrer_is_the_url_of_a_document() {
        for context in Context::ALL {
            let Definition { documents, referrer, is_opaque, .. } = context.definition();
            let is_served =
                |path: &str| documents.iter().any(|one| one.at == Place::Page && one.path == path);
            assert!(referrer.is_none_or(|path| is_served(path) && !is_opaque));
        }
    }
}

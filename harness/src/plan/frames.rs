//! One page for several rows that cannot share a document: each document is in a frame of it.
//!
//! The document around the frames is on the site of the rows' top-level documents, so cookies, partitions and mixed
//! content are what they are without it: the standards ask for the site of the top-level document, and whether all
//! documents around are of one site. Rows whose servers restrict who may be around a frame have pages of their own.

use std::collections::BTreeSet;

use cors_servers::script::{OriginScript, Scheme};

use super::lab::{address, document_route, document_server};
use super::names::{Names, is_mappable, registrable_domain};
use super::naming::page_hosts;
use super::profile_history::is_fetched_by_script;
use crate::case::{Origin, Page, Row, Server};
use crate::contexts::{Context, Document, Place, TOP_PATH};

/// The largest number of frames in a page.
pub(super) const MOST: usize = 24;

/// Added to the documents in frames: it takes the script of the row from the document around.
pub(super) const LISTENER: &str =
    concat!("<script>", include_str!("../engine/page/frame.js"), "</script>");

/// The site of the top-level documents of rows that can share a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Site {
    scheme: Scheme,
    domain: String,
    /// The scheme of the documents in which the rows play, and of their marker.
    pub(super) scheme_of_rows: Scheme,
}

impl Site {
    /// The site of a row that can have its page, with host names of the row, in a frame.
    pub(super) fn of(row: &Row) -> Option<Self> {
        const CONTEXTS: [Context; 3] =
            [Context::Document, Context::Iframe, Context::SandboxedIframe];
        let has_listener = CONTEXTS.contains(&row.page.context) && row.page.headers.is_empty();
        // A permission belongs to the top-level document.
        let has_listener = has_listener && !row.sets_permissions();
        let has_names = page_hosts(row).into_iter().all(is_mappable);
        // The cookies of a page are set together, and would age while another row waits.
        let fits = has_listener
            && has_names
            && !row.waits()
            && !row.opens_pages()
            && !row.opens_windows()
            && !restricts_ancestors(row);
        fits.then(|| Self::of_page(&row.page)).flatten()
    }

    /// The site of a row that can have its page, under its written name, in a frame.
    pub(super) fn of_written(row: &Row) -> Option<Self> {
        let is_plain = row.page.context == Context::Document && row.page.headers.is_empty();
        let can_be_framed = is_plain && !row.opens_pages() && is_fetched_by_script(row);
        can_be_framed.then(|| Self::of_page(&row.page)).flatten()
    }

    fn of_page(page: &Page) -> Option<Self> {
        let top = page.origin_at(page.context.definition().documents.first()?.at);
        let domain = registrable_domain(&top.host);
        if domain.is_none() && PORTS.contains(&top.port) {
            return None;
        }
        let domain = domain.unwrap_or(&top.host).to_owned();
        Some(Self { scheme: top.scheme, domain, scheme_of_rows: page.origin.scheme })
    }

    /// The origin of the document around the frames of the page with this number. An address and `localhost` have no
    /// hosts below them, and their site does not include the port.
    pub(super) fn origin_of_page(&self, number: usize) -> Origin {
        let (host, port) = match registrable_domain(&self.domain) {
            Some(domain) => (format!("p{number:06}.{domain}"), self.scheme.default_port()),
            None => (self.domain.clone(), port_of_page(number)),
        };
        Origin { scheme: self.scheme, host, port }
    }
}

/// Ports for documents around frames where a host name cannot be made.
const PORTS: std::ops::Range<u16> = 19_000..20_000;

fn port_of_page(number: usize) -> u16 {
    let place = u16::try_from(number % PORTS.len()).unwrap_or_default();
    PORTS.start + place
}

/// Whether a server of the row may refuse to be in a frame, depending on the documents around it:
/// <https://html.spec.whatwg.org/#the-x-frame-options-header>, <https://w3c.github.io/webappsec-csp/#directive-frame-ancestors>.
fn restricts_ancestors(row: &Row) -> bool {
    const BY: [&str; 2] = ["x-frame-options", "content-security-policy"];
    let mut lines = row.servers.iter().flat_map(Server::header_lines);
    lines.any(|line| BY.iter().any(|by| line.name.as_str().eq_ignore_ascii_case(by)))
}

/// The URL of the document around frames, and the servers of all documents. Each frame has a URL and the servers of its
/// documents; the same URL is framed once.
pub(super) fn around(
    origin: &Origin,
    framed: impl Iterator<Item = (String, Vec<OriginScript>)>,
) -> (String, Vec<OriginScript>) {
    let mut body = HEAD.to_owned();
    let mut documents = Vec::new();
    let mut known = BTreeSet::new();
    for (url, servers) in framed {
        if known.insert(url.clone()) {
            body.push_str(&format!("<iframe src=\"{url}\"></iframe>"));
            documents.extend(servers);
        }
    }
    let route = document_route(&AROUND, &body, &[]);
    documents.push(document_server(address(origin, &Names::verbatim()), route));
    (format!("{origin}{TOP_PATH}"), documents)
}

/// Its body is made for the frames.
const AROUND: Document = Document {
    at: Place::Page,
    path: TOP_PATH,
    headers: &[("Content-Type", "text/html; charset=utf-8")],
    body: "",
};

/// Browsers may slow down what is outside the window, so all frames are inside it.
const HEAD: &str = "<!doctype html><title>cors-harness</title><link rel=icon href=\"data:,\">\
                    <style>iframe { position: fixed; top: 0; left: 0 }</style>";

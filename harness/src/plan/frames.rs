//! One page for several rows whose page must have a host name of the row: each row has a frame in it, with the row's page.
//!
//! The document around the frames is on the site of the rows' top-level documents, so cookies, partitions and mixed
//! content are what they are without it: the standards ask for the site of the top-level document, and whether all
//! documents around are of one site. Rows whose servers restrict who may be around a frame have pages of their own.

use cors_servers::script::{OriginScript, Scheme};

use super::isolation::page_hosts;
use super::lab::{address, document_route, document_server};
use super::names::{Names, is_mappable, registrable_domain};
use crate::case::{Origin, Row};
use crate::contexts::{Document, PAGE_PATH, Place, RunsIn, TOP_PATH};

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
    /// The site of a row that can have its page in a frame.
    pub(super) fn of(row: &Row) -> Option<Self> {
        let definition = row.page.context.definition();
        let is_served = definition.documents.last()?.path == PAGE_PATH;
        let runs_in_document = definition.runs_in != RunsIn::Worker;
        let has_names = page_hosts(row).into_iter().all(is_mappable);
        if !is_served || !runs_in_document || !has_names || restricts_ancestors(row) {
            return None;
        }
        let top = row.page.origin_at(definition.documents.first()?.at);
        let domain = registrable_domain(&top.host)?.to_owned();
        Some(Self { scheme: top.scheme, domain, scheme_of_rows: row.page.origin.scheme })
    }

    /// The origin of the document around the frames of the page with this number.
    pub(super) fn origin_of_page(&self, number: usize) -> Origin {
        let host = format!("p{number:06}.{}", self.domain);
        Origin { scheme: self.scheme, host, port: self.scheme.default_port() }
    }
}

/// Whether a server of the row may refuse to be in a frame, depending on the documents around it:
/// <https://html.spec.whatwg.org/#the-x-frame-options-header>, <https://w3c.github.io/webappsec-csp/#directive-frame-ancestors>.
fn restricts_ancestors(row: &Row) -> bool {
    const BY: [&str; 2] = ["x-frame-options", "content-security-policy"];
    let replies =
        row.servers.iter().flat_map(|server| &server.routes).flat_map(|route| &route.replies);
    let mut names = replies.flat_map(|(_, reply)| &reply.headers).map(|(name, _)| name);
    names.any(|name| BY.iter().any(|by| name.eq_ignore_ascii_case(by)))
}

/// The URL of the document around frames, and the servers of all documents. Each frame has the position of its row, a URL
/// and the servers of its documents.
pub(super) fn around(
    origin: &Origin,
    framed: impl Iterator<Item = (usize, String, Vec<OriginScript>)>,
) -> (String, Vec<OriginScript>) {
    let mut body = HEAD.to_owned();
    let mut documents = Vec::new();
    for (index, url, servers) in framed {
        body.push_str(&format!("<iframe data-row=\"{index}\" src=\"{url}\"></iframe>"));
        documents.extend(servers);
    }
    let route = document_route(&AROUND, &body);
    documents.push(document_server(address(origin, &Names::verbatim()), vec![route]));
    (format!("{origin}{TOP_PATH}"), documents)
}

/// Its body is made for the frames.
const AROUND: Document = Document {
    at: Place::Page,
    path: TOP_PATH,
    content_type: "text/html; charset=utf-8",
    body: "",
};

/// Browsers may slow down what is outside the window, so all frames are inside it.
const HEAD: &str = "<!doctype html><title>cors-harness</title><link rel=icon href=\"data:,\">\
                    <style>iframe { position: fixed; top: 0; left: 0 }</style>";

//! The page of a stage: its documents, its marker, and the rows as it plays them.

use cors_servers::script::{Address, OriginScript, Route, Scheme};

use super::call::{Play, moments};
use super::isolation::{Sharing, sharing};
use super::lab::{
    MARKER_PATH, TOP_PATH, address, document_server, led_back, marker_route, marker_server,
    page_document, script, top_document,
};
use super::names::Names;
use super::naming::Naming;
use super::visit::{servers, visits};
use super::{PagePlan, PlannedRow, Stage};
use crate::case::{Context, Origin, Page, PlantedCookie, Row};

impl Stage {
    pub(super) fn new(naming: Naming, rows: Vec<usize>) -> Self {
        Self { rows, fresh: false, naming, number: 0 }
    }

    /// The page that all of its rows play on, from any of them and its position.
    pub fn page(&self, index: usize, row: &Row) -> PagePlan {
        let names = self.naming.of_page(index, row);
        let (url, documents) = documents(row, &names);
        PagePlan {
            url,
            in_frame: row.page.context != Context::Document,
            origin: names.physical(&row.page.serialised_origin()),
            documents,
            marker: marker_server(self.marker(row.page.origin.scheme), vec![marker_route()]),
        }
    }

    /// What a row of its needs for itself, and why: as [`sharing`] says, but that ports may have run out.
    pub fn sharing(&self, row: &Row) -> Sharing {
        match sharing(row) {
            Sharing::Host(_) if self.naming == Naming::Verbatim => {
                Sharing::Nothing("there are no ports left to give it")
            }
            other => other,
        }
    }

    /// One of its rows, by its position, ready to be played.
    pub fn row(&self, index: usize, row: &Row) -> PlannedRow {
        let names = self.naming.names(index, row);
        let cookies: Vec<_> = row.cookies.iter().map(|cookie| planted(cookie, &names)).collect();
        let marker_path = format!("{MARKER_PATH}?r{index}/");
        let marker = format!("{}{marker_path}", self.marker(row.page.origin.scheme));
        PlannedRow {
            index,
            page: row.page.clone(),
            servers: row.servers.iter().map(|server| script(server, &names)).collect(),
            visits: visits(&cookies),
            cookies,
            play: Play { moments: moments(&row.steps, &names), marker },
            marker_path,
            names,
        }
    }

    /// The host that is told when a row's group of steps has settled; no two stages of a browser share
    /// one. It has the scheme of the page, or its requests would be mixed content.
    fn marker(&self, scheme: Scheme) -> Address {
        let host = format!("m{}.cors-harness.test", self.number);
        Address { scheme, host, port: scheme.default_port() }
    }
}

/// Servers of all visits of some rows.
pub fn visit_servers(rows: &[PlannedRow]) -> Vec<OriginScript> {
    servers(&rows.iter().flat_map(|row| &row.visits).collect::<Vec<_>>())
}

fn planted(written: &PlantedCookie, names: &Names) -> PlantedCookie {
    let mut own = written.clone();
    own.origin.host = names.physical(&written.origin.host);
    own.set_cookie = names.physical(&written.set_cookie);
    own
}

/// Where a row's page is, and the servers of its documents.
fn documents(row: &Row, names: &Names) -> (String, Vec<OriginScript>) {
    let page = &row.page;
    let own = address(&page.origin, names);
    let base = base_url(&page.origin, names);
    let frame = format!("{base}{}", Page::PATH);
    match &page.context {
        Context::Document => (frame, vec![document_server(own, vec![page_document()])]),
        Context::SandboxedIframe => {
            let documents = vec![page_document(), top_document(Page::PATH, true)];
            (format!("{base}{TOP_PATH}"), vec![document_server(own, documents)])
        }
        Context::Iframe { inside } => {
            let top = vec![top_document(&frame, false)];
            let url = format!("{}{TOP_PATH}", base_url(inside, names));
            let (own, inside) = ((own, vec![page_document()]), (address(inside, names), top));
            let documents = iframe_servers(own, inside, &url);
            (url, documents)
        }
    }
}

/// The servers of a frame and of the page around it, which is at `url`. A browser that tries https first
/// finds the frame's server where only the page's scheme differs.
fn iframe_servers(
    mut frame: (Address, Vec<Route>),
    top: (Address, Vec<Route>),
    url: &str,
) -> Vec<OriginScript> {
    if frame.0 == top.0 {
        return vec![document_server(frame.0, [frame.1, top.1].concat())];
    }
    if frame.0.host == top.0.host && top.0.scheme == Scheme::Http {
        frame.1.push(led_back(url));
    }
    vec![document_server(frame.0, frame.1), document_server(top.0, top.1)]
}

fn base_url(origin: &Origin, names: &Names) -> String {
    names.physical(&origin.to_string())
}

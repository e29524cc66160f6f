//! The pages that a row opens after its first one, or goes back to. Their documents are served beside the row's own servers, as long as the
//! row is played; see [`is_document`](crate::contexts::is_document).

use std::collections::BTreeMap;

use cors_servers::script::{OriginScript, Scheme};

use super::lab::documents;
use super::names::Names;
use super::page_policies::page_headers;
use crate::case::{Page, PageChange, Row, StepGroup, Tab};
use crate::contexts::RunsIn;

/// A page that the browser opens, or goes back to.
#[derive(Clone, Debug)]
pub struct NextPage {
    /// The tab that has it.
    pub tab: Tab,
    /// URL to navigate to.
    pub url: String,
    /// Where the steps run.
    pub runs_in: RunsIn,
    /// The expected value of `self.origin` where the steps run.
    pub origin: String,
}

/// The pages of a row, by the number of their groups; `marker` is the origin of its marker.
pub(super) fn next_pages(row: &Row, names: &Names, marker: &str) -> BTreeMap<usize, NextPage> {
    let opened = |(number, group): (usize, &StepGroup)| match group {
        StepGroup::Open(change) => Some((number, next_page(change, names, marker))),
        StepGroup::One(_) | StepGroup::Together(_) | StepGroup::Wait(_) => None,
    };
    row.steps.iter().enumerate().filter_map(opened).collect()
}

fn next_page(change: &PageChange, names: &Names, marker: &str) -> NextPage {
    let page = &change.opened.page;
    let (url, _) = documents_of(page, names, marker);
    let origin = names.physical(&page.serialised_origin());
    NextPage { tab: change.tab, url, runs_in: page.runs_in(), origin }
}

fn documents_of(page: &Page, names: &Names, marker: &str) -> (String, Vec<OriginScript>) {
    documents(page, names, &page_headers(page, marker, names), "")
}

/// The servers of a row, which also have the documents of the pages that it opens.
pub(super) fn with_documents(
    mut servers: Vec<OriginScript>,
    row: &Row,
    names: &Names,
    marker: &str,
) -> Vec<OriginScript> {
    for page in row.opened_pages() {
        let (_, documents) = documents_of(page, names, marker);
        documents.into_iter().for_each(|document| add(&mut servers, document));
    }
    servers
}

fn add(servers: &mut Vec<OriginScript>, document: OriginScript) {
    match servers.iter_mut().find(|server| server.address == document.address) {
        Some(server) => {
            for (path, replies) in document.routes {
                server.routes.entry(path).or_insert(replies);
            }
        }
        None => servers.push(OriginScript { close_after_response: false, ..document }),
    }
}

/// The scheme of a row's marker: a page over https cannot send requests over http.
pub(super) fn scheme_of_marker(row: &Row) -> Scheme {
    match row.pages().any(|page| page.origin.scheme == Scheme::Https) {
        true => Scheme::Https,
        false => Scheme::Http,
    }
}

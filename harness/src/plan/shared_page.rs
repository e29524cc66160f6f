//! Makes a shared page: its documents, its marker, and its rows.

use cors_servers::script::{Address, OriginScript, Scheme};

use super::call::{Play, step_groups, waits};
use super::frames;
use super::isolation::{Sharing, sharing};
use super::lab::{MARKER_PATH, documents, marker_route, marker_server, script};
use super::markers::needs_marker;
use super::names::Names;
use super::naming::Naming;
use super::next_pages::{next_pages, scheme_of_marker, with_documents};
use super::page_policies::page_headers;
use super::visit::{servers, visits};
use super::watches::{DOMAIN, add_watches};
use super::{Frame, PagePlan, PlannedRow, SharedPage, StoragePermission};
use crate::case::{Page, Row, StorageAccess, UserCookie};
use crate::contexts::RunsIn;

impl SharedPage {
    pub(super) fn new(naming: Naming, rows: Vec<usize>) -> Self {
        Self { rows, fresh: false, one_by_one: false, frames_on: None, naming, number: 0 }
    }

    /// The same with one document, that of its rows.
    pub(super) fn without_frames(self) -> Self {
        Self { frames_on: None, ..self }
    }

    /// Whether each of its rows has a frame in its page.
    pub fn has_frames(&self) -> bool {
        self.frames_on.is_some()
    }

    /// The page with a frame for each of these rows, by their positions, if its rows have frames.
    pub fn page_with_frames<'r>(
        &self,
        rows: impl IntoIterator<Item = (usize, &'r Row)>,
    ) -> Option<PagePlan> {
        let site = self.frames_on.as_ref()?;
        let framed = rows.into_iter().map(|(index, row)| {
            let names = self.naming.of_page(index, row);
            documents(&row.page, &names, &[], frames::LISTENER)
        });
        let origin = site.origin_of_page(self.number);
        let (url, documents) = frames::around(&origin, framed);
        let marker = marker_server(self.marker(site.scheme_of_rows), marker_route());
        let origin = origin.to_string();
        Some(PagePlan { url, runs_in: RunsIn::TopLevel, origin, documents, marker })
    }

    /// The page on which all of its rows play, from any of these rows and its position; or that of one row, if each
    /// has a frame.
    pub fn page(&self, index: usize, row: &Row) -> PagePlan {
        let names = self.naming.of_page(index, row);
        let marker = self.marker(scheme_of_marker(row));
        let headers = page_headers(&row.page, &marker.to_string(), &names);
        let (url, documents) = documents(&row.page, &names, &headers, "");
        PagePlan {
            url,
            runs_in: row.page.context.definition().runs_in,
            origin: names.physical(&row.page.serialised_origin()),
            documents,
            marker: marker_server(marker, marker_route()),
        }
    }

    /// What one of its rows needs for itself, and why: as [`sharing`] says, except if no ports are
    /// left.
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
        let cookies: Vec<_> =
            row.cookies.iter().map(|cookie| renamed_cookie(cookie, &names)).collect();
        let marker_path = format!("{MARKER_PATH}?r{index}/");
        let marker_address = self.marker(scheme_of_marker(row));
        let marker = marker_address.to_string();
        let mut step_groups = step_groups(&row.steps, &names);
        let servers = row.servers.iter().map(|server| script(server, &names));
        let mut servers: Vec<_> = servers.collect();
        let watches = add_watches(&mut step_groups, &mut servers, (&marker_address, index));
        servers.extend(watches);
        PlannedRow {
            index,
            page: row.page.clone(),
            servers: with_documents(servers, row, &names, &marker),
            visits: visits(&cookies),
            cookies,
            permissions: permissions(row, &names),
            opens: next_pages(row, &names, &marker),
            play: Play {
                step_groups,
                needs_marker: needs_marker(row),
                marker: format!("{marker}{marker_path}"),
            },
            waits: waits(&row.steps),
            marker_path,
            frame: self.has_frames().then(|| frame(row, &names)),
            names,
        }
    }

    /// The host of the marker; no two shared pages of a browser share one. It has the scheme of the page,
    /// because its requests would otherwise be mixed content.
    fn marker(&self, scheme: Scheme) -> Address {
        let host = format!("m{}{DOMAIN}", self.number);
        Address { scheme, host, port: scheme.default_port() }
    }
}

/// Servers of all visits of these rows.
pub fn visit_servers(rows: &[PlannedRow]) -> Vec<OriginScript> {
    servers(&rows.iter().flat_map(|row| &row.visits).collect::<Vec<_>>())
}

fn renamed_cookie(written: &UserCookie, names: &Names) -> UserCookie {
    let mut own = written.clone();
    own.origin.host = names.physical(&written.origin.host);
    own.set_cookie = names.physical(&written.set_cookie);
    own
}

fn permissions(row: &Row, names: &Names) -> Vec<StoragePermission> {
    let of_page = |page: &Page| {
        let top_level = names.physical(&page.top_level_origin().to_string());
        let permission = |access: &StorageAccess| StoragePermission {
            top_level: top_level.clone(),
            origin: names.physical(&access.origin.to_string()),
            state: access.state,
        };
        page.storage_access.iter().map(permission).collect::<Vec<_>>()
    };
    row.pages().flat_map(of_page).collect()
}

/// The frame of a row in a page with frames.
fn frame(row: &Row, names: &Names) -> Frame {
    let (url, _) = documents(&row.page, names, &[], "");
    Frame { url, origin: names.physical(&row.page.serialised_origin()) }
}

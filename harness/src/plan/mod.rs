//! Turns rows into shared pages: the address of each origin of a row, which rows share a page, and what
//! each server and each page receives.
//!
//! Pure: it uses no socket and no browser, and does not say what should happen.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod call;
mod chains;
mod frames;
mod isolation;
mod lab;
mod markers;
mod names;
mod naming;
mod next_pages;
mod page_policies;
mod profile_history;
mod profiles;
mod rewrite_hazards;
mod shared_page;
mod spreading;
mod upstream_pages;
mod visit;
mod watches;

use std::collections::BTreeMap;
use std::time::Duration;

use cors_servers::script::OriginScript;
use serde::Serialize;

pub use call::Play;
pub use isolation::{Sharing, most_cookies, sharing};
pub use names::Names;
pub use next_pages::NextPage;
pub use profile_history::ProfileHistory;
pub use shared_page::visit_servers;
pub use visit::Visit;
pub use watches::{is_host_of_the_harness, resource};

use crate::case::{Page, Row, ThirdPartyCookies, UserCookie};
use crate::contexts::RunsIn;
use chains::Chains;
use frames::Site;
use naming::{Naming, first_port};
use profiles::number;
use upstream_pages::UpstreamPages;

/// Everything that one engine is going to do, grouped by browser.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Browsers to open; each plays its shared pages in order.
    pub browsers: Vec<BrowserPlan>,
    /// The pages of rows that use real servers, for browsers that can clear their profiles.
    upstream_pages: Vec<BrowserPlan>,
    /// The same for browsers that store no responses that script has fetched, and cannot clear their profiles.
    upstream_pages_without_responses: Vec<BrowserPlan>,
}

/// What one browser does, beginning with a fresh profile.
#[derive(Clone, Debug)]
pub struct BrowserPlan {
    /// What it is opened with.
    pub needs: BrowserNeeds,
    /// Pages to open, one after another.
    pub shared_pages: Vec<SharedPage>,
    /// Whether it is opened for one row that cannot share a browser.
    pub alone: bool,
    /// How many such browsers are open at the same time at most. Each takes the next page when it has played one.
    pub at_once: usize,
}

impl BrowserPlan {
    fn new(needs: BrowserNeeds, shared_pages: Vec<SharedPage>, alone: bool) -> Self {
        Self { needs, shared_pages, alone, at_once: 1 }
    }
}

/// A page, and the rows that play on it at the same time. What their servers and the page receive
/// is made when they are played, because a run may have thousands of rows.
#[derive(Clone, Debug)]
pub struct SharedPage {
    /// Positions of the rows in the planned list. Never empty.
    pub rows: Vec<usize>,
    /// Whether it begins with a fresh profile in the browser that played the shared pages before.
    pub fresh: bool,
    /// Whether its rows use real servers only. They are played one after another, in a profile where nothing that
    /// another row has left reaches them; see [`ProfileHistory`].
    pub one_by_one: bool,
    /// The site of the page, if each of its rows has a frame with the row's page in it.
    frames_on: Option<Site>,
    naming: Naming,
    /// Its position among the shared pages of its browser.
    number: usize,
}

/// What is needed to open a shared page.
#[derive(Clone, Debug)]
pub struct PagePlan {
    /// URL to navigate to.
    pub url: String,
    /// Where the steps run.
    pub runs_in: RunsIn,
    /// The expected value of `self.origin` where the steps run.
    pub origin: String,
    /// Servers of the page's documents. They are hosted while the page loads. Then the rows' own
    /// servers take over, which may have the same addresses.
    pub documents: Vec<OriginScript>,
    /// The server that receives a request when steps have settled; see [`PlannedRow::marker_path`].
    pub marker: OriginScript,
}

/// A frame in a page, with the page of a row in it.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// The URL that it was opened with.
    pub url: String,
    /// The expected value of `self.origin` where the steps run.
    pub origin: String,
}

/// One row, ready to be played.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    /// Position in the planned list.
    pub index: usize,
    /// Its host names.
    pub names: Names,
    /// The page on which it plays, as written.
    pub page: Page,
    /// Its servers.
    pub servers: Vec<OriginScript>,
    /// Cookies to set before its page is used.
    pub cookies: Vec<UserCookie>,
    /// Visits that set these cookies, for a browser without a protocol for setting cookies.
    pub visits: Vec<Visit>,
    /// What the page receives.
    pub play: Play,
    /// Its frame, if the page has frames.
    pub frame: Option<Frame>,
    /// The pages that the browser opens after a group without steps, by the number of the group.
    pub opens: BTreeMap<usize, NextPage>,
    /// How much time passes after a group without steps, by the number of the group.
    pub waits: BTreeMap<usize, Duration>,
    /// The path of the marker request for a settled group, without the number of the group.
    pub marker_path: String,
}

impl PlannedRow {
    /// Whether it is played in parts, between which time passes or another page is opened.
    pub fn has_parts(&self) -> bool {
        !self.waits.is_empty() || !self.opens.is_empty()
    }

    /// Whether its browser's clock is moved.
    pub fn waits(&self) -> bool {
        self.waits.values().any(|time| !time.is_zero())
    }
}

/// What a browser is opened with. Rows that need different browsers share none.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BrowserNeeds {
    /// The cookie profile.
    pub third_party_cookies: ThirdPartyCookies,
    /// Whether its clock can be moved.
    pub moves_clock: bool,
}

impl BrowserNeeds {
    /// What a row needs.
    pub fn of(row: &Row) -> Self {
        Self { third_party_cookies: row.third_party_cookies, moves_clock: row.waits() }
    }
}

/// Plans all rows for one engine. Rows keep their order within a shared page.
pub fn plan(rows: &[&Row], separation: Separation) -> Plan {
    let mut building = Building::default();
    for (index, row) in rows.iter().enumerate() {
        match separation {
            Separation::Shared => building.place(index, row),
            Separation::Alone => building.place_alone(index, row),
            Separation::Unseparated => building.place_unseparated(index, row),
        }
    }
    building.finish()
}

/// Whether rows share browsers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Separation {
    /// Rows that cannot interfere with each other share pages and browsers.
    #[default]
    Shared,
    /// Each row has its own browser and its names as written: the reference for the shared plan.
    Alone,
    /// Rows keep their names as written and share one browser of each kind, one after
    /// another, without isolation. This shows that a case would find what other rows leave.
    Unseparated,
}

/// Browsers that rows share, one for each kind of browser; and browsers for one row.
#[derive(Default)]
struct Building<'r> {
    shared: BTreeMap<BrowserNeeds, Shared<'r>>,
    alone: Vec<BrowserPlan>,
    chains: Chains<'r>,
    upstream_pages: UpstreamPages<'r>,
}

/// Shared pages of one shared browser: pages of many rows, by page; pages with a frame for each row, by site; and pages
/// of one row.
#[derive(Default)]
struct Shared<'r> {
    pages: Vec<(&'r Page, SharedPage)>,
    frames: Vec<SharedPage>,
    alone: Vec<SharedPage>,
}

impl<'r> Building<'r> {
    fn place(&mut self, index: usize, row: &'r Row) {
        let shared = self.shared.entry(BrowserNeeds::of(row)).or_default();
        let naming = match sharing(row) {
            // The cookies of a page are set together, and would age while another row waits.
            Sharing::Page if row.waits() && !row.cookies.is_empty() => Some(Naming::OnOwnPage),
            Sharing::Page => return shared.page_of(row).rows.push(index),
            Sharing::Site(_) => match Site::of(row) {
                Some(site) => return shared.page_on(site).rows.push(index),
                None => Some(Naming::OnOwnPage),
            },
            Sharing::Browser(_) => Some(Naming::OwnSites),
            Sharing::Host(_) => first_port(index).map(Naming::OwnPorts),
            Sharing::OneByOne(_) => {
                self.upstream_pages.add(index, row);
                return self.chains.add(index, row);
            }
            Sharing::Nothing(_) => None,
        };
        match naming {
            Some(naming) => shared.alone.push(SharedPage::new(naming, vec![index])),
            None => self.place_alone(index, row),
        }
    }

    fn place_alone(&mut self, index: usize, row: &Row) {
        let shared_pages = vec![SharedPage::new(Naming::Verbatim, vec![index])];
        self.alone.push(BrowserPlan::new(BrowserNeeds::of(row), shared_pages, true));
    }

    fn place_unseparated(&mut self, index: usize, row: &'r Row) {
        let shared = self.shared.entry(BrowserNeeds::of(row)).or_default();
        shared.alone.push(SharedPage::new(Naming::Verbatim, vec![index]));
    }

    fn finish(self) -> Plan {
        let shared = self.shared.into_iter().map(|(needs, shared)| {
            let pages = shared.pages.into_iter().map(|(_, shared_page)| shared_page);
            let frames =
                shared.frames.into_iter().map(|shared_page| match shared_page.rows.len() {
                    1 => shared_page.without_frames(),
                    _ => shared_page,
                });
            let shared_pages = pages.chain(frames).chain(shared.alone).collect();
            BrowserPlan::new(needs, shared_pages, false)
        });
        let shared = shared.filter(|browser| !browser.shared_pages.is_empty());
        let mut browsers: Vec<_> =
            shared.chain(self.alone).chain(self.chains.into_browsers()).collect();
        browsers.iter_mut().for_each(number);
        let mut upstream_pages_without_responses = self.upstream_pages.browsers_without_responses();
        upstream_pages_without_responses.iter_mut().for_each(number);
        let upstream_pages = self.upstream_pages.browsers().collect();
        Plan { browsers, upstream_pages, upstream_pages_without_responses }
    }
}

impl<'r> Shared<'r> {
    fn page_of(&mut self, row: &'r Row) -> &mut SharedPage {
        let known = self.pages.iter().position(|(page, _)| **page == row.page);
        let place = known.unwrap_or_else(|| {
            self.pages.push((&row.page, SharedPage::new(Naming::BesidePage, Vec::new())));
            self.pages.len() - 1
        });
        &mut self.pages[place].1
    }

    /// The page on a site that has room for another frame.
    fn page_on(&mut self, site: Site) -> &mut SharedPage {
        let has_room = |shared_page: &SharedPage| {
            shared_page.frames_on.as_ref() == Some(&site) && shared_page.rows.len() < frames::MOST
        };
        let place = self.frames.iter().position(has_room).unwrap_or_else(|| {
            let shared_page = SharedPage::new(Naming::OnOwnPage, Vec::new());
            self.frames.push(SharedPage { frames_on: Some(site), ..shared_page });
            self.frames.len() - 1
        });
        &mut self.frames[place]
    }
}

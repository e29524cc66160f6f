//! From rows to stages: which address stands for which origin of a row, which rows share a page,
//! what each server and each page is told.
//!
//! Pure: names no socket, knows no browser, and has no opinion on what should happen.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod call;
mod lab;
mod names;
mod sharing;
mod stage;
mod visit;

use std::collections::BTreeMap;

use cors_servers::script::OriginScript;

pub use call::{Call, Play};
pub use names::Names;
pub use sharing::{Sharing, sharing};
pub use visit::Visit;

use crate::case::{Page, PlantedCookie, Row, ThirdPartyCookies};
use stage::{add_marker, stage_alone, stage_for};

/// Everything one engine is going to do, grouped by browser.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Browsers to open; each plays its stages in order.
    pub browsers: Vec<BrowserPlan>,
}

/// What one browser does, from a fresh profile on.
#[derive(Clone, Debug)]
pub struct BrowserPlan {
    /// Its cookie profile.
    pub third_party_cookies: ThirdPartyCookies,
    /// Pages to open, one after another.
    pub stages: Vec<Stage>,
}

/// A page, and the rows that play on it at the same time.
#[derive(Clone, Debug)]
pub struct Stage {
    /// URL to navigate to.
    pub url: String,
    /// Whether the steps run in the first frame of that document instead of in itself.
    pub in_frame: bool,
    /// What `self.origin` must be where the steps run.
    pub origin: String,
    /// Servers of the page's documents. They are there while the page loads and gone when the rows'
    /// own servers, which may have the same addresses, take over.
    pub documents: Vec<OriginScript>,
    /// The server that is told when steps have settled; see [`PlannedRow::marker_path`].
    pub marker: OriginScript,
    /// The rows.
    pub rows: Vec<PlannedRow>,
}

/// One row, ready to be played.
#[derive(Clone, Debug)]
pub struct PlannedRow {
    /// Position in the list of rows that the plan was made from.
    pub index: usize,
    /// Its names.
    pub names: Names,
    /// Its servers.
    pub servers: Vec<OriginScript>,
    /// Cookies to plant before its page is used.
    pub cookies: Vec<PlantedCookie>,
    /// Visits that set these cookies, for a browser whose jar cannot be filled otherwise.
    pub visits: Vec<Visit>,
    /// What the page is told.
    pub play: Play,
    /// Marker path that says that the group with the appended number has settled.
    pub marker_path: String,
}

impl Stage {
    /// Servers of all visits of its rows.
    pub fn visit_servers(&self) -> Vec<OriginScript> {
        visit::servers(&self.rows.iter().flat_map(|row| &row.visits).collect::<Vec<_>>())
    }
}

/// Plans all rows for one engine. Rows keep their order within a stage.
pub fn plan(rows: &[&Row]) -> Plan {
    let mut building = Building::default();
    for (index, row) in rows.iter().enumerate() {
        building.place(index, row);
    }
    building.finish()
}

/// Browsers that rows share, one for each cookie profile, and browsers of one row.
#[derive(Default)]
struct Building {
    shared: BTreeMap<ThirdPartyCookies, Shared>,
    alone: Vec<BrowserPlan>,
}

/// Stages of one shared browser: pages of many rows, found by the page, and pages of one row.
#[derive(Default)]
struct Shared {
    pages: Vec<(Page, Stage)>,
    alone: Vec<Stage>,
}

impl Building {
    fn place(&mut self, index: usize, row: &Row) {
        // Of one length, so that what a row's servers say is as long in any place of a run.
        let label = format!("r{index:04}");
        let third_party_cookies = row.third_party_cookies;
        let pages = sharing::page_hosts(row);
        let hosts = sharing::hosts(row).chain(sharing::hosts_in_texts(row));
        match sharing(row) {
            Sharing::Page => {
                let names = Names::beside_page(&label, &pages, hosts);
                let stage = self.shared.entry(third_party_cookies).or_default().page_of(row);
                stage.rows.push(stage::planned_row(index, row, names));
            }
            Sharing::Site(_) => {
                let stage = stage_alone(index, row, Names::on_own_page(&label, &pages, hosts));
                self.shared.entry(third_party_cookies).or_default().alone.push(stage);
            }
            Sharing::Browser(_) => {
                let stage = stage_alone(index, row, Names::own(&label, hosts));
                self.shared.entry(third_party_cookies).or_default().alone.push(stage);
            }
            Sharing::Nothing(_) => {
                let stages = vec![stage_alone(index, row, Names::verbatim())];
                self.alone.push(BrowserPlan { third_party_cookies, stages });
            }
        }
    }

    fn finish(self) -> Plan {
        let shared = self.shared.into_iter().map(|(third_party_cookies, shared)| {
            let pages = shared.pages.into_iter().map(|(_, stage)| stage);
            BrowserPlan { third_party_cookies, stages: pages.chain(shared.alone).collect() }
        });
        let mut browsers: Vec<_> = shared.chain(self.alone).collect();
        for browser in &mut browsers {
            for (number, stage) in browser.stages.iter_mut().enumerate() {
                add_marker(stage, number);
            }
        }
        Plan { browsers }
    }
}

impl Shared {
    fn page_of(&mut self, row: &Row) -> &mut Stage {
        let known = self.pages.iter().position(|(page, _)| *page == row.page);
        let place = known.unwrap_or_else(|| {
            self.pages.push((row.page.clone(), stage_for(row, &Names::verbatim())));
            self.pages.len() - 1
        });
        &mut self.pages[place].1
    }
}

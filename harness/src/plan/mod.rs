//! From rows to stages: which address stands for which origin of a row, which rows share a page,
//! what each server and each page is told.
//!
//! Pure: names no socket, knows no browser, and has no opinion on what should happen.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod call;
mod lab;
mod names;
mod profiles;
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
use profiles::name_markers;
use stage::{stage_alone, stage_for};

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
    /// Whether it is there for one row that can share no browser.
    pub alone: bool,
}

/// A page, and the rows that play on it at the same time.
#[derive(Clone, Debug)]
pub struct Stage {
    /// URL to navigate to.
    pub url: String,
    /// Whether it begins with a fresh profile in the browser that the stages before were played in.
    pub fresh: bool,
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
pub fn plan(rows: &[&Row], company: Company) -> Plan {
    let mut building = Building::default();
    for (index, row) in rows.iter().enumerate() {
        match company {
            Company::Shared => building.place(index, row),
            Company::Alone => building.place_alone(index, row),
        }
    }
    building.finish()
}

/// Whether rows meet one another.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Company {
    /// Rows that cannot disturb each other share pages and browsers.
    #[default]
    Shared,
    /// Each row has a browser, and its names as written: what the shared plan is measured against.
    Alone,
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
            Sharing::Host(_) => match first_port(index) {
                Some(first_port) => {
                    let hosts = hosts.filter(|host| names::is_mappable(host));
                    let ports = sharing::own_ports(row).unwrap_or_default();
                    let names = Names::own(&label, hosts).with_ports(ports, first_port);
                    let stage = stage_alone(index, row, names);
                    self.shared.entry(third_party_cookies).or_default().alone.push(stage);
                }
                None => self.place_alone(index, row),
            },
            Sharing::Nothing(_) => self.place_alone(index, row),
        }
    }

    fn place_alone(&mut self, index: usize, row: &Row) {
        let stages = vec![stage_alone(index, row, Names::verbatim())];
        let third_party_cookies = row.third_party_cookies;
        self.alone.push(BrowserPlan { third_party_cookies, stages, alone: true });
    }

    fn finish(self) -> Plan {
        let shared = self.shared.into_iter().map(|(third_party_cookies, shared)| {
            let pages = shared.pages.into_iter().map(|(_, stage)| stage);
            let stages = pages.chain(shared.alone).collect();
            BrowserPlan { third_party_cookies, stages, alone: false }
        });
        let mut browsers: Vec<_> = shared.chain(self.alone).collect();
        browsers.iter_mut().for_each(name_markers);
        Plan { browsers }
    }
}

/// The first port of a row's own, above all that browsers keep from pages; `None` where there are no
/// more.
fn first_port(index: usize) -> Option<u16> {
    const FIRST: u16 = 20_000;
    const EACH: u16 = 16;
    let place = u16::try_from(index).ok()?;
    let first = FIRST.checked_add(place.checked_mul(EACH)?)?;
    first.checked_add(EACH).map(|_| first)
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

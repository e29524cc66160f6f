//! The pages of rows that use real servers, for browsers that can clear a profile between two rows.

use std::collections::HashMap;
use std::hash::Hash;

use super::chains::same_servers;
use super::frames::{self, Site};
use super::naming::Naming;
use super::{BrowserNeeds, BrowserPlan, SharedPage};
use crate::case::{Page, Row, Step, UserCookie};

/// Documents that are open at the same time, and the rows that play in them one after another.
struct UpstreamPage<'r> {
    first: &'r Row,
    pages: Vec<&'r Page>,
    rows: Vec<(PlayOrder, usize)>,
    requests: Requests<'r>,
    shared_page: SharedPage,
}

/// When a row plays: a profile is cleared as seldom as possible, and renewed once for a pass.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct PlayOrder {
    /// How often a preflight for its request was planned before from its origin. The result may be stored, so that each
    /// pass needs a fresh profile.
    pass: usize,
    /// Whether it comes after the first row of the run, whose result is shown at once.
    is_later: bool,
    /// Whether it can have a preflight.
    is_preflighted: bool,
    /// Which cookies are set before.
    cookies: usize,
    /// How often its URL was requested before with these cookies. The caches are removed in between.
    before: usize,
}

/// What was requested from a page.
#[derive(Default)]
struct Requests<'r> {
    preflights: HashMap<(String, &'r str), usize>,
    urls: HashMap<(usize, &'r str), usize>,
    cookies: Vec<&'r [UserCookie]>,
}

impl<'r> Requests<'r> {
    /// Adds the requests of a row.
    fn add(&mut self, index: usize, row: &'r Row) -> PlayOrder {
        let cookies = self.number_of(&row.cookies);
        let (is_later, is_preflighted) = (index > 0, false);
        let mut order = PlayOrder { pass: 0, is_later, is_preflighted, cookies, before: 0 };
        for step in row.all_steps() {
            order.before = order.before.max(count(&mut self.urls, (cookies, &step.url)));
            if can_have_preflight(step) {
                let key = (row.page.serialised_origin(), step.url.as_str());
                order.pass = order.pass.max(count(&mut self.preflights, key));
                order.is_preflighted = true;
            }
        }
        order
    }

    fn number_of(&mut self, cookies: &'r [UserCookie]) -> usize {
        let known = self.cookies.iter().position(|known| *known == cookies);
        known.unwrap_or_else(|| {
            self.cookies.push(cookies);
            self.cookies.len() - 1
        })
    }
}

/// How often it was counted before.
fn count<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K) -> usize {
    let count = counts.entry(key).or_default();
    *count += 1;
    *count - 1
}

/// Whether its request may be preflighted. A wrong answer costs time only: what the servers record decides whether a
/// profile is fresh enough.
fn can_have_preflight(step: &Step) -> bool {
    const METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
    let is_simple = METHODS.iter().any(|method| step.method.eq_ignore_ascii_case(method));
    !is_simple || !step.headers.is_empty() || step.upload_listeners
}

/// All pages.
#[derive(Default)]
pub(super) struct UpstreamPages<'r>(Vec<UpstreamPage<'r>>);

impl<'r> UpstreamPages<'r> {
    /// Adds a row to the page that has its document or can frame it.
    pub(super) fn add(&mut self, index: usize, row: &'r Row) {
        let site = Site::of_written(row);
        let place = self.0.iter().position(|page| page.takes(row, site.as_ref()));
        let place = place.unwrap_or_else(|| {
            let shared_page = SharedPage::new(Naming::Verbatim, Vec::new());
            let shared_page = SharedPage { one_by_one: true, frames_on: site, ..shared_page };
            let (pages, rows, requests) = (Vec::new(), Vec::new(), Requests::default());
            self.0.push(UpstreamPage { first: row, pages, rows, requests, shared_page });
            self.0.len() - 1
        });
        let page = &mut self.0[place];
        page.rows.push((page.requests.add(index, row), index));
        if !page.pages.contains(&&row.page) {
            page.pages.push(&row.page);
        }
    }

    /// A browser for each pass of a page, before they are put together: the first passes of all pages, then the second
    /// ones, and so on.
    pub(super) fn into_browsers(self) -> impl Iterator<Item = BrowserPlan> {
        let mut passes: Vec<_> = self.0.into_iter().flat_map(UpstreamPage::into_passes).collect();
        passes.sort_by_key(|(pass, _)| *pass);
        passes.into_iter().map(|(_, browser)| browser)
    }
}

impl UpstreamPage<'_> {
    fn takes(&self, row: &Row, site: Option<&Site>) -> bool {
        let has_document = self.pages.iter().any(|page| **page == row.page);
        let frames_it = site.is_some() && self.pages.len() < frames::MOST;
        BrowserNeeds::of(self.first) == BrowserNeeds::of(row)
            && self.shared_page.frames_on.as_ref() == site
            && (has_document || frames_it)
            && same_servers(&self.first.servers, &row.servers)
    }

    /// Each pass with its number.
    fn into_passes(self) -> Vec<(usize, BrowserPlan)> {
        let Self { first, pages, mut rows, shared_page, .. } = self;
        let shared_page = if pages.len() > 1 { shared_page } else { shared_page.without_frames() };
        rows.sort();
        let passes = rows.chunk_by(|(one, _), (other, _)| one.pass == other.pass);
        let passes = passes.map(|rows| {
            let pass = rows[0].0.pass;
            let rows = rows.iter().map(|(_, index)| *index).collect();
            let shared_pages = vec![SharedPage { rows, ..shared_page.clone() }];
            (pass, BrowserPlan::new(BrowserNeeds::of(first), shared_pages, true))
        });
        passes.collect()
    }
}

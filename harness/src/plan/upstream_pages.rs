//! The pages of rows that use real servers, for browsers that can clear a profile between two rows, and for browsers that
//! store no responses.

use std::collections::HashMap;

use super::chains::same_servers;
use super::frames::{self, Site};
use super::naming::Naming;
use super::profile_history::{can_have_preflight, is_cacheable};
use super::{BrowserNeeds, BrowserPlan, SharedPage};
use crate::case::{Page, Row, UserCookie};

/// Documents that are open at the same time, and the rows that play in them one after another.
#[derive(Clone)]
struct UpstreamPage<'r> {
    rows: Vec<(usize, &'r Row)>,
    frames_on: Option<Site>,
}

/// When a row plays: caches are removed as seldom as possible.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct PlayOrder {
    /// Which cookies are set before.
    cookies: usize,
    /// How often something that it may find in a cache was requested before with these cookies. The caches are removed in
    /// between.
    before: usize,
}

/// What was requested from a page.
#[derive(Default)]
struct Requests<'r> {
    stored: HashMap<Stored<'r>, usize>,
    cookies: Vec<&'r [UserCookie]>,
}

/// What may be in a cache after a request with some cookies.
#[derive(Eq, Hash, PartialEq)]
enum Stored<'r> {
    /// The response from a URL.
    Response(usize, &'r str),
    /// The result of a preflight, of an origin for a URL.
    Preflight(usize, String, &'r str),
}

impl<'r> Requests<'r> {
    /// Adds the requests of a row.
    fn add(&mut self, row: &'r Row, stores_responses: bool) -> PlayOrder {
        let cookies = number_of(&mut self.cookies, &row.cookies);
        let mut before = 0;
        for step in row.all_steps() {
            if stores_responses && is_cacheable(step) {
                before = before.max(self.count(Stored::Response(cookies, &step.url)));
            }
            if can_have_preflight(step) {
                let origin = row.page.serialised_origin();
                before = before.max(self.count(Stored::Preflight(cookies, origin, &step.url)));
            }
        }
        PlayOrder { cookies, before }
    }

    /// How often it was counted before.
    fn count(&mut self, stored: Stored<'r>) -> usize {
        let count = self.stored.entry(stored).or_default();
        *count += 1;
        *count - 1
    }
}

/// The number of these cookies among those that are known, to which they are added.
fn number_of<'r>(known: &mut Vec<&'r [UserCookie]>, cookies: &'r [UserCookie]) -> usize {
    known.iter().position(|known| *known == cookies).unwrap_or_else(|| {
        known.push(cookies);
        known.len() - 1
    })
}

/// All pages.
#[derive(Default)]
pub(super) struct UpstreamPages<'r>(Vec<UpstreamPage<'r>>);

impl<'r> UpstreamPages<'r> {
    /// Adds a row to the page that has its document or can frame it.
    pub(super) fn add(&mut self, index: usize, row: &'r Row) {
        let site = Site::of_written(row);
        match self.0.iter_mut().find(|page| page.takes(row, site.as_ref())) {
            Some(page) => page.rows.push((index, row)),
            None => self.0.push(UpstreamPage { rows: vec![(index, row)], frames_on: site }),
        }
    }

    /// A browser for each page, before they are put together.
    pub(super) fn browsers(&self) -> impl Iterator<Item = BrowserPlan> {
        self.0.iter().map(|page| {
            BrowserPlan::new(BrowserNeeds::of(page.rows[0].1), vec![page.planned(true)], true)
        })
    }

    /// A browser for each kind, which stores no responses and whose cookies cannot be removed: pages of rows with the same
    /// cookies follow each other.
    pub(super) fn browsers_without_responses(&self) -> Vec<BrowserPlan> {
        let mut browsers = Vec::<BrowserPlan>::new();
        for page in self.by_cookies() {
            let needs = BrowserNeeds::of(page.rows[0].1);
            match browsers.iter_mut().find(|browser| browser.needs == needs) {
                Some(browser) => browser.shared_pages.push(page.planned(false)),
                None => browsers.push(BrowserPlan::new(needs, vec![page.planned(false)], false)),
            }
        }
        browsers
    }

    /// The same pages, each for rows with the same cookies, in the order of these cookies.
    fn by_cookies(&self) -> Vec<UpstreamPage<'r>> {
        let mut known = Vec::new();
        let mut pages = Vec::<(usize, UpstreamPage<'r>)>::new();
        for page in &self.0 {
            let mut parts = Vec::<(usize, UpstreamPage<'r>)>::new();
            for (index, row) in &page.rows {
                let number = number_of(&mut known, &row.cookies);
                match parts.iter_mut().find(|(of, _)| *of == number) {
                    Some((_, part)) => part.rows.push((*index, row)),
                    None => {
                        let rows = vec![(*index, *row)];
                        parts.push((number, UpstreamPage { rows, ..page.clone() }));
                    }
                }
            }
            pages.extend(parts);
        }
        pages.sort_by_key(|(cookies, _)| *cookies);
        pages.into_iter().map(|(_, page)| page).collect()
    }
}

impl<'r> UpstreamPage<'r> {
    fn takes(&self, row: &Row, site: Option<&Site>) -> bool {
        let (_, first) = self.rows[0];
        let documents = self.documents();
        let has_document = documents.contains(&&row.page);
        let frames_it = site.is_some() && documents.len() < frames::MOST;
        BrowserNeeds::of(first) == BrowserNeeds::of(row)
            && self.frames_on.as_ref() == site
            && (has_document || frames_it)
            && same_servers(&first.servers, &row.servers)
    }

    fn documents(&self) -> Vec<&'r Page> {
        let mut documents = Vec::new();
        for (_, row) in &self.rows {
            if !documents.contains(&&row.page) {
                documents.push(&row.page);
            }
        }
        documents
    }

    /// Its rows in the order of play, for a browser that stores responses, or for one that does not.
    fn planned(&self, stores_responses: bool) -> SharedPage {
        let mut requests = Requests::default();
        let rows = self.rows.iter();
        let rows = rows.map(|(index, row)| (requests.add(row, stores_responses), *index));
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        let rows = rows.into_iter().map(|(_, index)| index).collect();
        let shared_page =
            SharedPage { one_by_one: true, ..SharedPage::new(Naming::Verbatim, rows) };
        match self.documents().len() {
            1 => shared_page,
            _ => SharedPage { frames_on: self.frames_on.clone(), ..shared_page },
        }
    }
}

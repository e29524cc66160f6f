//! The pages of rows that use real servers, for browsers that can clear a profile between two rows.

use std::collections::HashMap;

use super::chains::same_servers;
use super::frames::{self, Site};
use super::naming::Naming;
use super::{BrowserNeeds, BrowserPlan, Stage};
use crate::case::{Page, Row};

/// Documents that are open at the same time, and the rows that play in them one after another.
struct UpstreamPage<'r> {
    first: &'r Row,
    pages: Vec<&'r Page>,
    /// Each with how often its requests were made before from its document.
    rows: Vec<(usize, usize)>,
    requests: Requests<'r>,
    stage: Stage,
}

/// How often a URL was requested from a document.
#[derive(Default)]
struct Requests<'r>(HashMap<(String, &'r str), usize>);

impl<'r> Requests<'r> {
    /// The most that a request of a row was made before. Counts the requests of the row.
    fn before(&mut self, row: &'r Row) -> usize {
        let origin = row.page.serialised_origin();
        let mut most = 0;
        for step in row.all_steps() {
            let count = self.0.entry((origin.clone(), &step.url)).or_default();
            most = most.max(*count);
            *count += 1;
        }
        most
    }
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
            let stage = Stage::new(Naming::Verbatim, Vec::new());
            let stage = Stage { one_by_one: true, frames_on: site, ..stage };
            let (pages, rows, requests) = (Vec::new(), Vec::new(), Requests::default());
            self.0.push(UpstreamPage { first: row, pages, rows, requests, stage });
            self.0.len() - 1
        });
        let page = &mut self.0[place];
        page.rows.push((page.requests.before(row), index));
        if !page.pages.contains(&&row.page) {
            page.pages.push(&row.page);
        }
    }

    /// A browser for each page, before the pages are put together. Requests that are made again come last: the result of
    /// their preflight may be stored, so they need a fresh profile.
    pub(super) fn into_browsers(self) -> impl Iterator<Item = BrowserPlan> {
        self.0.into_iter().map(|UpstreamPage { first, pages, mut rows, stage, .. }| {
            rows.sort_by_key(|(before, _)| *before);
            let rows = rows.into_iter().map(|(_, index)| index).collect();
            let stage = Stage { rows, ..stage };
            let stage = if pages.len() > 1 { stage } else { stage.without_frames() };
            BrowserPlan { needs: BrowserNeeds::of(first), stages: vec![stage], alone: true }
        })
    }
}

impl UpstreamPage<'_> {
    fn takes(&self, row: &Row, site: Option<&Site>) -> bool {
        let has_document = self.pages.iter().any(|page| **page == row.page);
        let frames_it = site.is_some() && self.pages.len() < frames::MOST;
        BrowserNeeds::of(self.first) == BrowserNeeds::of(row)
            && self.stage.frames_on.as_ref() == site
            && (has_document || frames_it)
            && same_servers(&self.first.servers, &row.servers)
    }
}

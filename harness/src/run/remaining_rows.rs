//! Rows of a shared page that are still to be played, also after a browser has ended.

use std::slice;

use super::collect::Assigned;
use super::row_report::{Report, parts};
use crate::plan::{SharedPage, most_cookies};

/// Rows of a shared page that are still to be played.
pub(super) struct PageLoad<'p> {
    pub(super) shared_page: &'p SharedPage,
    pub(super) rows: &'p [usize],
    /// How the browser ended that played this row first. Such a row has its own page load.
    pub(super) crashed: Option<String>,
}

/// A browser that has ended, or does not respond any more.
pub(super) struct Crash<'p> {
    /// The rows that were being played.
    pub(super) rows: &'p [usize],
    /// What could not be done.
    pub(super) words: String,
}

impl<'p> PageLoad<'p> {
    /// All rows of a shared page, for the first time: in one page load, unless they have so many cookies that
    /// a jar might delete some of them.
    pub(super) fn first(shared_page: &'p SharedPage, rows: &[Assigned]) -> Vec<Self> {
        let cookies = |row: usize| most_cookies(rows[row].row());
        let page_loads = parts(&shared_page.rows, COOKIES_OF_A_PAGE_LOAD, cookies).into_iter();
        page_loads.map(|rows| Self { shared_page, rows, crashed: None }).collect()
    }

    /// Page loads for the remaining rows. Rows get one more chance, each in its own page load, so that a row
    /// that crashes the browser affects no other; a row without another chance is reported.
    pub(super) fn after(&self, crash: &Crash<'p>, words: &str, report: &Report<'_>) -> Vec<Self> {
        let end = self.end_of(crash.rows);
        let page_load = |rows, crashed| Self { shared_page: self.shared_page, rows, crashed };
        let mut page_loads = Vec::new();
        if self.crashed_before() {
            self.crashed_again(crash.rows, words, report);
        } else {
            let rows = crash.rows.iter().map(slice::from_ref);
            page_loads.extend(rows.map(|row| page_load(row, Some(words.to_owned()))));
        }
        page_loads.push(page_load(&self.rows[end..], self.crashed.clone()));
        page_loads.retain(|page_load| !page_load.rows.is_empty());
        page_loads
    }

    /// Whether it has nothing to play, because the servers of all its rows get no more requests;
    /// this is reported.
    pub(super) fn is_given_up(&self, report: &Report<'_>) -> bool {
        report.without_given_up(self.shared_page, self.rows).is_empty()
    }

    /// Whether a browser already crashed on these rows.
    pub(super) fn crashed_before(&self) -> bool {
        self.crashed.is_some()
    }

    /// Reports rows that crashed two browsers.
    pub(super) fn crashed_again(&self, rows: &[usize], words: &str, report: &Report<'_>) {
        let first = self.crashed.as_deref().unwrap_or_default();
        report.troubled(
            self.shared_page,
            rows,
            &format!("the browser crashed twice: {first}; and again: {words}"),
        );
    }

    /// A page load for rows that need a fresh profile.
    pub(super) fn rest(&self, rows: &'p [usize]) -> Self {
        Self { shared_page: self.shared_page, rows, crashed: self.crashed.clone() }
    }

    /// How many rows of this page load were started when `rows`, a part of them, had been.
    fn end_of(&self, rows: &[usize]) -> usize {
        let place = self.rows.iter().position(|row| Some(row) == rows.last());
        place.map_or(self.rows.len(), |place| place + 1)
    }
}

/// Chromium and Firefox store 180 cookies of a site, and remove some when another one arrives. Rows on one page can have
/// one site.
const COOKIES_OF_A_PAGE_LOAD: usize = 100;

/// Why the rest of a page load was not played.
pub(super) enum Unplayed<'p> {
    /// The browser ended.
    Crash(Crash<'p>),
    /// What earlier rows left in the profile can reach these rows: they need a fresh one.
    Reached(&'p [usize]),
}

impl<'p> From<Crash<'p>> for Unplayed<'p> {
    fn from(crash: Crash<'p>) -> Self {
        Self::Crash(crash)
    }
}

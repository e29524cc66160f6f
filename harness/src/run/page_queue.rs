//! The pages of a part of the plan, which the browsers that play it share.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::collect::Assigned;
use super::remaining_rows::PageLoad;
use super::row_report::Report;
use crate::plan::{BrowserNeeds, BrowserPlan};

/// The page loads of a part of the plan that no browser has begun. What a browser has begun and not played is left to
/// the same browser or its successor: rows that need a fresh profile come last, and no other page may follow them.
pub(super) struct PageQueue<'p> {
    part: &'p BrowserPlan,
    state: Mutex<State<'p>>,
}

struct State<'p> {
    waiting: VecDeque<PageLoad<'p>>,
    /// How many browsers may still take page loads.
    browsers: usize,
}

impl<'p> PageQueue<'p> {
    /// All page loads of a part of the plan.
    pub(super) fn new(part: &'p BrowserPlan, rows: &[Assigned]) -> Self {
        let pages = part.shared_pages.iter();
        let waiting = pages.flat_map(|shared_page| PageLoad::first(shared_page, rows)).collect();
        Self { part, state: Mutex::new(State { waiting, browsers: part.at_once }) }
    }

    /// What the browsers are opened with.
    pub(super) fn needs(&self) -> BrowserNeeds {
        self.part.needs
    }

    /// How many browsers play it at the same time.
    pub(super) fn at_once(&self) -> usize {
        self.part.at_once
    }

    /// How many rows each of its browsers plays on average.
    pub(super) fn rows_of_a_browser(&self) -> usize {
        let rows: usize = self.part.shared_pages.iter().map(|page| page.rows.len()).sum();
        rows / self.part.at_once
    }

    /// The next page load, for a browser that has nothing else to play. Those whose servers get no more requests are
    /// reported.
    pub(super) fn next(&self, report: &Report<'_>) -> Option<PageLoad<'p>> {
        loop {
            let page_load = self.state().waiting.pop_front()?;
            if !page_load.is_given_up(report) {
                return Some(page_load);
            }
        }
    }

    /// A browser does not start, and its successors would not either: the page loads that no other browser will take.
    pub(super) fn left_without(&self) -> VecDeque<PageLoad<'p>> {
        let mut state = self.state();
        state.browsers -= 1;
        match state.browsers {
            0 => std::mem::take(&mut state.waiting),
            _ => VecDeque::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<'p>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The profile of an open browser while rows are played in it one after another.

use cors_model::Span;
use cors_servers::exchange::Exchange;

use super::row_report::Report;
use crate::engine::{EngineError, OpenBrowser};
use crate::plan::{ProfileHistory, SharedPage, most_cookies};
use crate::results::PageStep;

/// A browser, and what has happened in its profile.
pub(super) struct BrowserProfile<'b> {
    pub(super) browser: &'b OpenBrowser,
    history: ProfileHistory,
    /// Whether the browser can go on in a fresh profile.
    pub(super) renews: bool,
    /// Whether caches and cookies of the profile can be removed.
    clears: bool,
    /// Whether a page was opened in it.
    is_used: bool,
    /// How many cookies may be stored.
    cookies: usize,
    /// When the cookies of the rows that use real servers were set, on the clock of the lab, while they are stored.
    cookies_set: Option<Span>,
}

/// With more cookies those of earlier pages are removed: rows of a page need no cookie of another page. Chromium and
/// Firefox store 180 cookies of a site.
const MOST_COOKIES: usize = 150;

impl<'b> BrowserProfile<'b> {
    /// A browser that was just opened.
    pub(super) fn new(browser: &'b OpenBrowser, renews: bool) -> Self {
        let history = Self::fresh(browser);
        let (is_used, cookies, cookies_set) = (false, 0, None);
        Self { browser, history, renews, clears: renews, is_used, cookies, cookies_set }
    }

    fn fresh(browser: &OpenBrowser) -> ProfileHistory {
        match browser.stores_responses() {
            true => ProfileHistory::default(),
            false => ProfileHistory::without_responses(),
        }
    }

    /// Whether a shared page, beginning with this row, cannot be played in what earlier ones have left.
    pub(super) fn must_be_fresh(
        &self,
        (shared_page, row): (&SharedPage, usize),
        report: &Report<'_>,
    ) -> bool {
        match shared_page.one_by_one {
            true => self.reaches(row, report),
            false => shared_page.fresh && self.is_used,
        }
    }

    /// Whether a row could find something in the profile.
    pub(super) fn reaches(&self, row: usize, report: &Report<'_>) -> bool {
        self.history.reaches(report.rows[row].row())
    }

    /// Whether a row that was just played has found something in the profile.
    pub(super) fn has_reached(
        &mut self,
        row: usize,
        exchanges: &[Exchange],
        report: &Report<'_>,
    ) -> bool {
        let has_reached = self.history.has_reached(report.rows[row].row(), exchanges);
        if has_reached {
            self.is_unknown();
        }
        has_reached
    }

    /// A row was played, and its servers recorded these exchanges.
    pub(super) fn add_played(
        &mut self,
        (row, is_settled): (usize, bool),
        exchanges: &[Exchange],
        report: &Report<'_>,
    ) {
        self.history.add_played(report.rows[row].row(), exchanges);
        if !is_settled {
            self.is_unknown();
        }
    }

    /// Anything may have been done in the profile.
    pub(super) fn is_unknown(&mut self) {
        self.history = ProfileHistory::unknown();
        self.cookies_set = None;
    }

    /// When the cookies of this row were set, if a page before has set them and they are still stored.
    pub(super) fn cookies_set_for(&self, row: usize, report: &Report<'_>) -> Option<Span> {
        let has_them = self.history.has_cookies_of(report.rows[row].row());
        self.cookies_set.filter(|_| has_them)
    }

    /// The cookies of rows that use real servers were set.
    pub(super) fn has_set_cookies(&mut self, set: Span) {
        self.cookies_set = Some(set);
    }

    /// Removes caches and cookies for a row; whether that was possible and is enough.
    pub(super) async fn clear(&mut self, row: usize, report: &Report<'_>) -> bool {
        if !self.clears || !self.history.is_clearable_for(report.rows[row].row()) {
            return false;
        }
        // A browser that cannot do it gets fresh profiles.
        self.clears = report.times.step(PageStep::Profile, self.browser.clear()).await.is_ok();
        if self.clears {
            self.history.clear();
            self.cookies_set = None;
        }
        self.clears
    }

    async fn renew(&mut self, report: &Report<'_>) -> Result<(), EngineError> {
        self.cookies = 0;
        self.cookies_set = None;
        self.history = Self::fresh(self.browser);
        report.times.step(PageStep::Profile, self.browser.renew()).await
    }

    /// Makes room for the cookies of rows.
    async fn remove_old_cookies_for(
        &mut self,
        rows: &[usize],
        report: &Report<'_>,
    ) -> Result<(), EngineError> {
        let coming: usize = rows.iter().map(|row| most_cookies(report.rows[*row].row())).sum();
        if self.cookies + coming > MOST_COOKIES {
            report.times.step(PageStep::Cookies, self.browser.remove_cookies()).await?;
            self.cookies = 0;
        }
        self.cookies += coming;
        Ok(())
    }

    /// Makes it a profile in which these rows of a shared page can be played.
    pub(super) async fn prepare(
        &mut self,
        (shared_page, rows): (&SharedPage, &[usize]),
        report: &Report<'_>,
    ) -> Result<(), EngineError> {
        let row = rows[0];
        self.is_used = true;
        if shared_page.one_by_one {
            if self.reaches(row, report) && !self.clear(row, report).await {
                self.renew(report).await?;
            }
        } else {
            // A browser that cannot renew its profile was opened for this shared page.
            if shared_page.fresh && self.renews {
                self.renew(report).await?;
            }
            self.is_unknown();
            self.remove_old_cookies_for(rows, report).await?;
        }
        Ok(())
    }
}

//! The profile of an open browser while rows are played in it one after another.

use cors_servers::exchange::Exchange;

use super::stage::Report;
use crate::engine::{EngineError, OpenBrowser};
use crate::plan::{ProfileHistory, Stage};
use crate::results::PageStep;

/// A browser, and what has happened in its profile.
pub(super) struct BrowserProfile<'b> {
    pub(super) browser: &'b OpenBrowser,
    history: ProfileHistory,
    /// Whether the browser can go on in a fresh profile.
    pub(super) renews: bool,
    /// Whether caches and cookies of the profile can be removed.
    clears: bool,
}

impl<'b> BrowserProfile<'b> {
    /// A browser that was just opened.
    pub(super) fn new(browser: &'b OpenBrowser, renews: bool) -> Self {
        Self { browser, history: ProfileHistory::default(), renews, clears: renews }
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
        }
        self.clears
    }

    async fn renew(&mut self, report: &Report<'_>) -> Result<(), EngineError> {
        self.history = ProfileHistory::default();
        report.times.step(PageStep::Profile, self.browser.renew()).await
    }

    /// Makes it a profile in which the rows of a stage can be played, beginning with this one.
    pub(super) async fn prepare(
        &mut self,
        (stage, row): (&Stage, usize),
        report: &Report<'_>,
    ) -> Result<(), EngineError> {
        if stage.one_by_one {
            if self.reaches(row, report) && !self.clear(row, report).await {
                self.renew(report).await?;
            }
        } else {
            if stage.fresh {
                self.renew(report).await?;
            }
            self.is_unknown();
        }
        Ok(())
    }
}

//! Moves rows that need a fresh browser to fresh profiles, for engines that can make a profile in
//! an open browser.

use super::{BrowserPlan, Plan, SharedPage};

/// Another browser is opened for this many profiles, which take about as long as its start.
const WORTH_A_BROWSER: usize = 12;

impl Plan {
    /// The same plan with fewer browsers, for an engine whose browsers can hold several profiles: a
    /// shared page with its own browser gets a fresh profile instead, after other shared pages, and rows that use real
    /// servers share a profile that is cleared. At most `most` browsers of a kind hold such shared pages.
    #[must_use]
    pub fn with_profiles(self, most: usize) -> Self {
        let (alone, mut browsers): (Vec<_>, Vec<_>) =
            self.browsers.into_iter().partition(|browser| browser.alone);
        let is_chain = |browser: &BrowserPlan| {
            browser.shared_pages.iter().any(|shared_page| shared_page.one_by_one)
        };
        let alone = alone.into_iter().filter(|browser| !is_chain(browser));
        for BrowserPlan { needs, shared_pages, .. } in alone.chain(self.upstream_pages) {
            let fresh = shared_pages
                .into_iter()
                .map(|shared_page| SharedPage { fresh: !shared_page.one_by_one, ..shared_page });
            let same = |browser: &BrowserPlan| browser.needs == needs;
            let open = browsers.iter().filter(|browser| same(browser)).count();
            let place = browsers.iter_mut().filter(|browser| same(browser));
            let place = place.min_by_key(|browser| cost(browser));
            match place {
                Some(browser) if open >= most || cost(browser) < WORTH_A_BROWSER => {
                    browser.shared_pages.extend(fresh);
                }
                _ => browsers.push(BrowserPlan {
                    needs,
                    shared_pages: fresh.collect(),
                    alone: false,
                }),
            }
        }
        browsers.iter_mut().for_each(number);
        Self { browsers, upstream_pages: Vec::new() }
    }
}

/// What its shared pages cost that another browser could play, in profiles. A few rows that play one by one take as
/// long as a profile.
fn cost(browser: &BrowserPlan) -> usize {
    const ROWS: usize = 4;
    let cost = |shared_page: &SharedPage| match (shared_page.fresh, shared_page.one_by_one) {
        (_, true) => 1 + shared_page.rows.len() / ROWS,
        (true, false) => 1,
        (false, false) => 0,
    };
    browser.shared_pages.iter().map(cost).sum()
}

/// Numbers the shared pages of a browser, so that each has its own marker.
pub(super) fn number(browser: &mut BrowserPlan) {
    for (number, shared_page) in browser.shared_pages.iter_mut().enumerate() {
        shared_page.number = number;
    }
}

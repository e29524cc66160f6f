//! Divides the pages of a browser so that several browsers can play them at the same time. Each browser takes another
//! page when it has played one, so that all of them end at about the same time.

use super::profiles::number;
use super::{BrowserPlan, Plan, SharedPage};

/// What opening a page costs, in rows that are played on one.
const PAGE: usize = 15;

/// What a fresh profile costs, in the same unit.
const PROFILE: usize = 30;

/// What a row costs that is played alone on its page, in the same unit. Caches are removed between such rows.
const ONE_BY_ONE: usize = 4;

/// Another browser is started on this machine for pages and rows that cost this much.
const WORTH_A_BROWSER: usize = 400;

/// For each browser, a page with many rows is opened this many times.
const PARTS_FOR_EACH: usize = 3;

impl Plan {
    /// The same plan with up to `most` browsers for each browser that plays several pages. A page with many rows is
    /// opened in several of them.
    #[must_use]
    pub fn spread(self, most: usize) -> Self {
        self.divided(|_| most)
    }

    /// The same for browsers that are started for it: several only where that is faster.
    #[must_use]
    pub fn spread_here(self, most: usize) -> Self {
        let worth = |browser: &BrowserPlan| {
            browser.shared_pages.iter().map(cost).sum::<usize>() / WORTH_A_BROWSER
        };
        self.divided(|browser| most.min(worth(browser)))
    }

    fn divided(self, most: impl Fn(&BrowserPlan) -> usize) -> Self {
        let divided = |browser: BrowserPlan| match most(&browser) {
            most if most > 1 && !browser.alone => divided(browser, most),
            _ => browser,
        };
        Self { browsers: self.browsers.into_iter().map(divided).collect(), ..self }
    }
}

fn divided(browser: BrowserPlan, most: usize) -> BrowserPlan {
    let rows: usize = browser.shared_pages.iter().map(|shared_page| shared_page.rows.len()).sum();
    let largest = rows.div_ceil(most * PARTS_FOR_EACH).max(PAGE);
    let parts = browser.shared_pages.into_iter().flat_map(|page| parts(page, largest));
    let shared_pages: Vec<_> = parts.collect();
    let at_once = most.min(shared_pages.len());
    let mut browser = BrowserPlan { shared_pages, at_once, ..browser };
    number(&mut browser);
    browser
}

fn cost(shared_page: &SharedPage) -> usize {
    let rows = shared_page.rows.len();
    match (shared_page.fresh, shared_page.one_by_one) {
        (_, true) => PAGE + ONE_BY_ONE * rows,
        (true, false) => PAGE + PROFILE + rows,
        (false, false) => PAGE + rows,
    }
}

/// A page with at most so many rows, as often as it is needed. Rows that are played one by one stay together.
fn parts(shared_page: SharedPage, largest: usize) -> Vec<SharedPage> {
    if shared_page.one_by_one {
        return vec![shared_page];
    }
    let rows = shared_page.rows.chunks(largest);
    rows.map(|rows| SharedPage { rows: rows.to_vec(), ..shared_page.clone() }).collect()
}

//! Divides the pages of a browser among several, for sessions that are open at the same time.

use super::profiles::number;
use super::{BrowserPlan, Plan, SharedPage};

/// What opening a page costs, in rows that are played on one.
const PAGE: usize = 10;

/// Another browser is started on this machine for pages and rows that cost this much.
const WORTH_A_BROWSER: usize = 400;

impl Plan {
    /// The same plan with the pages of each shared browser in up to `most` browsers. A page with many rows is opened in
    /// several of them.
    #[must_use]
    pub fn spread(self, most: usize) -> Self {
        self.divided(|_| most)
    }

    /// The same for browsers that are started for it: in several only where that is faster.
    #[must_use]
    pub fn spread_here(self, most: usize) -> Self {
        let worth = |browser: &BrowserPlan| {
            browser.shared_pages.iter().map(cost).sum::<usize>() / WORTH_A_BROWSER
        };
        self.divided(|browser| most.min(worth(browser)))
    }

    fn divided(self, most: impl Fn(&BrowserPlan) -> usize) -> Self {
        let Self { browsers, upstream_pages } = self;
        let spread = browsers.into_iter().flat_map(|browser| match most(&browser) {
            most if most > 1 && !browser.alone => divided(browser, most),
            _ => vec![browser],
        });
        Self { browsers: spread.collect(), upstream_pages }
    }
}

fn divided(browser: BrowserPlan, most: usize) -> Vec<BrowserPlan> {
    let BrowserPlan { needs, shared_pages, alone } = browser;
    let rows: usize = shared_pages.iter().map(|shared_page| shared_page.rows.len()).sum();
    let largest = rows.div_ceil(most).max(PAGE);
    let shared_pages: Vec<_> =
        shared_pages.into_iter().flat_map(|shared_page| parts(shared_page, largest)).collect();
    let mut browsers: Vec<(usize, Vec<SharedPage>)> =
        vec![Default::default(); most.min(shared_pages.len())];
    // They keep their order, in which results are printed.
    for shared_page in shared_pages {
        // The first of those that have least to do.
        if let Some((has, shared_pages)) = browsers.iter_mut().min_by_key(|(has, _)| *has) {
            *has += cost(&shared_page);
            shared_pages.push(shared_page);
        }
    }
    let browsers = browsers.into_iter().map(|(_, shared_pages)| {
        let mut browser = BrowserPlan { needs, shared_pages, alone };
        number(&mut browser);
        browser
    });
    browsers.collect()
}

fn cost(shared_page: &SharedPage) -> usize {
    PAGE + shared_page.rows.len()
}

/// A page with at most so many rows, as often as it is needed. Rows that are played one by one stay together.
fn parts(shared_page: SharedPage, largest: usize) -> Vec<SharedPage> {
    if shared_page.one_by_one {
        return vec![shared_page];
    }
    let rows = shared_page.rows.chunks(largest);
    rows.map(|rows| SharedPage { rows: rows.to_vec(), ..shared_page.clone() }).collect()
}

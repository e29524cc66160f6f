//! Moves rows that need a fresh browser to fresh profiles, for engines that can make a profile in
//! an open browser.

use super::{BrowserPlan, Plan, SharedPage};

impl Plan {
    /// The same plan with fewer browsers, for an engine whose browsers can hold several profiles: a
    /// shared page with its own browser gets a fresh profile instead, after other shared pages, and rows that use real
    /// servers share a profile that is cleared.
    #[must_use]
    pub fn with_profiles(self) -> Self {
        let (alone, mut browsers): (Vec<_>, Vec<_>) =
            self.browsers.into_iter().partition(|browser| browser.alone);
        let alone = alone.into_iter().filter(|browser| !uses_real_servers(browser));
        for browser in alone.chain(self.upstream_pages) {
            let pages = browser.shared_pages.into_iter();
            let fresh = pages.map(|page| SharedPage { fresh: !page.one_by_one, ..page }).collect();
            match browsers.iter_mut().find(|other| other.needs == browser.needs) {
                Some(other) => other.shared_pages.extend::<Vec<_>>(fresh),
                None => browsers.push(BrowserPlan { shared_pages: fresh, alone: false, ..browser }),
            }
        }
        browsers.iter_mut().for_each(number);
        Self { browsers, upstream_pages: Vec::new(), ..self }
    }

    /// The same plan for an engine that stores no responses that script has fetched, but has no profiles: rows that use real
    /// servers share browsers as long as the results of preflights and the cookies allow it.
    #[must_use]
    pub fn without_responses(self) -> Self {
        let others = self.browsers.into_iter().filter(|browser| !uses_real_servers(browser));
        let browsers = others.chain(self.upstream_pages_without_responses).collect();
        Self { browsers, upstream_pages: Vec::new(), upstream_pages_without_responses: Vec::new() }
    }
}

fn uses_real_servers(browser: &BrowserPlan) -> bool {
    browser.shared_pages.iter().any(|shared_page| shared_page.one_by_one)
}

/// Numbers the shared pages of a browser, so that each has its own marker.
pub(super) fn number(browser: &mut BrowserPlan) {
    for (number, shared_page) in browser.shared_pages.iter_mut().enumerate() {
        shared_page.number = number;
    }
}

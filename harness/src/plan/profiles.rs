//! Moves rows that need a fresh browser to fresh profiles, for engines that can make a profile in
//! an open browser.

use super::{BrowserPlan, Plan, Stage};

/// Another browser is opened for this many profiles, which take about as long as its start.
const WORTH_A_BROWSER: usize = 12;

impl Plan {
    /// The same plan with fewer browsers, for an engine whose browsers can hold several profiles: a
    /// stage with its own browser gets a fresh profile instead, after other stages. At most `most`
    /// browsers of a kind hold such stages.
    #[must_use]
    pub fn with_profiles(self, most: usize) -> Self {
        let (alone, mut browsers): (Vec<_>, Vec<_>) =
            self.browsers.into_iter().partition(|browser| browser.alone);
        for BrowserPlan { needs, stages, .. } in alone {
            let fresh = stages.into_iter().map(|stage| Stage { fresh: !stage.one_by_one, ..stage });
            let same = |browser: &BrowserPlan| browser.needs == needs;
            let open = browsers.iter().filter(|browser| same(browser)).count();
            let place = browsers.iter_mut().filter(|browser| same(browser));
            let place = place.min_by_key(|browser| profiles(browser));
            match place {
                Some(browser) if open >= most || profiles(browser) < WORTH_A_BROWSER => {
                    browser.stages.extend(fresh);
                }
                _ => browsers.push(BrowserPlan { needs, stages: fresh.collect(), alone: false }),
            }
        }
        browsers.iter_mut().for_each(number);
        Self { browsers }
    }
}

fn profiles(browser: &BrowserPlan) -> usize {
    browser.stages.iter().filter(|stage| stage.fresh || stage.one_by_one).count()
}

/// Numbers the stages of a browser, so that each has its own marker.
pub(super) fn number(browser: &mut BrowserPlan) {
    for (number, stage) in browser.stages.iter_mut().enumerate() {
        stage.number = number;
    }
}

//! Divides the pages of a browser among several, for sessions that are open at the same time.

use super::profiles::number;
use super::{BrowserPlan, Plan, Stage};

/// What opening a page costs, in rows that are played on one.
const PAGE: usize = 10;

impl Plan {
    /// The same plan with the pages of each shared browser in up to `most` browsers. A page with many rows is opened in
    /// several of them.
    #[must_use]
    pub fn spread(self, most: usize) -> Self {
        if most <= 1 {
            return self;
        }
        let Self { browsers, upstream_pages } = self;
        let spread = browsers.into_iter().flat_map(|browser| match browser.alone {
            true => vec![browser],
            false => divided(browser, most),
        });
        Self { browsers: spread.collect(), upstream_pages }
    }
}

fn divided(browser: BrowserPlan, most: usize) -> Vec<BrowserPlan> {
    let BrowserPlan { needs, stages, alone } = browser;
    let rows: usize = stages.iter().map(|stage| stage.rows.len()).sum();
    let largest = rows.div_ceil(most).max(PAGE);
    let mut stages: Vec<_> = stages.into_iter().flat_map(|stage| parts(stage, largest)).collect();
    stages.sort_by_key(|stage| std::cmp::Reverse(cost(stage)));
    let mut browsers: Vec<(usize, Vec<Stage>)> = vec![Default::default(); most.min(stages.len())];
    for stage in stages {
        // The first of those that have least to do.
        if let Some((has, stages)) = browsers.iter_mut().min_by_key(|(has, _)| *has) {
            *has += cost(&stage);
            stages.push(stage);
        }
    }
    let browsers = browsers.into_iter().map(|(_, stages)| {
        let mut browser = BrowserPlan { needs, stages, alone };
        number(&mut browser);
        browser
    });
    browsers.collect()
}

fn cost(stage: &Stage) -> usize {
    PAGE + stage.rows.len()
}

/// A page with at most so many rows, as often as it is needed. Rows that are played one by one stay together.
fn parts(stage: Stage, largest: usize) -> Vec<Stage> {
    if stage.one_by_one {
        return vec![stage];
    }
    let rows = stage.rows.chunks(largest);
    rows.map(|rows| Stage { rows: rows.to_vec(), ..stage.clone() }).collect()
}

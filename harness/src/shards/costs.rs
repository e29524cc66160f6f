//! What cases cost: measured, as earlier runs have written it down, or else estimated from how a browser would play them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::case::Case;
use crate::plan::{Separation, plan};
use crate::results::Engine;

/// What starting a browser costs, as a multiple of a row on a shared page.
const BROWSER: usize = 100;

/// The same for opening a page.
const PAGE: usize = 30;

/// What earlier runs took, in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// By case and engine.
    trials: BTreeMap<(String, String), f64>,
}

impl Costs {
    /// Adds what a JSON document of a run has measured. What several documents have counts as it was read last.
    ///
    /// # Errors
    /// Words for people, where the document is not that of a run.
    pub fn add(&mut self, document: &Value) -> Result<(), String> {
        let costs = document["costs"].as_array();
        let costs = costs
            .ok_or("it is not the JSON document of a run, or an older version has written it")?;
        let costs = costs.iter().filter_map(|entry| {
            let trial = (entry["case"].as_str()?.to_owned(), entry["engine"].as_str()?.to_owned());
            Some((trial, entry["milliseconds"].as_f64()?.max(0.0)))
        });
        self.trials.extend(costs);
        Ok(())
    }

    /// The cost of each case on the engines that run it. A case that was not measured costs what its estimate is in
    /// relation to those that were.
    pub fn of(&self, cases: &[&Case], engines: &[Engine]) -> Vec<f64> {
        let trials = cases.iter().enumerate().flat_map(|(number, case)| {
            let runs = engines.iter().filter(|engine| engine.runs(case));
            runs.map(move |engine| (number, *case, *engine))
        });
        let trials: Vec<_> = trials
            .map(|(number, case, engine)| {
                let name = (case.id.0.clone(), engine.as_str().to_owned());
                (number, self.trials.get(&name).copied(), estimate(case, engine))
            })
            .collect();
        let measured =
            trials.iter().filter_map(|(_, cost, estimate)| Some((cost.as_ref()?, estimate)));
        let (milliseconds, estimates) =
            measured.fold((0.0, 0.0), |(sum, of), (cost, estimate)| (sum + cost, of + estimate));
        let unit =
            if milliseconds > 0.0 && estimates > 0.0 { milliseconds / estimates } else { 1.0 };
        let mut costs = vec![0.0; cases.len()];
        for (number, cost, estimate) in trials {
            costs[number] += cost.unwrap_or(estimate * unit);
        }
        costs
    }
}

/// How many browsers, pages and rows a trial needs, in rows on a shared page.
fn estimate(case: &Case, engine: Engine) -> f64 {
    let held = case.rows.held();
    let rows: Vec<_> = held.iter().collect();
    let pages = match engine.is_browser() {
        true => {
            let plan = plan(&rows, Separation::Shared);
            let alone = plan.browsers.iter().filter(|browser| browser.alone).count();
            let pages: usize = plan.browsers.iter().map(|browser| browser.shared_pages.len()).sum();
            BROWSER * alone + PAGE * pages
        }
        false => 0,
    };
    u32::try_from(pages + rows.len()).map_or(f64::from(u32::MAX), f64::from)
}

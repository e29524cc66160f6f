//! The trials of a run, each a case on an engine, and the order in which they and their rows are planned and played: as
//! written, or shuffled, so that a result that depends on its neighbors shows.

use std::sync::Arc;

use fastrand::Rng;

use super::{Engine, Outcome};
use crate::case::Case;

/// Every case on every given engine that runs it, case by case.
pub fn trials(cases: &[Arc<Case>], engines: &[Engine]) -> Vec<(Arc<Case>, Engine)> {
    let of_case = |case: &Arc<Case>| {
        let engines = engines.iter().filter(|engine| engine.runs(case));
        engines.map(|engine| (Arc::clone(case), *engine)).collect::<Vec<_>>()
    };
    cases.iter().flat_map(of_case).collect()
}

/// An order of trials, and of the rows of each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order(Vec<Place>);

/// A trial by its number as written, and the numbers of its rows in the order of play.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Place {
    trial: usize,
    rows: Vec<usize>,
}

impl Order {
    /// As written, or shuffled with a seed. The same seed gives the same order of the same trials.
    pub fn of(trials: &[(Arc<Case>, Engine)], seed: Option<u64>) -> Self {
        let rows = |case: &Case| (0..case.rows.len()).collect();
        let places = trials.iter().enumerate();
        let places = places.map(|(trial, (case, _))| Place { trial, rows: rows(case) });
        let mut places: Vec<_> = places.collect();
        if let Some(mut random) = seed.map(Rng::with_seed) {
            random.shuffle(&mut places);
            places.iter_mut().for_each(|place| random.shuffle(&mut place.rows));
        }
        Self(places)
    }

    /// Numbers of the trials as written, in this order.
    pub fn trials(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|place| place.trial)
    }

    /// The trials in this order, each with its rows in this order.
    pub fn apply(&self, trials: &[(Arc<Case>, Engine)]) -> Vec<(Arc<Case>, Engine)> {
        let shuffled = |place: &Place| {
            let (case, engine) = &trials[place.trial];
            if place.rows.is_sorted() {
                return (Arc::clone(case), *engine);
            }
            let rows = case.rows.chosen(&place.rows);
            (Arc::new(Case { rows, ..Case::clone(case) }), *engine)
        };
        self.0.iter().map(shuffled).collect()
    }

    /// An outcome of the trial at a position of this order, with its rows as written.
    pub fn restore(&self, place: usize, outcome: Outcome) -> Outcome {
        let rows = self.0[place].rows.iter().zip(outcome.rows);
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|(row, _)| **row);
        Outcome { rows: rows.into_iter().map(|(_, outcome)| outcome).collect(), ..outcome }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::{self, CaseId};
    use crate::run::{Players, start};

    fn trials() -> Vec<(Arc<Case>, Engine)> {
        let text = "
name: Replies are read
because: They were sent.
servers: { http://api.example.com: { /me: {} } }
page: http://app.example.com
matrix: { path: [me?a, me?b, me?c, me?d] }
steps: [{ fetch: 'http://api.example.com/${path}' }]
";
        let case = |id: &str| {
            let read = case::read(CaseId(id.to_owned()), Path::new("case.yaml"), text.as_bytes());
            (Arc::new(read.unwrap()), Engine::Standard)
        };
        ["a", "b", "c", "d", "e"].map(case).to_vec()
    }

    /// What is played with a seed, trial by trial: its id, and the paths of its rows.
    fn played(seed: Option<u64>) -> Vec<String> {
        let trials = trials();
        let words = |(case, _): &(Arc<Case>, Engine)| {
            let rows = case.rows.iter().filter_map(|row| row.value("path"));
            format!("{} {}", case.id, rows.collect::<String>().replace("me?", ""))
        };
        Order::of(&trials, seed).apply(&trials).iter().map(words).collect()
    }

    #[test]
    fn a_seed_determines_the_order_of_trials_and_rows() {
        assert_eq!(played(None), ["a abcd", "b abcd", "c abcd", "d abcd", "e abcd"]);
        assert_eq!(played(Some(7)), played(Some(7)));
        assert_ne!(played(Some(7)), played(Some(8)));
        let noted = ["c cabd", "b cdba", "e cbad", "a adbc", "d acdb"];
        assert_eq!(played(Some(7)), noted, "a seed always gives the same order");
    }

    #[test]
    fn shuffled_results_are_restored_to_case_order() {
        let trials = trials();
        let order = Order::of(&trials, Some(7));
        let mut running = start(order.apply(&trials), Players::find());
        for (place, trial) in order.trials().enumerate() {
            let outcome = order.restore(place, running.outcome(place).unwrap());
            let steps = outcome.rows.iter().map(|row| row.observation.steps[0].step.as_str());
            let written =
                trials[trial].0.rows.iter().map(|row| row.all_steps().next().unwrap().label());
            assert!(steps.eq(written));
        }
    }
}

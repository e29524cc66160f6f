//! Stores the entries of rounds without duplicates: there may be thousands of rows, and most rounds
//! equal the first.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// Entries of rounds, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    begun: bool,
    /// The first round as JSON: most of it is never read again.
    first: IndexMap<String, String>,
    further: Vec<Round>,
}

/// A round after the first.
#[derive(Clone, Debug, Default)]
struct Round {
    /// Which entries of the first round it also has, by their positions there.
    same: Vec<bool>,
    /// Entries that differ from the first round or are not in it.
    other: IndexMap<String, Value>,
}

impl Entries {
    /// Begins a round.
    pub(super) fn begin(&mut self) {
        if self.begun {
            self.further.push(Round { same: vec![false; self.first.len()], ..Round::default() });
        }
        self.begun = true;
    }

    /// Adds an entry to the current round, or replaces the one with the same key.
    pub(super) fn add(&mut self, key: String, value: Value) {
        let text = value.to_string();
        let Some(round) = self.further.last_mut() else {
            self.first.insert(key, text);
            return;
        };
        match self.first.get_full(&key) {
            Some((place, _, first)) if *first == text => round.same[place] = true,
            _ => _ = round.other.insert(key, value),
        }
    }

    /// In how many common entries the last round differs from the first.
    pub(super) fn departures(&self) -> usize {
        let last = self.further.last();
        let other = last.iter().flat_map(|round| round.other.keys());
        other.filter(|key| self.first.contains_key(*key)).count()
    }

    /// Each entry in which a round differs from the first, with its value in every round that has
    /// it, by the number of the round, counted from 1.
    pub(super) fn different(&self) -> Vec<(&str, Vec<(usize, Value)>)> {
        let other: IndexSet<_> = self.further.iter().flat_map(|round| round.other.keys()).collect();
        let known = self.first.keys().filter(|key| other.contains(key));
        let new = other.iter().copied().filter(|key| !self.first.contains_key(*key));
        known.chain(new).map(|key| (key.as_str(), self.values(key))).collect()
    }

    fn values(&self, key: &str) -> Vec<(usize, Value)> {
        let first = self.first.get_full(key);
        let written = first.and_then(|(_, _, text)| serde_json::from_str::<Value>(text).ok());
        let of = |round: &Round| match first {
            Some((place, ..)) if round.same[place] => written.clone(),
            _ => round.other.get(key).cloned(),
        };
        let rounds = [written.clone()].into_iter().chain(self.further.iter().map(of));
        (1..).zip(rounds).filter_map(|(number, value)| Some((number, value?))).collect()
    }
}

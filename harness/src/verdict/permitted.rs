//! Finds out whether the standard permits what a browser did, if the model does something else by
//! default.
//!
//! A browser may remove what a cache holds and send the request again. So each time that the model
//! uses a stored response or preflight result, it may send the request instead. Among the resulting
//! runs, the search looks for one that equals the observation in every field. Runs are compared
//! step by step: choices after the first step that differs do not matter.

use cors_model::{Branch, PermittedChoice};

use super::{differences, uncertainty};
use crate::observation::RowObservation;
use crate::ruling::Run;

/// How many runs are tried for a row at most.
const MOST_RUNS: usize = 2000;

/// A run of the model, and whether it used only known responses of the servers.
#[derive(Clone, Debug)]
pub struct Played {
    /// The run.
    pub run: Run,
    /// The first request whose response is unknown, because no browser made it.
    pub unrecorded: Option<String>,
}

/// The permitted choices that explain an observation. `play` plays the row with given choices.
/// `None` if no permitted run equals the observation.
pub(super) fn explaining_choices(
    first: &Played,
    (observation, is_of_policy): (&RowObservation, bool),
    play: &dyn Fn(&[usize]) -> Played,
) -> Option<Vec<PermittedChoice>> {
    let mut search = Search { observation, is_of_policy, play, left: MOST_RUNS };
    search.among(first, 0)
}

struct Search<'s> {
    observation: &'s RowObservation,
    is_of_policy: bool,
    play: &'s dyn Fn(&[usize]) -> Played,
    left: usize,
}

impl Search<'_> {
    /// Searches the runs with the same choices as this one up to a branch. The last choice is
    /// changed first.
    fn among(&mut self, played: &Played, settled: usize) -> Option<Vec<PermittedChoice>> {
        let branches = &played.run.branches;
        let Some(step) = self.first_difference(played) else {
            return Some(branches.iter().filter_map(|branch| branch.choice.clone()).collect());
        };
        let open = branches.iter().take_while(|branch| branch.step <= step).count();
        (settled..open).rev().find_map(|place| self.instead_of(branches, place))
    }

    /// Searches the runs with another choice at this branch.
    fn instead_of(&mut self, branches: &[Branch], place: usize) -> Option<Vec<PermittedChoice>> {
        (1..branches[place].alternatives).find_map(|alternative| {
            self.left = self.left.checked_sub(1)?;
            let before = branches[..place].iter().map(|branch| branch.taken);
            let choices: Vec<_> = before.chain([alternative]).collect();
            let played = (self.play)(&choices);
            self.among(&played, choices.len())
        })
    }

    /// The first step in which a run differs from the observation, or cannot be judged. `None`: it
    /// is equal.
    fn first_difference(&self, played: &Played) -> Option<usize> {
        let ruling = &played.run.ruling;
        let differing = differences(&ruling.observation, self.observation);
        let differing = differing.first().map(|difference| difference.step);
        let inconclusive = ruling
            .rulings
            .iter()
            .position(|ruling| uncertainty(ruling, self.is_of_policy).is_some());
        let unknown = played.unrecorded.as_ref().map(|_| ruling.rulings.len());
        differing.into_iter().chain(inconclusive).chain(unknown).min()
    }
}

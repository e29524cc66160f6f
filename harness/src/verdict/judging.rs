//! Judges a row of a browser with the time that really passed, and with what the standard permits.

use cors_model::{PermittedChoice, RunOptions, Timeline};

use super::permitted::{Played, explaining_choices};
use super::time::{TimeDecided, time_decided};
use super::unforeseen::asked_by_both;
use super::{Verdict, differences, unjudged};
use crate::case::{Known, KnownKind};
use crate::observation::RowObservation;
use crate::ruling::RowRuling;

/// A row that a browser played.
#[derive(Clone, Copy)]
pub struct RowPlayed<'a> {
    /// What was observed.
    pub observation: &'a RowObservation,
    /// When it happened. `None`: the times of the case as written apply.
    pub timeline: Option<&'a Timeline>,
    /// The case's explanation for the row.
    pub known: Option<&'a Known>,
    /// Whether the case says how long the servers take. Real servers take as long as they take.
    pub is_written: bool,
    /// Whether it is a row of a policy.
    pub is_of_policy: bool,
}

/// What the standard says about a row, and the verdict on the browser.
#[derive(Clone, Debug)]
pub struct Judgment {
    /// What the standard says for the time that passed.
    pub ruling: RowRuling,
    /// The verdict.
    pub verdict: Verdict,
    /// Set if the time that passed makes a difference.
    pub time: Option<TimeDecided>,
}

/// Compares a row with the standard; `play` plays the row on the model.
pub fn judgment(row: RowPlayed<'_>, play: &dyn Fn(RunOptions<'_>) -> Played) -> Judgment {
    let measured = row.timeline;
    let first = play(RunOptions { measured, choices: &[] });
    let time = (row.is_written && measured.is_some())
        .then(|| time_decided(&play(RunOptions::default()), &first));
    let time = time.flatten();
    let again = |choices: &[usize]| play(RunOptions { measured, choices });
    let verdict = row.verdict(&first, time.as_ref(), &again);
    Judgment { ruling: first.run.ruling, verdict, time }
}

impl RowPlayed<'_> {
    fn verdict(
        &self,
        first: &Played,
        time: Option<&TimeDecided>,
        play: &dyn Fn(&[usize]) -> Played,
    ) -> Verdict {
        let written = time.and_then(|time| unjudged(&time.written, self.is_of_policy));
        let asked_by_both = || asked_by_both(&first.run.ruling.observation, self.observation);
        let inconclusive = self.observation.missing_evidence().map(str::to_owned).or(written);
        if let Some(reason) = inconclusive.or_else(asked_by_both) {
            return Verdict::Inconclusive(reason);
        }
        if let (Some(time), Some(_)) = (time, self.known) {
            let words = &time.words;
            let reason = format!("{words}, so what `known` explains here cannot be compared");
            return Verdict::Inconclusive(reason);
        }
        let ruling = &first.run.ruling;
        let differences = differences(&ruling.observation, self.observation);
        let uncertainty = unjudged(ruling, self.is_of_policy).or_else(|| unrecorded(first));
        if differences.is_empty() && uncertainty.is_none() {
            return self.known.map_or(Verdict::Agrees, |_| Verdict::Vanished);
        }
        let permitted = explaining_choices(first, (self.observation, self.is_of_policy), play);
        match (permitted, uncertainty, self.known) {
            (None, Some(reason), _) => Verdict::Inconclusive(reason),
            (None, None, None) => Verdict::Departs(differences),
            (None, None, Some(Known { kind: KnownKind::Permitted, .. })) => {
                Verdict::WrongKind { differences, choices: Vec::new() }
            }
            (None, None, Some(known)) => Verdict::Known { kind: known.kind, differences },
            (Some(choices), ..) => match self.unforeseen() {
                Some(reason) => Verdict::Inconclusive(reason),
                None => self.permitted(differences, choices),
            },
        }
    }

    /// The first request that the case does not foresee: a run of the model that makes the same
    /// request cannot be judged.
    fn unforeseen(&self) -> Option<String> {
        let mut unforeseen = self.observation.steps.iter().flat_map(|step| &step.unforeseen);
        unforeseen.next().map(|unforeseen| unforeseen.words.clone())
    }

    fn permitted(
        &self,
        differences: Vec<super::Difference>,
        choices: Vec<PermittedChoice>,
    ) -> Verdict {
        match self.known.map(|known| known.kind) {
            None => Verdict::Permitted { differences, choices, is_known: false },
            Some(KnownKind::Permitted) => {
                Verdict::Permitted { differences, choices, is_known: true }
            }
            Some(_) => Verdict::WrongKind { differences, choices },
        }
    }
}

/// The first request whose response is unknown, because no engine made it.
fn unrecorded(played: &Played) -> Option<String> {
    let asked = played.unrecorded.as_ref()?;
    Some(format!("the standard also requires {asked}, and the server's response to it is unknown"))
}

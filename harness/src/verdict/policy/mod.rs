//! How a server stands to a policy: what each page can do, what that is worth, and what has changed.
//!
//! Everything rests on what pages really read and on the answers that servers really gave, with the
//! standard's reasons for what was withheld; nothing on how a server is configured.

mod can;
mod changes;
mod findings;
mod line;
mod readers;

pub use can::{Can, Did};
pub use changes::{Change, Effect, changes};
pub use findings::{Finding, Severity, findings};
pub use line::Line;
pub use readers::{Reader, Readers, readers};

use crate::case::Asked;
use crate::observation::{RowObservation, StepObservation};
use crate::standard::{Refusal, Ruling};

/// A row of a policy, after it was played.
#[derive(Clone, Copy, Debug)]
pub struct Played<'a> {
    /// What was asked.
    pub asked: &'a Asked,
    /// What happened.
    pub observation: &'a RowObservation,
    /// What the standard says, step by step.
    pub rulings: &'a [Ruling],
}

impl<'a> Played<'a> {
    /// What the page could do.
    pub fn can(&self) -> Can {
        Can::of(self.observation)
    }

    /// The steps, each with the standard's reason if it denies it.
    fn steps(&self) -> impl Iterator<Item = (&'a StepObservation, Option<&'a Refusal>)> + use<'a> {
        let rulings = self.rulings.iter().map(|ruling| match ruling {
            Ruling::Denied(refusal) => Some(refusal),
            Ruling::Allowed | Ruling::Opaque | Ruling::CannotJudge(_) => None,
        });
        self.observation.steps.iter().zip(rulings.chain(std::iter::repeat(None)))
    }
}

//! One trial: a case, and what is expected of it.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::run::place;
use libtest_mimic::{Arguments, Trial};

use crate::game::Game;
use crate::said::{Reviewed, Said};
use crate::stack::Stack;
use crate::table::{self, Wrong};
use crate::{ENGINE, folder};

/// A trial to be.
pub struct Planned {
    /// Its name.
    pub name: String,
    /// What is played.
    pub case: Arc<Case>,
    /// What is to come of it.
    pub expected: Expected,
}

/// What is to come of a case.
pub enum Expected {
    /// What was reviewed.
    Reviewed,
    /// That it is called so.
    Called(Wrong),
    /// That its server does not start, and names these configurations and those of the policies.
    Configurations(Vec<String>),
}

impl Planned {
    /// Whether the arguments select it, and it is not only listed.
    pub fn is_asked(&self, arguments: &Arguments) -> bool {
        let probe = Trial::test(&self.name, || Ok(())).with_kind(ENGINE.as_str());
        !arguments.list && !arguments.is_filtered_out(&probe)
    }

    /// Whether it came so, where the case has this place in the game.
    pub fn holds(&self, place: Option<usize>, game: &Game, stack: &Stack) -> Result<(), String> {
        let place = place.ok_or("the trial was not selected when the run was planned")?;
        match &self.expected {
            Expected::Reviewed => game.as_reviewed(place, &self.case),
            Expected::Called(wrong) => called(game, place, &self.case, &stack.policy, wrong),
            Expected::Configurations(table) => {
                stack.configurations_are(table, game.unable(place).as_deref())
            }
        }
    }
}

/// Compares what is said of a wrong configuration with what the table expects.
fn called(
    game: &Game,
    trial: usize,
    case: &Case,
    policy: &Case,
    wrong: &Wrong,
) -> Result<(), String> {
    let outcome = game.told(trial, case)?;
    let reviewed = Reviewed::read(&place(&folder("snapshots"), policy, ENGINE).file())?;
    let said = Said::of(case, &outcome, &reviewed);
    if said.names == wrong.called && said.effects == wrong.effects {
        return Ok(());
    }
    Err(format!(
        "servers/stacks/README.md has it called {} and {}, and it is called {} and {}:\n{}",
        table::cell(&wrong.called),
        table::cell(&wrong.effects),
        table::cell(&said.names),
        table::cell(&said.effects),
        said.sentences.join("\n"),
    ))
}

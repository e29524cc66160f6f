//! One trial: a case, and the expected result.

use std::collections::BTreeSet;
use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::run::place;
use libtest_mimic::{Arguments, Trial};

use crate::results::{Results, Reviewed};
use crate::stack::Stack;
use crate::stack_run::StackRun;
use crate::wrong_configurations::{self, WrongConfiguration};
use crate::{ENGINE, folder};

/// A trial before it is run.
pub struct PlannedTrial {
    /// Its name.
    pub name: String,
    /// What is played.
    pub case: Arc<Case>,
    /// The expected result.
    pub expected: Expected,
}

/// The expected result of a case.
pub enum Expected {
    /// The reviewed snapshot.
    Reviewed,
    /// The findings and effects of a wrong configuration.
    Findings(WrongConfiguration),
    /// Its server does not start, and lists these configurations and those of the policies.
    Configurations(Vec<String>),
}

impl PlannedTrial {
    /// Whether the arguments select it, and it is not only listed.
    pub fn is_selected(&self, arguments: &Arguments) -> bool {
        let probe = Trial::test(&self.name, || Ok(())).with_kind(ENGINE.as_str());
        !arguments.list && !arguments.is_filtered_out(&probe)
    }

    /// Whether the result is the expected one. `place` is the case's place in the run.
    pub fn holds(&self, place: Option<usize>, run: &StackRun, stack: &Stack) -> Result<(), String> {
        let place = place.ok_or("the trial was not selected")?;
        match &self.expected {
            Expected::Reviewed => run.matches_review(place, &self.case),
            Expected::Findings(wrong) => {
                compare_findings(run, place, &self.case, &stack.policy, wrong)
            }
            Expected::Configurations(table) => {
                stack.configurations_are(table, run.unable(place).as_deref())
            }
        }
    }
}

/// Compares the findings of a wrong configuration with those of the table.
fn compare_findings(
    run: &StackRun,
    trial: usize,
    case: &Case,
    policy: &Case,
    wrong: &WrongConfiguration,
) -> Result<(), String> {
    let outcomes = run.conclusive(trial, case)?;
    let reviewed = Reviewed::read(&place(&folder("snapshots"), policy, ENGINE).file())?;
    let results = outcomes.iter().map(|outcome| Results::of(case, outcome, &reviewed));
    let results: Vec<_> = results.collect();
    let sentences = results.iter().map(|results| results.sentences.join("\n"));
    let sentences: BTreeSet<_> = sentences.collect();
    if sentences.len() > 1 {
        let sentences: Vec<_> = sentences.into_iter().collect();
        return Err(format!("the engines differ:\n{}", sentences.join("\n\n")));
    }
    results.iter().try_for_each(|results| compare_with_table(results, wrong))
}

fn compare_with_table(results: &Results, wrong: &WrongConfiguration) -> Result<(), String> {
    if results.findings == wrong.findings && results.effects == wrong.effects {
        return Ok(());
    }
    Err(format!(
        "servers/stacks/README.md expects {} and {}, and the results are {} and {}:\n{}",
        wrong_configurations::cell(&wrong.findings),
        wrong_configurations::cell(&wrong.effects),
        wrong_configurations::cell(&results.findings),
        wrong_configurations::cell(&results.effects),
        results.sentences.join("\n"),
    ))
}

//! What a page's script receives: the steps of a row as plain JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::names::Names;
use crate::case::{Step, StepGroup};

/// One row as the page's script gets it.
#[derive(Clone, Debug, Serialize)]
pub struct Play {
    /// Groups of steps; a group's steps start together, the next group when all have settled. A wait is a group without
    /// steps.
    pub step_groups: Vec<Vec<Step>>,
    /// For each group, whether the page requests a marker after it although every call was answered. It always does so
    /// after another result.
    pub needs_marker: Vec<bool>,
    /// Where the page reports to the servers that a group has settled: the group's number is appended.
    pub marker: String,
}

/// The groups of a row's steps, in its own names.
pub(super) fn step_groups(steps: &[StepGroup], names: &Names) -> Vec<Vec<Step>> {
    let group =
        |group: &StepGroup| group.steps().iter().map(|step| physical(step, names)).collect();
    steps.iter().map(group).collect()
}

/// The groups in which nothing is done, and how much time passes after each of them.
pub(super) fn waits(steps: &[StepGroup]) -> BTreeMap<usize, Duration> {
    let wait = |(number, group): (usize, &StepGroup)| match group {
        StepGroup::Wait(time) => Some((number, *time)),
        StepGroup::One(_) | StepGroup::Together(_) | StepGroup::Open(_) => None,
    };
    steps.iter().enumerate().filter_map(wait).collect()
}

fn physical(step: &Step, names: &Names) -> Step {
    let line = |(name, value): &(String, String)| (name.clone(), names.physical(value));
    Step {
        url: names.physical(&step.url),
        headers: step.headers.iter().map(line).collect(),
        body: step.body.as_deref().map(|body| names.physical(body)),
        ..step.clone()
    }
}

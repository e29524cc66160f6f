//! Describes why an engine withheld a response, according to the engine, and how that compares with
//! the standard.

use cors_model::Ruling;
use serde::Serialize;

use super::cells::elsewhere;
use crate::observation::{EngineReason, StepObservation};
use crate::results::RowOutcome;
use crate::verdict::{Agreement, agreements};

/// A reason in the JSON document.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ReasonEntry {
    #[serde(flatten)]
    reason: EngineReason,
    agrees: Option<bool>,
}

/// The reasons of every step of a row.
pub(super) fn reason_entries(outcome: &RowOutcome) -> Vec<Vec<ReasonEntry>> {
    let steps = outcome.observation.steps.iter().zip(standings(outcome));
    let entry = |(reason, standing): (&EngineReason, Option<Agreement>)| ReasonEntry {
        reason: reason.clone(),
        agrees: standing.and_then(Agreement::agrees),
    };
    steps.map(|(step, standings)| step.reasons.iter().zip(standings).map(entry).collect()).collect()
}

/// An engine's reasons for a step, with a line for each. If the standard's reason is among them,
/// only that is shown.
pub(super) fn engine_reasons(outcome: &RowOutcome, number: usize) -> Vec<String> {
    let Some(step) = outcome.observation.steps.get(number) else { return Vec::new() };
    let standings = standings(outcome).into_iter().nth(number).unwrap_or_default();
    let settled = standings.contains(&Some(Agreement::Same));
    let shown = step.reasons.iter().zip(standings);
    let shown = shown.filter(|(_, standing)| !settled || *standing == Some(Agreement::Same));
    let ruling = outcome.judged.as_ref().and_then(|(ruling, _)| ruling.rulings.get(number));
    shown.map(|(reason, standing)| saying(step, reason) + words(standing, ruling)).collect()
}

/// How each reason of each step compares with the standard; empty for an engine to which it does
/// not apply.
fn standings(outcome: &RowOutcome) -> Vec<Vec<Option<Agreement>>> {
    let observation = &outcome.observation;
    match &outcome.judged {
        Some((ruling, _)) => agreements(ruling, observation)
            .into_iter()
            .map(|standings| standings.into_iter().map(Some).collect())
            .collect(),
        None => observation.steps.iter().map(|step| vec![None; step.reasons.len()]).collect(),
    }
}

/// `AllowOriginMismatch (https://other.example)`
fn saying(step: &StepObservation, reason: &EngineReason) -> String {
    let name = reason.code.as_ref().unwrap_or(&reason.text);
    let detail = reason.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let asked = elsewhere(&reason.url, &step.url);
    let of = if asked.is_empty() { asked } else { format!(" of{asked}") };
    format!("{name}{detail}{of}")
}

fn words(standing: Option<Agreement>, ruling: Option<&Ruling>) -> &'static str {
    match (standing, ruling) {
        (None, _) => "",
        (Some(Agreement::Same), _) => " – the same",
        (Some(Agreement::Another), Some(Ruling::Denied(_))) => " – not the standard's reason",
        (Some(Agreement::Another), _) => " – but the standard does not deny it",
        (Some(Agreement::Vague), _) => " – an unknown reason",
        (Some(Agreement::Elsewhere), _) => " – maybe for another step with this URL",
    }
}

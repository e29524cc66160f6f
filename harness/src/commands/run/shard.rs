//! `run --shard`: which cases this job plays, and what it writes down for `merge`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::report::orphan;
use cors_harness::run::{Engine, survey_snapshots};
use cors_harness::shards::{CaseRecord, Costs, Shard, ShardRecord, digest, split};
use serde_json::Value;

use super::Exit;
use super::selection::Trial;
use crate::arguments::Run;

/// A part of a run.
pub(super) struct ShardPart {
    /// Its trials.
    pub(super) trials: Vec<Trial>,
    /// What the document says about it, before it is played.
    pub(super) record: ShardRecord,
    /// Sentences about unreferenced snapshots of its cases.
    pub(super) unreferenced: Vec<String>,
}

/// The part of these trials that a shard plays. `cases` are those of all shards.
pub(super) fn part(
    arguments: &Run,
    shard: Shard,
    (cases, trials): (&[Arc<Case>], Vec<Trial>),
) -> Result<ShardPart, Exit> {
    let mut engines: Vec<Engine> = trials.iter().map(|(_, engine)| *engine).collect();
    engines.sort();
    engines.dedup();
    let costs = costs(arguments)?;
    let all: Vec<_> = cases.iter().map(AsRef::as_ref).collect();
    let numbers = split(&costs.of(&all, &engines), shard.of);
    let cases_of_all = cases
        .iter()
        .zip(numbers)
        .map(|(case, shard)| (case.id.to_string(), CaseRecord { shard, digest: digest_of(case) }));
    let mut record = ShardRecord {
        numbers: vec![shard.number],
        of: shard.of,
        engines: engines.iter().map(|engine| engine.as_str().to_owned()).collect(),
        cases: cases_of_all.collect(),
        ..ShardRecord::default()
    };
    let is_own = |id: &str| record.cases.get(id).is_some_and(|case| case.shard == shard.number);
    let trials = trials.into_iter().filter(|(case, _)| is_own(&case.id.0)).collect();
    let mut unreferenced = Vec::new();
    let mut of_no_case = Vec::new();
    for found in orphans(arguments, cases) {
        let sentence = orphan(&found, cases);
        match record.cases.contains_key(&found.case.0) {
            true if is_own(&found.case.0) => unreferenced.push(sentence),
            // Its own shard reports it.
            true => {}
            false => of_no_case.push(sentence),
        }
    }
    record.unreferenced = unreferenced.iter().cloned().chain(of_no_case).collect();
    Ok(ShardPart { trials, record, unreferenced })
}

fn orphans(arguments: &Run, cases: &[Arc<Case>]) -> Vec<cors_harness::snapshot::Orphan> {
    match arguments.reads_every_case() {
        true => survey_snapshots(&arguments.snapshots, cases, |_| true).orphans,
        false => Vec::new(),
    }
}

/// Changes with the file of a case and with the rows that are played.
fn digest_of(case: &Case) -> String {
    // A file that is gone since it was read is that of no other shard.
    let mut content = fs::read(&case.file).unwrap_or_default();
    for (name, value) in case.rows.held().iter().flat_map(|row| &row.values) {
        content.extend(format!("\n{name}={value}").bytes());
    }
    digest(&content)
}

fn costs(arguments: &Run) -> Result<Costs, Exit> {
    let mut costs = Costs::default();
    let mut result = Ok(());
    for file in &arguments.sharding.costs {
        let added = document(file).and_then(|document| costs.add(&document));
        if let Err(words) = added {
            complain!("error: `{}`: {words}", file.display());
            result = Err(Exit::BadInput);
        }
    }
    result.map(|()| costs)
}

/// A JSON document that is read from a file.
pub(in crate::commands) fn document(file: &Path) -> Result<Value, String> {
    let text = fs::read(file).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| format!("it is not JSON: {error}"))
}

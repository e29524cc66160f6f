//! The text of a snapshot, and the problems of the folder of snapshots with what to do about them.

use std::path::Path;
use std::sync::Arc;

use super::policy::snapshot_of_policy;
use super::table::{lines, markdown_table};
use crate::case::Case;
use crate::results::{Engine, RowOutcome};
use crate::snapshot::Orphan;

/// The text of a snapshot: the name of the case and one line for each step of each row.
pub fn snapshot_text(case: &Case, engine: Engine, rows: &[RowOutcome]) -> String {
    if let Some(policy) = &case.policy {
        return snapshot_of_policy(case, policy, rows);
    }
    let table = markdown_table(&lines(case, engine, rows));
    format!("{}\n\n{table}", case.name.trim())
}

/// An unreferenced snapshot.
pub fn orphan(orphan: &Orphan, cases: &[Arc<Case>]) -> String {
    let case = cases.iter().find(|case| case.id == orphan.case);
    let why = match (case, orphan.engine.as_deref()) {
        (None, _) => "is unreferenced: there is no such case".to_owned(),
        (Some(case), engine) => of_case(case, engine),
    };
    format!("{} {why}; remove it", orphan.file.display())
}

fn of_case(case: &Case, engine: Option<&str>) -> String {
    let Some(name) = engine else {
        return format!("is unreferenced: every engine that runs {} has its own", case.id);
    };
    match Engine::ALL.into_iter().find(|engine| engine.as_str() == name) {
        None => format!("is unreferenced: there is no engine `{name}`"),
        Some(engine) if !engine.runs(case) => {
            format!("is unreferenced: {} does not run on {name}", case.id)
        }
        Some(_) => format!(
            "is unreferenced: {} has no `known` entry for {name} any more, so {name} is compared \
            with the \
             shared snapshot",
            case.id
        ),
    }
}

/// A missing snapshot that no installed engine can record.
pub fn missing(file: &Path) -> String {
    format!(
        "{} is missing, and no engine that could record it is installed here; run its case on a \
        machine that has one (`cors-harness doctor` shows what to install)",
        file.display()
    )
}

/// A snapshot that exists and cannot be read.
pub fn unreadable(file: &Path, reason: &str) -> String {
    format!(
        "`{}` cannot be read: {}; restore the reviewed file, or remove it and review the new \
        results",
        file.display(),
        reason.trim_end()
    )
}

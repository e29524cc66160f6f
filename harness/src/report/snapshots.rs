//! What is wrong with the folder of snapshots, and what to do about it.

use std::path::Path;
use std::sync::Arc;

use crate::case::Case;
use crate::results::Engine;
use crate::snapshot::Orphan;

/// A snapshot that belongs to nobody.
pub fn orphan(orphan: &Orphan, cases: &[Arc<Case>]) -> String {
    let case = cases.iter().find(|case| case.id == orphan.case);
    let why = match (case, orphan.engine.as_deref()) {
        (None, _) => "belongs to no case".to_owned(),
        (Some(case), engine) => of_case(case, engine),
    };
    format!("{} {why}; remove it", orphan.file.display())
}

fn of_case(case: &Case, engine: Option<&str>) -> String {
    let Some(name) = engine else {
        return format!("belongs to nobody: every engine that runs {} has its own", case.id);
    };
    match Engine::ALL.into_iter().find(|engine| engine.as_str() == name) {
        None => format!("belongs to nobody: there is no engine `{name}`"),
        Some(engine) if !engine.runs(case) => {
            format!("belongs to nobody: {} does not run on {name}", case.id)
        }
        Some(_) => format!(
            "belongs to nobody: {} has no `known` entry for {name} any more, so {name} is held against \
             the snapshot that all share",
            case.id
        ),
    }
}

/// A snapshot that is not there, and that no engine that is installed can make.
pub fn missing(file: &Path) -> String {
    format!(
        "{} is missing, and no engine that could make it is installed here; run its case where one is \
         (`cargo run -- doctor` says what to install)",
        file.display()
    )
}

/// A snapshot that stands there and cannot be read.
pub fn unreadable(file: &Path, reason: &str) -> String {
    format!(
        "`{}` cannot be read: {}; bring back the reviewed one, or remove it and review anew what happens",
        file.display(),
        reason.trim_end()
    )
}

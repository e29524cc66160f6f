//! Lists the trials: cases by engines.

use std::sync::Arc;

use super::Engine;
use crate::case::Case;

/// Every case on every given engine that runs it, case by case.
pub fn trials(cases: &[Arc<Case>], engines: &[Engine]) -> Vec<(Arc<Case>, Engine)> {
    let of_case = |case: &Arc<Case>| {
        let engines = engines.iter().filter(|engine| engine.runs(case));
        engines.map(|engine| (Arc::clone(case), *engine)).collect::<Vec<_>>()
    };
    cases.iter().flat_map(of_case).collect()
}

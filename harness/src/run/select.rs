//! Which trials there are: cases by engines.

use std::path::Path;
use std::sync::Arc;

use super::{Engine, place};
use crate::case::{Case, EngineChoice};
use crate::snapshot::{Place, Survey, survey};

/// Whether an engine runs a case.
pub fn runs(engine: Engine, case: &Case) -> bool {
    case.engines.iter().any(|choice| match choice {
        EngineChoice::Browsers => engine.is_browser() || engine == Engine::Standard,
        EngineChoice::Named(name) => name == engine.as_str(),
    })
}

/// Every case on every given engine that runs it, case by case.
pub fn trials(cases: &[Arc<Case>], engines: &[Engine]) -> Vec<(Arc<Case>, Engine)> {
    let of_case = |case: &Arc<Case>| {
        let engines = engines.iter().filter(|engine| runs(**engine, case));
        engines.map(|engine| (Arc::clone(case), *engine)).collect::<Vec<_>>()
    };
    cases.iter().flat_map(of_case).collect()
}

/// The snapshots below `root` against all cases there are, whatever is installed or selected.
pub fn survey_snapshots(root: &Path, cases: &[Arc<Case>]) -> Survey {
    let places: Vec<Place> = trials(cases, &Engine::ALL)
        .iter()
        .map(|(case, engine)| place(root, case, *engine))
        .collect();
    survey(root, &places)
}

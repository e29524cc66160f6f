//! Which trials there are: cases by engines.

use std::sync::Arc;

use super::Engine;
use crate::case::{Case, EngineChoice};

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

//! The paths of the snapshots of cases, whatever is installed or selected.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{Engine, trials};
use crate::case::{Case, CaseId};
use crate::snapshot::{Place, Survey, refer_to, survey};

/// The path of a case's snapshot on an engine. What the standard says and the engines agree on is
/// one file; an engine with known departures has its own file.
pub fn place(root: &Path, case: &Case, engine: Engine) -> Place {
    let departs = case.known.iter().any(|known| known.engine == engine.as_str());
    let own = engine == Engine::Control || departs;
    Place::new(root, &case.id, own.then_some(engine.as_str()))
}

/// Compares the snapshots below `root` with all cases. `here` says whether an engine is available.
pub fn survey_snapshots(root: &Path, cases: &[Arc<Case>], here: impl Fn(Engine) -> bool) -> Survey {
    survey(root, places(root, cases).map(|(place, engine)| (place, here(engine))))
}

/// Prevents `cargo insta test --unreferenced=…` from treating a snapshot as unreferenced because
/// its trial was not selected, its engine is not installed, or its case cannot be read at the
/// moment.
pub fn refer_to_snapshots<'a>(
    root: &Path,
    cases: &[Arc<Case>],
    broken: impl IntoIterator<Item = &'a CaseId>,
) -> io::Result<()> {
    let broken = broken.into_iter().flat_map(|case| every_place(root, case));
    refer_to(places(root, cases).map(|(place, _)| place).chain(broken))
}

/// Every path, with each engine that writes it.
fn places(root: &Path, cases: &[Arc<Case>]) -> impl Iterator<Item = (Place, Engine)> {
    let trials = trials(cases, &Engine::ALL).into_iter();
    trials.map(move |(case, engine)| (place(root, &case, engine), engine))
}

/// The paths that a case can have, whatever its content.
fn every_place(root: &Path, case: &CaseId) -> impl Iterator<Item = Place> {
    let engines = Engine::ALL.map(|engine| Some(engine.as_str())).into_iter();
    engines.chain([None]).map(|engine| Place::new(root, case, engine))
}

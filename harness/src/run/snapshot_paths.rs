//! The paths of the snapshots of cases, whatever is installed or selected.

use std::io;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexSet;

use super::{Engine, trials};
use crate::case::{BuildLimit, Case, CaseId};
use crate::snapshot::{Place, Survey, refer_to, survey};

/// The path of a case's snapshot on an engine. What the standard says and the engines agree on is
/// one file; an engine with known departures has its own file, and a build of its browser too where these are limited
/// to builds.
pub fn place(root: &Path, case: &Case, engine: Engine) -> Place {
    let mut departures = case.known_of(engine.as_str()).peekable();
    let own = engine == Engine::Control || departures.peek().is_some();
    let limits = departures.filter_map(|known| known.limit.as_ref()).map(BuildLimit::slug);
    let limits: IndexSet<_> = limits.collect();
    Place::new(root, &case.id, own.then(|| name(engine, &limits)).as_deref())
}

/// The name of the snapshot of an engine, with the limits of the departures in it.
fn name<'l>(engine: Engine, limits: impl IntoIterator<Item = &'l String>) -> String {
    let limits = limits.into_iter().map(|limit| format!("-{limit}"));
    limits.fold(engine.as_str().to_owned(), |name, limit| name + &limit)
}

/// The paths of a case's snapshots for other builds of an engine's browser: one for each combination of limits.
fn places_of_builds(root: &Path, case: &Case, engine: Engine) -> Vec<Place> {
    let known = case.known.iter().filter(|known| known.engine == engine.as_str());
    let limits: IndexSet<_> =
        known.filter_map(|known| Some(known.limit.as_ref()?.slug())).collect();
    let place = |chosen: u32| {
        let limits = limits.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
        Place::new(root, &case.id, Some(&name(engine, limits.map(|(_, limit)| limit))))
    };
    let all = 1_u32.checked_shl(u32::try_from(limits.len()).unwrap_or(u32::MAX)).unwrap_or(1);
    let none = (!limits.is_empty()).then(|| Place::new(root, &case.id, None));
    (0..if limits.is_empty() { 0 } else { all }).map(place).chain(none).collect()
}

/// Compares the snapshots below `root` with all cases. `here` says whether an engine is available.
pub fn survey_snapshots(root: &Path, cases: &[Arc<Case>], here: impl Fn(Engine) -> bool) -> Survey {
    let written = places(root, cases).map(|(place, engine)| (place, here(engine)));
    // What another build writes is not missing.
    survey(root, written.chain(other_builds(root, cases).map(|place| (place, true))))
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
    let written = places(root, cases).map(|(place, _)| place);
    refer_to(written.chain(other_builds(root, cases)).chain(broken))
}

fn other_builds(root: &Path, cases: &[Arc<Case>]) -> impl Iterator<Item = Place> {
    let trials = trials(cases, &Engine::ALL).into_iter();
    trials.flat_map(move |(case, engine)| places_of_builds(root, &case, engine))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;
    use crate::verdict::known;

    const CASE: &str = "
name: It is read
because: It is there.
servers: { 'https://api.example.com': { /me: { GET: {} } } }
page: https://app.example.com
steps: [{ fetch: https://api.example.com/me }]
known:
  - { engine: chromium, kind: bug, because: Debian patches it., build: Debian, version: '>=150 <157' }
";

    fn of_build(described: &str) -> Case {
        let read = case::read(CaseId("a".to_owned()), Path::new("a.yaml"), CASE.as_bytes());
        let described = Some(described.to_owned()).filter(|it| !it.is_empty());
        read.unwrap().for_builds(|_| described.clone())
    }

    #[test]
    fn builds_with_and_without_a_departure_have_snapshots_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        let file = |case: &Case| {
            let file = place(root.path(), case, Engine::CHROMIUM).file();
            file.file_name().unwrap().to_string_lossy().into_owned()
        };
        let debian = of_build("156.0.1.2 Chromium, built on Debian GNU/Linux 12");
        let others = ["156.0.1.2 Google Chrome, stable", "157.0.1.2 Chromium, built on Debian", ""];
        let others = others.map(of_build);
        assert_eq!(file(&debian), "a@chromium-from-150-below-157-debian.snap");
        assert!(known(&debian, "chromium", &debian.rows[0]).is_some());
        for other in &others {
            assert_eq!(file(other), "a.snap");
            assert!(known(other, "chromium", &other.rows[0]).is_none());
        }
        for file in ["a@chromium-from-150-below-157-debian.snap", "a.snap", "a@chromium-other.snap"]
        {
            std::fs::write(root.path().join(file), "").unwrap();
        }
        for case in [debian].into_iter().chain(others) {
            let survey = survey_snapshots(root.path(), &[Arc::new(case)], |_| false);
            let orphans = survey.orphans.iter().map(|orphan| orphan.engine.as_deref());
            assert_eq!(orphans.collect::<Vec<_>>(), [Some("chromium-other")]);
            assert!(survey.missing.is_empty(), "{:?}", survey.missing);
        }
    }
}

//! The cases that try to leak would do so: without what keeps rows apart, each of their probes finds in
//! Chromium what another row left. A missing Chromium fails if `CORS_HARNESS_REQUIRE` asks for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId};
use cors_harness::engine::Required;
use cors_harness::run::{Engine, Players, RowOutcome, start};
use cors_harness::verdict::differences;

/// A case of `cases/isolation`, and the steps before which a row has left nothing of its own that they
/// could find.
const PROBES: [(&str, &[usize]); 4] = [
    ("a-site-cookie-stays-in-its-row", &[0]),
    ("hsts-stays-in-its-row", &[0]),
    ("caches-on-localhost-stay-in-their-row", &[0, 2, 4]),
    ("caches-and-cookies-stay-in-their-row", &[0, 2, 4]),
];

fn probe(name: &str) -> Arc<Case> {
    let file = Path::new("cases/isolation").join(name).with_extension("yaml");
    let bytes = std::fs::read(&file).unwrap();
    Arc::new(case::read(CaseId(format!("isolation/{name}")), &file, &bytes).unwrap())
}

/// The steps that went another way than the standard says of a browser that is fresh.
fn disturbed(row: &RowOutcome) -> BTreeSet<usize> {
    let (ruling, _) = row.judged.as_ref().unwrap();
    let differences = differences(&row.observation, &ruling.observation);
    differences.into_iter().map(|difference| difference.step).collect()
}

#[test]
fn every_probe_finds_what_another_row_left_where_nothing_keeps_them_apart() {
    let players = Players::find().unseparated();
    if let Some(missing) = players.missing(Engine::CHROMIUM) {
        assert!(!Required::of_environment().unwrap().has("chromium"), "{missing}");
        return eprintln!("not tried: {missing}");
    }
    for (name, steps) in PROBES {
        let trials = vec![(probe(name), Engine::CHROMIUM)];
        let rows = start(trials, players.clone()).outcome(0).unwrap().rows;
        assert_eq!(
            disturbed(&rows[0]),
            BTreeSet::new(),
            "{name}: its first row has a fresh browser"
        );
        let found: BTreeSet<_> = rows.iter().flat_map(disturbed).collect();
        assert!(steps.iter().all(|step| found.contains(step)), "{name}: only steps {found:?}");
    }
}

//! The list of behaviors of the shipped cases: every id that a case names is in it, and each behavior has a case or a
//! reason for having none.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cors_harness::behaviors::{BEHAVIORS, Behavior, coverage_problems, covered, read_behaviors};
use cors_harness::case::Case;
use cors_harness::report::coverage_text;
use cors_harness::run::load;

fn shipped() -> (Vec<Behavior>, Vec<Arc<Case>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let text = fs::read_to_string(folder.join(BEHAVIORS)).expect("a list of behaviors");
    let loaded = load(&folder).expect("cases");
    assert!(loaded.broken.is_empty());
    (read_behaviors(&text).expect("a valid list"), loaded.cases.into_iter().map(Arc::new).collect())
}

#[test]
fn every_behavior_has_a_case_or_a_reason() {
    let (behaviors, cases) = shipped();
    let problems = coverage_problems(&behaviors, &cases);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_behavior_is_shown_with_all_of_its_cases() {
    let (behaviors, cases) = shipped();
    let covered = covered(&behaviors, &cases);
    let text = coverage_text(&covered, |_, _| true);
    let table = text.lines().filter(|line| line.starts_with("| ")).count();
    // Each of the two tables has a line with names and one below it.
    let lines: usize = covered.iter().map(|one| one.cases.len().max(1)).sum();
    assert_eq!(table, lines + 4);
}

#[test]
fn an_engine_that_departs_is_shown_with_the_number_of_rows() {
    let (behaviors, cases) = shipped();
    let of = |id: &str| {
        let case = cases.iter().filter(|case| case.id.0 == id).cloned().collect::<Vec<_>>();
        let mut covered = covered(&behaviors, &case);
        covered.retain(|one| !one.cases.is_empty());
        let text = coverage_text(&covered, |_, engine| engine.as_str() != "webkit");
        text.lines().find(|line| line.contains(id)).unwrap_or_default().to_owned()
    };
    let line = of("claims/32-the-header-wildcard-does-not-cover-authorization");
    assert!(
        line.contains("| standard-gap in 1 of ") && line.ends_with("| not recorded |"),
        "{line}"
    );
}

//! The search for a permitted run, beside all runs there are: it finds each of them, and nothing else.

use cors_harness::observation::{Read, RowObservation};
use cors_harness::verdict::{Verdict, differences};

use super::support::{KEPT, LOGIN, NEVER, PUT, SECRET, WITH_HEADER, all_runs, case, verdict};

/// Observations that differ from this one in one place.
fn mutants(seen: &RowObservation) -> Vec<RowObservation> {
    let mut mutants = Vec::new();
    let mut add = |change: &dyn Fn(&mut RowObservation)| {
        let mut mutant = seen.clone();
        change(&mut mutant);
        mutants.push(mutant);
    };
    for step in 0..seen.steps.len() {
        let next = (step + 1) % seen.steps.len();
        add(&|seen| seen.steps[step].preflights.clear());
        add(&|seen| seen.steps[step].requests.clear());
        add(&|seen| seen.steps[step].response = None);
        add(&|seen| {
            let more = seen.steps[next].preflights.clone();
            seen.steps[step].preflights.extend(more);
        });
        add(&|seen| {
            let more = seen.steps[next].requests.clone();
            seen.steps[step].requests.extend(more);
        });
        for read in [Read::Allowed, Read::Opaque, Read::Blocked, Read::Refused] {
            add(&|seen| seen.steps[step].read = Some(read));
        }
        add(&|seen| {
            let requests = &mut seen.steps[step].requests;
            requests.iter_mut().for_each(|request| request.cookies.push("sid".to_owned()));
        });
        add(&|seen| {
            let requests = &mut seen.steps[step].requests;
            requests.iter_mut().for_each(|request| request.method = "GET".to_owned());
        });
    }
    mutants
}

#[test]
fn the_search_finds_exactly_the_permitted_runs() {
    let rows: [&[&str]; 6] = [
        &[PUT, PUT, PUT],
        &[KEPT, KEPT, KEPT],
        &[PUT, WITH_HEADER, PUT, WITH_HEADER],
        &[NEVER, KEPT, NEVER, KEPT],
        &[SECRET, SECRET, PUT, PUT],
        &[LOGIN, KEPT, LOGIN, KEPT],
    ];
    let (mut found, mut refused) = (0, 0);
    for steps in rows {
        let case = case(steps, "");
        let runs = all_runs(&case.rows[0], None);
        let runs: Vec<_> = runs.into_iter().map(|run| run.ruling.observation).collect();
        let is_run =
            |seen: &RowObservation| runs.iter().any(|run| differences(run, seen).is_empty());
        for seen in runs.iter().flat_map(|run| mutants(run).into_iter().chain([run.clone()])) {
            let verdict = verdict(&case, &seen);
            let is_permitted = matches!(verdict, Verdict::Permitted { .. } | Verdict::Agrees);
            assert_eq!(is_permitted, is_run(&seen), "{steps:?}: {verdict:?} of {seen:#?}");
            found += usize::from(is_permitted);
            refused += usize::from(!is_permitted);
        }
    }
    assert!(found > 50 && refused > 500, "{found} {refused}");
}

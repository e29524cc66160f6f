//! What the standard leaves to a browser, and what it does not.

use cors_harness::observation::{Read, RowObservation};
use cors_harness::report::snapshot_text;
use cors_harness::ruling::Run;
use cors_harness::run::{Engine, RowOutcome};
use cors_harness::verdict::Verdict;
use cors_model::PermittedChoice;

use super::support::{
    KEPT, LOGIN, LOOP, NEVER, PUT, SECRET, WITH_HEADER, all_runs, case, entry, permitted, run,
    verdict,
};

fn preflight_again() -> PermittedChoice {
    let (method, url) = ("PUT".to_owned(), "https://api.example/r".to_owned());
    PermittedChoice::Preflight { method, url }
}

#[test]
fn sending_a_request_again_is_permitted() {
    let url = || "https://api.example/kept".to_owned();
    let conditional = PermittedChoice::ConditionalRequest { url: url() };
    for (steps, ways, choices) in [
        (vec![PUT, PUT], vec![1], vec![preflight_again()]),
        (vec![KEPT, KEPT], vec![1], vec![PermittedChoice::Request { url: url() }]),
        (vec![KEPT, KEPT, KEPT], vec![0, 1], vec![PermittedChoice::Request { url: url() }]),
        (vec![PUT, PUT, PUT], vec![1, 1], vec![preflight_again(), preflight_again()]),
    ] {
        let case = case(&steps, "");
        let row = &case.rows[0];
        let again = run(row, None, &ways).ruling.observation;
        assert_eq!(permitted(&verdict(&case, &again)), choices, "{steps:?}");
        assert_eq!(verdict(&case, &run(row, None, &[]).ruling.observation), Verdict::Agrees);
    }
    let case = case(&[KEPT, KEPT], "");
    let whether = run(&case.rows[0], None, &[2]);
    assert_eq!(whether.branches[0].choice, Some(conditional));
}

#[test]
fn a_browser_without_caches_is_permitted_in_a_long_row() {
    let steps = [KEPT, PUT, WITH_HEADER, KEPT, PUT, WITH_HEADER, KEPT, PUT, WITH_HEADER, KEPT];
    let case = case(&steps, "");
    let without = run(&case.rows[0], None, &[1; 20]);
    let hits = without.branches.iter().filter(|branch| branch.choice.is_some()).count();
    assert_eq!(hits, 8);
    assert_eq!(permitted(&verdict(&case, &without.ruling.observation)).len(), hits);
}

type Change = fn(&mut RowObservation);

#[test]
fn a_redirect_to_itself_may_be_reused_or_requested_each_time() {
    let case = case(&[LOOP], "");
    let runs = all_runs(&case.rows[0], None);
    let requests = |run: &Run| run.ruling.observation.steps[0].requests.len();
    assert_eq!(runs.iter().map(requests).collect::<Vec<_>>(), [1, 21]);
    assert_eq!(verdict(&case, &runs[0].ruling.observation), Verdict::Agrees);
    let again = PermittedChoice::Request { url: "https://api.example/loop".to_owned() };
    assert_eq!(permitted(&verdict(&case, &runs[1].ruling.observation)), [again]);
}

#[test]
fn a_difference_that_is_not_permitted_departs() {
    let changes: [(&str, &[&str], Change); 9] = [
        ("no preflight where none was before", &[PUT], |seen| seen.steps[0].preflights.clear()),
        ("no preflight where nothing is kept", &[NEVER, NEVER], |seen| {
            seen.steps[1].preflights.clear();
        }),
        ("two preflights for one request", &[PUT], |seen| {
            let again = seen.steps[0].preflights[0].clone();
            seen.steps[0].preflights.push(again);
        }),
        ("two requests where one is due", &[KEPT], |seen| {
            let again = seen.steps[0].requests[0].clone();
            seen.steps[0].requests.push(again);
        }),
        ("a read that the standard denies", &[SECRET, SECRET], |seen| {
            seen.steps[1].read = Some(Read::Allowed);
        }),
        ("a read that it allows", &[KEPT, KEPT], |seen| seen.steps[1].read = Some(Read::Blocked)),
        ("another header", &[KEPT, KEPT], |seen| {
            seen.steps[1].response.as_mut().unwrap().headers.push("etag".to_owned());
        }),
        ("another origin", &[PUT, PUT], |seen| seen.steps[1].requests[0].origin = None),
        ("no cookie", &[LOGIN, LOGIN], |seen| seen.steps[1].requests[0].cookies.clear()),
    ];
    for (what, steps, change) in changes {
        let case = case(steps, "");
        let mut seen = run(&case.rows[0], None, &[]).ruling.observation;
        change(&mut seen);
        let verdict = verdict(&case, &seen);
        assert!(matches!(verdict, Verdict::Departs(_)), "{what}: {verdict:?}");
    }
}

#[test]
fn an_entry_of_the_wrong_kind_fails() {
    let again = |case: &cors_harness::case::Case| run(&case.rows[0], None, &[1]).ruling.observation;
    for kind in ["bug", "policy", "standard-gap"] {
        let case = case(&[PUT, PUT], &entry(kind));
        let verdict = verdict(&case, &again(&case));
        let is_wrong = matches!(&verdict, Verdict::WrongKind { choices, .. } if choices == &[preflight_again()]);
        assert!(is_wrong, "{kind}: {verdict:?}");
        assert_eq!(verdict.as_str(), "departs");
    }
    let case = case(&[PUT, PUT], &entry("permitted"));
    let seen = again(&case);
    let known = verdict(&case, &seen);
    assert!(matches!(known, Verdict::Permitted { is_known: true, .. }), "{known:?}");
    let as_the_model = run(&case.rows[0], None, &[]).ruling.observation;
    assert_eq!(verdict(&case, &as_the_model), Verdict::Vanished);
    let mut departing = as_the_model;
    departing.steps[0].preflights.clear();
    let wrong = verdict(&case, &departing);
    let is_wrong = matches!(&wrong, Verdict::WrongKind { choices, .. } if choices.is_empty());
    assert!(is_wrong, "{wrong:?}");
}

#[test]
fn a_snapshot_holds_what_was_done_only_where_the_case_says_so() {
    for (known, is_observed) in [(String::new(), false), (entry("permitted"), true)] {
        let case = case(&[PUT, PUT], &known);
        let row = &case.rows[0];
        let [by_itself, again] = [&[][..], &[1]].map(|ways| run(row, None, ways).ruling);
        let verdict = verdict(&case, &again.observation);
        let outcome = RowOutcome {
            judged: Some((by_itself.clone(), verdict)),
            ..RowOutcome::of(again.observation.clone())
        };
        assert!(!outcome.departs());
        let text = |outcome: &RowOutcome| {
            snapshot_text(&case, Engine::CHROMIUM, &[outcome.as_reviewed().into_owned()])
        };
        let agreeing = RowOutcome {
            judged: Some((by_itself.clone(), Verdict::Agrees)),
            ..RowOutcome::of(by_itself.observation)
        };
        assert_eq!(text(&outcome) != text(&agreeing), is_observed);
        assert_eq!(text(&outcome).contains("| permitted, in its preflights |"), is_observed);
    }
}

//! The time that passed: what it decides, and what it leaves open.

use std::time::Duration;

use cors_harness::case::Case;
use cors_harness::observation::RowObservation;
use cors_harness::verdict::Verdict;
use cors_model::{ExchangeTimes, PermittedChoice, Span, StepTimes, Timeline};

use super::support::{KEPT, LOGIN, PLAIN, PUT, TLS, case, entry, judged, permitted, run};

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// The times of what a browser did that began its steps at these moments, which are known to within 10 ms.
fn timeline(seen: &RowObservation, moments: &[f64]) -> Timeline {
    let steps = seen.steps.iter().zip(moments).map(|(step, began)| {
        let exchange = |method: &str, url: &str, asked: Option<&str>, place: f64| ExchangeTimes {
            method: method.to_owned(),
            url: url.to_owned(),
            preflight_for: asked.map(str::to_owned),
            arrived: seconds(began + place),
            answered: Some(seconds(began + place + 0.001)),
        };
        let preflights = step
            .preflights
            .iter()
            .map(|one| exchange("OPTIONS", &one.url, Some(&one.method), 0.002));
        let requests = step.requests.iter().map(|one| exchange(&one.method, &one.url, None, 0.006));
        let span = Span { earliest: seconds(*began), latest: seconds(began + 0.01) };
        StepTimes { span, exchanges: preflights.chain(requests).collect() }
    });
    Timeline {
        start: seconds(1_790_000_000.0),
        cookies_set: Span::default(),
        steps: steps.collect(),
    }
}

/// The verdict on a run of the model that goes these ways, its steps at these moments.
fn at(case: &Case, ways: &[usize], moments: &[f64]) -> (Verdict, Option<String>) {
    let seen = run(&case.rows[0], None, ways).ruling.observation;
    let judgment = judged(case, &seen, Some(&timeline(&seen, moments)));
    (judgment.verdict, judgment.time.map(|time| time.words))
}

#[test]
fn the_time_that_passed_decides_if_a_lifetime_has_ended() {
    for (steps, kept) in [([PUT, PUT], 5.0), ([KEPT, KEPT], 10.0)] {
        let case = case(&steps, "");
        let (soon, late) = ([1.0, 1.0 + kept - 0.1], [1.0, 1.0 + kept + 0.1]);
        assert_eq!(at(&case, &[], &soon), (Verdict::Agrees, None), "used while it is kept");
        let (again, time) = at(&case, &[1], &soon);
        assert_eq!((permitted(&again).len(), time), (1, None), "asked again while it is kept");
        let (used, _) = at(&case, &[], &late);
        assert!(matches!(used, Verdict::Departs(_)), "used when it is gone: {used:?}");
        let (asked, time) = at(&case, &[1], &late);
        assert_eq!(asked, Verdict::Agrees, "asked again when it is gone");
        let words = time.expect("the time decides");
        let passed = format!("{:.1} s passed where the case as written takes 0 s", kept + 0.1);
        assert!(
            words.starts_with(&passed) && words.ends_with(&format!("kept {kept} s")),
            "{words}"
        );
    }
}

#[test]
fn an_uncertain_lifetime_is_never_a_departure() {
    for (steps, kept) in [([PUT, PUT], 5.0), ([KEPT, KEPT], 10.0)] {
        let case = case(&steps, "");
        let moments = [1.0, 1.0 + kept];
        let (used, _) = at(&case, &[], &moments);
        let Verdict::Inconclusive(reason) = used else { panic!("{used:?}") };
        let lifetime = format!("its lifetime is {kept} s, and between ");
        assert!(reason.contains("whether the ") && reason.contains(&lifetime), "{reason}");
        // It has to request it if the entry is gone, and may request it otherwise.
        assert_eq!(permitted(&at(&case, &[1], &moments).0).len(), 1);
    }
}

#[test]
fn a_cookie_expires_exactly_after_its_max_age() {
    let case = case(&[LOGIN, LOGIN], "");
    let sent = |after: f64| at(&case, &[], &[1.0, 1.0 + after]).0;
    assert_eq!(sent(8.9), Verdict::Agrees);
    assert_eq!(sent(9.9), Verdict::Agrees);
    let inconclusive = sent(10.005);
    assert!(matches!(inconclusive, Verdict::Inconclusive(_)), "{inconclusive:?}");
    let name = "sid".to_owned();
    assert_eq!(permitted(&sent(10.5)), [PermittedChoice::CookieSeconds { name, is_sent: true }]);
    let late = sent(11.1);
    assert!(matches!(late, Verdict::Departs(_)), "{late:?}");
}

#[test]
fn an_expired_cookie_is_not_sent() {
    let case = case(&[LOGIN, LOGIN], "");
    let mut seen = run(&case.rows[0], None, &[]).ruling.observation;
    seen.steps[1].requests[0].cookies.clear();
    let without = |after: f64| judged(&case, &seen, Some(&timeline(&seen, &[1.0, 1.0 + after])));
    assert!(matches!(without(8.9).verdict, Verdict::Departs(_)));
    assert!(matches!(without(9.5).verdict, Verdict::Permitted { .. }));
    assert_eq!(without(10.5).verdict, Verdict::Agrees);
    assert_eq!(without(11.1).verdict, Verdict::Agrees);
    assert!(without(11.1).time.is_some());
}

#[test]
fn strict_transport_security_ends_by_the_time_that_passed() {
    let case = case(&[TLS, PLAIN], "");
    let row = &case.rows[0];
    let mut plain = run(row, None, &[]).ruling.observation;
    plain.steps[1] =
        run(&self::case(&[PLAIN], "").rows[0], None, &[]).ruling.observation.steps[0].clone();
    let verdict = |after: f64| judged(&case, &plain, Some(&timeline(&plain, &[1.0, 1.0 + after])));
    assert!(matches!(verdict(8.0).verdict, Verdict::Departs(_)));
    assert!(matches!(verdict(10.004).verdict, Verdict::Inconclusive(_)));
    assert_eq!(verdict(12.0).verdict, Verdict::Agrees);
    let measured = timeline(&plain, &[1.0, 12.0]);
    let by_time = run(row, Some(&measured), &[]).ruling;
    assert_eq!(by_time.observation.steps[1].requests.len(), 1, "it is gone");
}

#[test]
fn a_known_departure_is_not_compared_where_the_time_decides() {
    let case = case(&[PUT, PUT], &entry("permitted"));
    let (verdict, _) = at(&case, &[1], &[1.0, 7.0]);
    let Verdict::Inconclusive(reason) = verdict else { panic!("{verdict:?}") };
    assert!(reason.contains("6.0 s passed where the case as written takes 0 s"), "{reason}");
}

#[test]
fn an_unmatched_exchange_is_bounded_by_its_step() {
    let case = case(&[PUT, PUT], "");
    let seen = run(&case.rows[0], None, &[]).ruling.observation;
    let mut times = timeline(&seen, &[1.0, 5.0]);
    times.steps[1].exchanges.clear();
    assert_eq!(judged(&case, &seen, Some(&times)).verdict, Verdict::Agrees);
    times.steps[1].span.latest = seconds(7.0);
    let verdict = judged(&case, &seen, Some(&times)).verdict;
    assert!(matches!(verdict, Verdict::Inconclusive(_)), "{verdict:?}");
}

//! When things happened: the page's clock on that of the servers.

use std::time::Duration;

use cors_harness::observation::{GroupTimes, Read};
use cors_harness::world::Bounds;
use cors_model::{Span, Timeline};

use super::scene::{PUT, RowEvidence, TWO, WAIT, as_preflight, response};

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Moments at the servers: `played` is from 100 ms to 9 s.
fn times(scene: &RowEvidence) -> Timeline {
    let played = Span { earliest: milliseconds(100), latest: milliseconds(9000) };
    scene.timeline(Bounds { played, ..Bounds::default() })
}

fn group(began: f64, ended: f64, mark: &[f64]) -> GroupTimes {
    GroupTimes { calls: vec![vec![began, ended]], mark: mark.to_vec() }
}

/// Two steps, a request and a mark at the servers after 1000 ms and 1300 ms; the page's clock is 500 ms behind.
fn two() -> RowEvidence {
    let scene = RowEvidence::new(TWO, vec![vec![response("cors")], vec![response("cors")]]);
    let mut scene = scene.exchange(0, "GET", "/a").mark(1, 0).exchange(2, "GET", "/a");
    scene.exchanges[0].arrived = milliseconds(1000);
    scene.marks[0].arrived = milliseconds(1300);
    scene.exchanges[1].arrived = milliseconds(4000);
    scene
}

#[test]
fn without_a_page_clock_markers_bound_the_steps() {
    let scene = two();
    scene.reads(&[Read::Allowed, Read::Allowed]);
    let steps = times(&scene).steps;
    assert_eq!(steps[0].span, Span { earliest: milliseconds(100), latest: milliseconds(1300) });
    assert_eq!(steps[1].span, Span { earliest: milliseconds(1300), latest: milliseconds(9000) });
    assert_eq!(steps[0].exchanges[0].arrived, milliseconds(1000));
    assert_eq!(steps[0].exchanges[0].url, "https://api.example.net/a");
}

#[test]
fn the_page_clock_narrows_the_bounds() {
    let mut scene = two();
    scene.seen.times = vec![group(495.0, 505.0, &[795.0, 805.0]), group(3495.0, 3505.0, &[])];
    let steps = times(&scene).steps;
    let within = |moment: Duration, least: u64, most: u64| {
        assert!(moment >= milliseconds(least) && moment <= milliseconds(most), "{moment:?}");
    };
    within(steps[0].span.earliest, 985, 1000);
    within(steps[0].span.latest, 1000, 1015);
    within(steps[1].span.earliest, 3985, 4000);
    within(steps[1].span.latest, 4000, 4015);
}

#[test]
fn a_page_clock_that_contradicts_the_servers_is_not_used() {
    let mut scene = two();
    scene.seen.times = vec![group(495.0, 505.0, &[2000.0, 2001.0]), group(3495.0, 3505.0, &[])];
    let steps = times(&scene).steps;
    assert_eq!(steps[0].span, Span { earliest: milliseconds(100), latest: milliseconds(1300) });
    let odd = [f64::NAN, f64::INFINITY, -1e300];
    for value in odd {
        scene.seen.times = vec![group(value, value, &[value, value]), group(value, value, &[])];
        assert_eq!(times(&scene).steps[1].span.latest, milliseconds(9000), "{value}");
    }
}

/// Two steps with a wait of 600 s between them. The page's clock is 500 ms behind that of the servers, and after the wait
/// it is ahead, if it was moved.
fn waiting(moved: f64) -> RowEvidence {
    let seen = vec![vec![response("cors")], Vec::new(), vec![response("cors")]];
    let mut scene = RowEvidence::new(WAIT, seen).exchange(0, "GET", "/a").mark(1, 0).mark(2, 1);
    scene = scene.exchange(3, "GET", "/a");
    scene.exchanges[0].arrived = milliseconds(1000);
    scene.marks[0].arrived = milliseconds(1300);
    scene.marks[1].arrived = milliseconds(1400);
    scene.exchanges[1].arrived = milliseconds(4000);
    let wait = GroupTimes { calls: Vec::new(), mark: vec![895.0, 905.0] };
    let last = group(3495.0 + moved, 3505.0 + moved, &[]);
    scene.seen.times = vec![group(495.0, 505.0, &[795.0, 805.0]), wait, last];
    scene
}

#[test]
fn a_wait_is_added_to_what_follows_whether_or_not_the_page_s_clock_is_moved() {
    for moved in [0.0, 600_000.0] {
        let scene = waiting(moved);
        scene.reads(&[Read::Allowed, Read::Allowed]);
        let steps = times(&scene).steps;
        assert!(steps[0].span.latest <= milliseconds(1015), "{moved}");
        assert!(steps[1].span.earliest >= milliseconds(601_400), "{moved}");
        assert!(steps[1].span.latest <= milliseconds(609_000), "{moved}");
        assert_eq!(steps[1].exchanges[0].arrived, milliseconds(604_000), "{moved}");
        assert_eq!(scene.seen.took(), Some(milliseconds(20)), "{moved}: 10 ms for each step");
    }
}

#[test]
fn a_preflight_is_identified_by_its_requested_method_and_headers() {
    let scene = RowEvidence::new(PUT, vec![vec![response("cors")]]);
    let scene = scene.exchange(0, "OPTIONS", "/a").with(as_preflight).exchange(1, "PUT", "/a");
    let exchanges = times(&scene).steps.remove(0).exchanges;
    let asked: Vec<_> = exchanges.iter().map(|one| one.preflight_for.as_deref()).collect();
    assert_eq!(asked, [Some("PUT"), None]);
    assert_eq!(exchanges[0].answered, Some(Duration::ZERO));
}

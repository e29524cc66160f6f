//! What is conclusive from the page's report and the servers' log, and what is not. Both are made here
//! by hand; the row and its names come from the plan.

mod headers;
mod markers;
mod scene;
mod times;
mod unforeseen;
mod witnesses;

use cors_harness::observation::{CallSeen, FaultSeen, Read};
use cors_servers::exchange::Exchange;
use cors_servers::script::{Point, Stop};

use scene::*;

#[test]
fn a_read_uses_the_host_names_of_the_case() {
    let scene = RowEvidence::new(ONE, vec![vec![response("cors")]]).exchange(1, "GET", "/a");
    let observation = scene.reads(&[Read::Allowed]);
    let step = &observation.steps[0];
    assert_eq!(step.requests[0].url, "https://api.example.net/a");
    let seen = step.response.as_ref().unwrap();
    assert_eq!(seen.body.as_deref(), Some("from https://api.example.net"));
    assert_eq!(seen.headers, ["a", "b"]);
}

#[test]
fn an_options_request_of_script_is_no_preflight() {
    let scene = RowEvidence::new(ONE, vec![vec![response("cors")]]).exchange(1, "OPTIONS", "/a");
    assert_eq!(scene.reads(&[Read::Allowed]).steps[0].requests[0].method, "OPTIONS");
}

#[test]
fn opaque_responses_are_opaque() {
    for kind in ["opaque", "opaqueredirect"] {
        let scene = RowEvidence::new(ONE, vec![vec![response(kind)]]).exchange(1, "GET", "/a");
        assert!(scene.reads(&[Read::Opaque]).steps[0].response.is_none());
    }
}

#[test]
fn the_marker_between_two_steps_divides_the_log() {
    let seen = vec![vec![threw()], vec![response("cors")]];
    let scene = RowEvidence::new(TWO, seen).exchange(1, "GET", "/a").exchange(3, "PUT", "/a");
    scene.cannot_tell("the marker after group 1 of steps did not arrive");
    let observation = scene.mark(2, 0).reads(&[Read::Blocked, Read::Allowed]);
    let methods = observation.steps.iter().map(|step| step.requests[0].method.as_str());
    assert_eq!(methods.collect::<Vec<_>>(), ["GET", "PUT"]);
}

#[test]
fn simultaneous_steps_are_separated_by_url_and_redirect() {
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = RowEvidence::new(TOGETHER, seen).exchange(1, "GET", "/moved");
    let scene = scene
        .with(|exchange| moved(exchange, "/b"))
        .exchange(2, "GET", "/b")
        .exchange(3, "GET", "/a");
    let observation = scene.reads(&[Read::Allowed, Read::Allowed]);
    assert_eq!(observation.steps[0].requests.len(), 1);
    assert_eq!(observation.steps[1].requests[1].url, "https://api.example.net/b");
}

#[test]
fn a_cached_redirect_is_followed() {
    let steps = format!("  - fetch: https://api.example.net/moved\n{TOGETHER}");
    let seen = vec![vec![response("cors")], vec![response("cors"), response("cors")]];
    let scene = || {
        let scene = RowEvidence::new(&steps, seen.clone()).exchange(1, "GET", "/moved");
        scene.with(|exchange| moved(exchange, "/b")).exchange(2, "GET", "/b").mark(3, 0)
    };
    let with_exchanges = scene().exchange(4, "GET", "/b").exchange(5, "GET", "/a");
    let observation = with_exchanges.reads(&[Read::Allowed; 3]);
    assert_eq!(observation.steps[2].requests[0].url, "https://api.example.net/b");
    scene().exchange(4, "GET", "/c").cannot_tell("/c was requested, but no step of this group");
}

#[test]
fn a_request_of_no_step_in_the_group_is_inconclusive() {
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = RowEvidence::new(TOGETHER, seen).exchange(1, "GET", "/b");
    scene.cannot_tell(
        "https://api.example.net/b was requested, but no step of this group leads there",
    );
}

#[test]
fn an_unsettled_call_and_later_calls_are_inconclusive() {
    let scene = RowEvidence::new(TWO, vec![vec![CallSeen::Unsettled]]).exchange(1, "GET", "/a");
    let observation = scene.mark(2, 0).observe();
    let reasons: Vec<_> =
        observation.steps.iter().map(|step| step.inconclusive.as_deref().unwrap()).collect();
    assert!(reasons[0].contains("did not settle"), "{reasons:?}");
    assert!(reasons[1].contains("was not played"), "{reasons:?}");
}

#[test]
fn a_body_that_breaks_off_counts_if_the_script_closes_the_connection() {
    let scene = |stop| {
        let scene = RowEvidence::new(ONE, vec![vec![broken_body()]]).exchange(1, "GET", "/a");
        scene.with(|exchange| exchange.stop = stop)
    };
    let observation = scene(Some(Stop::Closes(Point::InBody))).reads(&[Read::Allowed]);
    let response = observation.steps[0].response.as_ref().unwrap();
    assert_eq!((response.breaks_off, response.body.as_deref()), (true, None));
    for stop in [None, Some(Stop::Hangs(Point::InBody))] {
        scene(stop).cannot_tell("the response body ended early");
    }
}

#[test]
fn a_call_is_pending_if_the_script_never_ends_its_last_answer() {
    let scene = |stop| {
        let scene = RowEvidence::new(ONE, vec![vec![CallSeen::Unsettled]]);
        scene.exchange(1, "GET", "/a").with(|exchange| exchange.stop = stop)
    };
    for point in Point::ALL {
        scene(Some(Stop::Hangs(point))).reads(&[Read::Pending]);
        scene(Some(Stop::Closes(point))).cannot_tell("did not settle");
    }
    let later = scene(Some(Stop::Hangs(Point::InBody))).exchange(2, "GET", "/a");
    later.cannot_tell("did not settle");
}

#[test]
fn a_connection_that_the_script_closes_is_an_answer() {
    let scene = |stop| {
        let scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
        scene.with(|exchange| (exchange.stop, exchange.reply) = (stop, None))
    };
    scene(Some(Stop::Closes(Point::BeforeHeaders))).reads(&[Read::Blocked]);
    scene(None).cannot_tell("was not answered");
}

#[test]
fn a_fault_belongs_to_the_step_during_which_it_happened() {
    let seen = vec![vec![threw()], vec![response("cors")]];
    let mut scene = RowEvidence::new(TWO, seen).mark(2, 0).exchange(3, "GET", "/a");
    scene.faults =
        vec![FaultSeen { sequence: 1, words: "no TLS".to_owned(), without_server: None }];
    let observation = scene.observe();
    assert_eq!(observation.steps[0].inconclusive.as_deref(), Some("no TLS"));
    assert_eq!(observation.steps[1].read, Some(Read::Allowed));
}

#[test]
fn cookies_are_shown_by_name_across_several_lines() {
    let scene = RowEvidence::new(ONE, vec![vec![response("cors")]]).exchange(1, "GET", "/a");
    let crumbs = |exchange: &mut Exchange| {
        for crumb in ["a=1; b=2", "api.example-r000000.net=3"] {
            exchange.request.headers.push(("cookie".to_owned(), crumb.into()));
        }
    };
    let observation = scene.with(crumbs).reads(&[Read::Allowed]);
    assert_eq!(observation.steps[0].requests[0].cookies, ["a", "b", "api.example.net"]);
}

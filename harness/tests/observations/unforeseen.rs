//! Unforeseen requests belong to the step that led to them. Whether the standard requires them is judged
//! later.

use cors_harness::observation::{Asked, FaultSeen, Place, Read};
use cors_servers::exchange::{Exchange, ReplySource};

use crate::scene::*;

fn unwritten(exchange: &mut Exchange) {
    let reply = exchange.reply.as_mut().unwrap();
    (reply.status, reply.source) = (405, ReplySource::MethodNotAllowed);
}

fn nowhere(host: &str, port: u16) -> Vec<FaultSeen> {
    let place = Place { host: host.to_owned(), port };
    vec![FaultSeen {
        sequence: 2,
        words: format!("{place} was asked for"),
        without_server: Some(place),
    }]
}

#[test]
fn an_unforeseen_request_is_kept_with_its_response_and_read() {
    let scene =
        RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "POST", "/a").with(unwritten);
    scene.cannot_tell("the case has no reply for POST https://api.example.net/a");
    let observation = scene.observe();
    let step = &observation.steps[0];
    assert_eq!((step.read, step.requests[0].answer.status), (Some(Read::Blocked), 405));
    assert_eq!(observation.missing_evidence(), None);
    let settled = observation.inconclusive_where_unforeseen();
    assert_eq!((settled.steps[0].read, settled.missing_evidence()), (None, settled.inconclusive()));
}

#[test]
fn a_host_without_a_server_belongs_to_the_step_that_was_redirected_there() {
    let seen = vec![vec![response("cors"), threw()]];
    let mut scene = RowEvidence::new(TOGETHER, seen).exchange(0, "GET", "/a");
    scene = scene.exchange(1, "GET", "/moved");
    scene = scene.with(|exchange| moved(exchange, "https://gone.example-r000000.net/"));
    scene.faults = nowhere("gone.example-r000000.net", 443);
    scene.cannot_tell("gone.example.net:443 was asked for");
    let observation = scene.observe();
    let asked: Vec<_> = observation.steps.iter().map(|step| step.unforeseen.as_slice()).collect();
    assert_eq!((asked[0].len(), asked[1].len()), (0, 1));
    assert_eq!(asked[1][0].asked, Asked::Host("gone.example.net:443".to_owned()));
    assert_eq!(observation.steps[1].read, Some(Read::Blocked));
}

#[test]
fn a_connection_to_the_https_port_instead_is_inconclusive() {
    let mut scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene = scene.with(|exchange| moved(exchange, "http://gone.example-r000000.net/"));
    scene.faults = nowhere("gone.example-r000000.net", 443);
    assert_eq!(scene.observe().missing_evidence(), Some("gone.example.net:443 was asked for"));
    scene.faults = nowhere("gone.example-r000000.net", 80);
    assert_eq!(scene.observe().missing_evidence(), None);
}

#[test]
fn several_location_lines_are_combined() {
    let seen = vec![vec![response("cors"), threw()]];
    let twice = |exchange: &mut Exchange| {
        moved(exchange, "/b");
        moved(exchange, "/b");
    };
    let scene =
        RowEvidence::new(TOGETHER, seen).exchange(0, "GET", "/a").exchange(1, "GET", "/moved");
    let scene = scene.with(twice).exchange(2, "GET", "/b,%20/b").with(unwritten);
    let requests = &scene.observe().steps[1].requests;
    assert_eq!(requests[1].url, "https://api.example.net/b,%20/b");
    assert_eq!(requests[0].answer.redirects_to, None, "it says several things");
}

//! Denied and allowed reads that are only accepted with evidence from the servers' log.

use std::time::Duration;

use cors_harness::observation::{CallSeen, Read};
use cors_servers::exchange::{ConnectionId, Exchange, ReplySource};

use crate::scene::*;

#[test]
fn an_error_after_an_answered_request_is_blocked() {
    RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a").reads(&[Read::Blocked]);
}

#[test]
fn an_error_without_a_request_is_refused_only_if_the_marker_arrived() {
    let scene = RowEvidence::new(ONE, vec![vec![threw()]]);
    scene.cannot_tell("neither did the marker");
    scene.mark(1, 0).reads(&[Read::Refused]);
}

#[test]
fn an_error_after_an_unused_connection_is_inconclusive() {
    let mut scene = RowEvidence::new(ONE, vec![vec![threw()]]).mark(2, 0);
    scene.connections = vec![opened(1, 7, "other.example-r000000.net")];
    scene.reads(&[Read::Refused]);
    scene.connections = vec![opened(1, 7, "api.example-r000000.net")];
    scene.cannot_tell("connected to https://api.example.net and sent no request");
}

#[test]
fn an_error_after_an_allowed_preflight_and_an_unused_connection_is_inconclusive() {
    let mut scene = RowEvidence::new(PUT, vec![vec![threw()]]).exchange(1, "OPTIONS", "/a");
    scene = scene.with(as_preflight);
    scene.connections = vec![opened(0, 1, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked]);
    scene.connections.push(opened(2, 7, "api.example-r000000.net"));
    scene.cannot_tell("connected to https://api.example.net and sent no request");
}

#[test]
fn an_error_after_a_redirect_and_an_unused_connection_is_inconclusive() {
    let mut scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene = scene.with(|exchange| moved(exchange, "https://other.example-r000000.net/"));
    scene.connections = vec![opened(0, 1, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked]);
    scene.connections.push(opened(2, 7, "other.example-r000000.net"));
    scene.cannot_tell("https://other.example.net and sent no request");
}

#[test]
fn a_second_connection_beside_the_one_that_is_used_leaves_a_denial_conclusive() {
    let spare =
        || vec![opened(0, 1, "api.example-r000000.net"), opened(2, 7, "api.example-r000000.net")];
    let mut scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene.connections = spare();
    scene.reads(&[Read::Blocked]);
    let mut scene = RowEvidence::new(PUT, vec![vec![threw()]]).exchange(1, "OPTIONS", "/a");
    scene = scene
        .with(as_preflight)
        .with(|exchange| exchange.reply.as_mut().unwrap().after = Duration::from_secs(3));
    scene.connections = spare();
    scene.reads(&[Read::Blocked]);
}

#[test]
fn an_unused_connection_of_another_call_leaves_a_denial_conclusive() {
    let seen = vec![vec![threw(), response("cors")]];
    let mut scene =
        RowEvidence::new(TOGETHER, seen).exchange(1, "GET", "/a").exchange(3, "GET", "/moved");
    scene = scene.with(|exchange| exchange.connection = ConnectionId(7));
    scene.connections = vec![opened(2, 7, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked, Read::Allowed]);
}

#[test]
fn a_connection_for_each_of_several_calls_leaves_a_denial_conclusive() {
    const PUTS: &str = "  - together:\n      - { fetch: https://api.example.net/a, method: PUT }\n      \
                        - { fetch: https://api.example.net/b, method: PUT }\n";
    let mut scene = RowEvidence::new(PUTS, vec![vec![threw(), threw()]]);
    for (sequence, path) in [(1, "/a"), (2, "/b")] {
        scene = scene.exchange(sequence, "OPTIONS", path).with(as_preflight);
    }
    scene.connections = vec![opened(3, 7, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked, Read::Blocked]);
    scene.connections.push(opened(4, 8, "api.example-r000000.net"));
    scene.cannot_tell("connected to https://api.example.net and sent no request");
}

#[test]
fn an_error_after_an_unanswered_request_is_inconclusive() {
    let scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene.with(|exchange| exchange.reply = None).cannot_tell("was not answered");
}

#[test]
fn a_preflight_without_a_scripted_reply_counts_as_answered() {
    let scene = RowEvidence::new(ONE, vec![vec![threw()]]).exchange(1, "OPTIONS", "/a");
    let preflight = |exchange: &mut Exchange| {
        as_preflight(exchange);
        exchange.reply.as_mut().unwrap().source = ReplySource::MethodNotAllowed;
    };
    let observation = scene.with(preflight).reads(&[Read::Blocked]);
    assert_eq!(observation.steps[0].preflights[0].method, "PUT");
    assert!(observation.steps[0].requests.is_empty());
}

#[test]
fn a_response_that_no_server_sent_is_inconclusive() {
    RowEvidence::new(ONE, vec![vec![response("cors")]]).cannot_tell("no server of this row sent");
}

#[test]
fn the_log_shows_how_a_call_ends_whose_document_is_gone() {
    const LEAVE: &str = "  - { fetch: 'https://api.example.net/a', method: PUT, keepalive: 'true', \
                         abort: preflight, abort-by: leave, referrer-policy: no-referrer }\n";
    let gone = |steps: &str| RowEvidence::new(steps, vec![vec![CallSeen::Left]]);
    gone(LEAVE).cannot_tell("no request of this step reached a server");
    let preflight = |steps: &str| gone(steps).exchange(1, "OPTIONS", "/a").with(as_preflight);
    let ended = preflight(LEAVE).reads(&[Read::Aborted]);
    assert_eq!(ended.steps[0].preflights[0].answer.status, 200);
    let ended = preflight(&LEAVE.replace("true", "false")).reads(&[Read::Aborted]);
    assert_eq!(ended.steps[0].preflights[0].answer.status, 0, "the server answered too late");
    let outlived = preflight(LEAVE).exchange(2, "PUT", "/a");
    outlived.reads(&[Read::Opaque]);
    let unanswered =
        preflight(LEAVE).exchange(2, "PUT", "/a").with(|exchange| exchange.reply = None);
    unanswered.cannot_tell("was not answered");
}

#[test]
fn a_service_worker_can_make_a_response_that_no_server_sent() {
    for (context, is_made) in [
        ("controlled-new-response", true),
        ("controlled-options-only", true),
        ("controlled-fetch-url", false),
        ("controlled-error", false),
    ] {
        let seen = vec![vec![response("basic")]];
        let scene = RowEvidence::in_context(context, ONE, seen);
        match is_made {
            true => assert!(scene.reads(&[Read::Allowed]).steps[0].requests.is_empty()),
            false => scene.cannot_tell("no server of this row sent"),
        }
    }
}

#[test]
fn a_stored_response_needs_no_request_of_its_own() {
    let seen = vec![vec![response("cors")], vec![response("cors")]];
    let scene = RowEvidence::new(TWO, seen).exchange(1, "GET", "/a").mark(2, 0);
    let observation = scene.reads(&[Read::Allowed, Read::Allowed]);
    assert!(observation.steps[1].requests.is_empty());
}

#[test]
fn a_response_to_another_step_or_call_is_inconclusive() {
    let seen = vec![vec![response("cors")], vec![response("cors")]];
    let scene = RowEvidence::new(TWO, seen).mark(1, 0).exchange(2, "GET", "/a");
    scene.cannot_tell("no server of this row sent");
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = RowEvidence::new(TOGETHER, seen).exchange(1, "GET", "/moved");
    scene.cannot_tell("no server of this row sent");
}

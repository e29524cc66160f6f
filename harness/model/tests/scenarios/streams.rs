//! A body that is read while it is sent.

use crate::support::*;

/// The ruling on a streamed body that a page over this scheme sends to another server over it.
fn streamed(is_http_1: bool) -> Vec<String> {
    let lines = ["Access-Control-Allow-Origin: *"];
    let replies = vec![("POST /", reply(200, &lines, "")), ("OPTIONS /", reply(204, &lines, ""))];
    let mut server = server(API, replies);
    server.is_http_1 = is_http_1;
    let mut step = fetch("POST", &format!("{API}/")).body("a=1");
    step.body_as = BodyType::Stream;
    outcomes(&row(PAGE, vec![server], vec![step]))
}

#[test]
fn a_streamed_body_requires_http_2() {
    assert_eq!(streamed(false), ["POST? POST allowed"]);
    assert_eq!(streamed(true), ["POST? streamed-body-over-http1"]);
}

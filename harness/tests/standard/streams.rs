//! A body that is read while it is sent.

use crate::support::*;
use cors_harness::case::BodyType;
use cors_servers::script::Versions;

/// What is told of a stream from a page over that scheme to another server over it.
fn streamed(scheme: &str, versions: Versions) -> Vec<String> {
    let (page, api) = (format!("{scheme}://app.example"), format!("{scheme}://api.example"));
    let lines = ["Access-Control-Allow-Origin: *"];
    let replies = vec![("POST /", reply(200, &lines, "")), ("OPTIONS /", reply(204, &lines, ""))];
    let mut server = server(&api, replies);
    server.versions = versions;
    let mut step = fetch("POST", &format!("{api}/")).body("a=1");
    step.body_as = BodyType::Stream;
    told(&row(&page, vec![server], vec![step]))
}

#[test]
fn a_stream_is_sent_over_http_2_only() {
    for versions in [Versions::Any, Versions::Http2] {
        assert_eq!(streamed("https", versions), ["POST? POST allowed"], "{versions:?}");
    }
    assert_eq!(streamed("https", Versions::Http1), ["POST? streamed-body-over-http1"]);
    assert_eq!(streamed("http", Versions::Any), ["POST? streamed-body-over-http1"]);
}

//! Which stored responses may be used, and how they change when they are revalidated.

use crate::support::*;
use cors_model::{HeaderList, HttpRequest, HttpResponse, Network};

const DATE: &str = "Wed, 01 Jan 2020 00:00:00 GMT";

fn home(method: &str) -> Step {
    fetch(method, &format!("{PAGE}/"))
}

fn outcomes_of(lines: &[&str], steps: Vec<Step>) -> Vec<String> {
    outcomes(&row(PAGE, vec![server(PAGE, vec![("GET /", reply(200, lines, ""))])], steps))
}

#[test]
fn eleven_statuses_are_cacheable_by_default() {
    let kept = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
    let others = [201, 202, 205, 302, 303, 307, 400, 403, 406, 409, 411, 415, 500, 502, 503];
    for (statuses, expected) in [(kept.as_slice(), "allowed"), (&others, "GET allowed")] {
        for status in statuses {
            let servers = vec![server(PAGE, vec![("GET /", reply(*status, &[], ""))])];
            let steps = vec![home("GET"), home("GET").cache("force-cache")];
            assert_eq!(outcomes(&row(PAGE, servers, steps))[1], expected, "{status}");
        }
    }
}

#[test]
fn cache_headers_of_script_cannot_be_judged() {
    let hour = ["Cache-Control: max-age=3600"];
    for (name, value) in [("Range", "bytes=0-"), ("Cache-Control", "x"), ("Pragma", "x")] {
        let steps = vec![home("GET"), home("GET").line(name, value)];
        assert_eq!(outcomes_of(&hour, steps), ["GET allowed", "cannot judge"], "{name}");
    }
    let steps = vec![
        home("GET").line("Cache-Control", "no-store"),
        home("GET").cache("force-cache"),
        home("GET").cache("force-cache"),
    ];
    assert_eq!(outcomes_of(&hour, steps), ["GET allowed", "GET allowed", "allowed"]);
}

#[test]
fn a_conditional_header_of_script_bypasses_the_cache() {
    for name in
        ["If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "If-Match", "If-Range"]
    {
        let steps = vec![home("GET"), home("GET").line(name, "x"), home("GET")];
        let found = outcomes_of(&["Cache-Control: max-age=3600"], steps);
        assert_eq!(found, ["GET allowed", "GET allowed", "allowed"], "{name}");
    }
}

#[test]
fn a_successful_unsafe_method_invalidates_the_cache() {
    let kept = || reply(200, &["Cache-Control: max-age=3600"], "");
    for (status, expected) in
        [(200, "GET allowed"), (399, "GET allowed"), (400, "allowed"), (500, "allowed")]
    {
        let replies = vec![("GET /", kept()), ("POST /", reply(status, &[], ""))];
        let steps = vec![home("GET"), home("POST"), home("GET")];
        let found = outcomes(&row(PAGE, vec![server(PAGE, replies)], steps));
        assert_eq!(found[2], expected, "{status}");
    }
    let steps = vec![home("GET"), home("HEAD").cache("no-store"), home("GET")];
    assert_eq!(outcomes_of(&["Cache-Control: max-age=3600"], steps)[2], "allowed");
}

#[test]
fn etag_and_last_modified_become_conditions() {
    let date = format!("Last-Modified: {DATE}");
    for (lines, etag, modified) in [
        (&["ETag: 1"][..], Some("1"), None),
        (&[date.as_str()], None, Some(DATE)),
        (&["ETag: 1", &date], Some("1"), Some(DATE)),
    ] {
        let lines = [lines, &["Cache-Control: no-cache"]].concat();
        let servers = vec![server(PAGE, vec![("GET /", reply(200, &lines, ""))])];
        let row = row(PAGE, servers, vec![home("GET"), home("GET")]);
        let exchanges = exchanged(&row);
        let headers = &exchanges[1].0.headers;
        let value = |name: &str| headers.get(name).map(|value| value.into_owned());
        assert_eq!(value("if-none-match").as_deref(), etag.map(str::as_bytes));
        assert_eq!(value("if-modified-since").as_deref(), modified.map(str::as_bytes));
    }
}

/// Describes its content wrongly in every 304.
struct Confused;

impl Network for Confused {
    fn is_http_1(&self, _: &cors_model::url::Url) -> bool {
        false
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let mut headers = HeaderList::default();
        headers.append("ETag", "1");
        let is_condition = request.headers.contains("if-none-match");
        let status = if is_condition { 304 } else { 200 };
        if is_condition {
            for name in ["Content-Length", "Content-Encoding", "Content-Type", "Content-Range"] {
                headers.append(name, "x");
            }
            headers.append("X-New", "1");
        }
        Some(HttpResponse { status, headers, body: b"text".to_vec(), ..HttpResponse::default() })
    }
}

#[test]
fn a_304_does_not_replace_content_headers() {
    let row = row(PAGE, Vec::new(), vec![home("GET"), home("GET")]);
    let ruling = play(&row, &mut Confused);
    let response = ruling[1].response.as_ref().expect("allowed");
    assert_eq!(response.header_names, ["etag", "x-new"]);
}

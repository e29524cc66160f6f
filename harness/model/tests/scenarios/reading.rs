use crate::support::*;
use cors_model::ScriptResponse;

const ALL: &str = "Access-Control-Allow-Origin: *";

fn read(step: Step, lines: &[&str]) -> ScriptResponse {
    let at = |at: &str| server(at, vec![("GET /", reply(200, lines, "text"))]);
    let ruling = ruled(&row(PAGE, vec![at(PAGE), at(API)], vec![step]));
    ruling[0].response.clone().expect("a response")
}

fn api() -> Step {
    fetch("GET", &format!("{API}/"))
}

const LINES: [&str; 6] =
    [ALL, "Content-Type: text/plain", "ETag: 1", "X-A: 1", "x-a: 2", "Set-Cookie: a=1"];

fn exposing(values: &[&str]) -> Vec<String> {
    let lines: Vec<_> =
        values.iter().map(|value| format!("Access-Control-Expose-Headers: {value}")).collect();
    let lines: Vec<_> = LINES.into_iter().chain(lines.iter().map(String::as_str)).collect();
    read(api(), &lines).header_names
}

#[test]
fn headers_that_are_always_seen() {
    let response = read(api(), &LINES);
    assert_eq!(response.response_type, Some("cors"));
    assert_eq!(response.header_names, ["content-length", "content-type"]);
}

#[test]
fn headers_that_are_exposed() {
    let names = ["content-length", "content-type"];
    let with = |more: &[&'static str]| [names.as_slice(), more].concat();
    assert_eq!(exposing(&["X-A"]), with(&["x-a"]));
    assert_eq!(exposing(&["etag", "x-a, set-cookie"]), with(&["etag", "x-a"]));
    assert_eq!(exposing(&["", "etag"]), with(&["etag"]));
    assert_eq!(exposing(&["x-a, bad one"]), names);
    assert_eq!(exposing(&["x-a", "\"etag\""]), names);
    let all = [
        "access-control-allow-origin",
        "access-control-expose-headers",
        "content-length",
        "content-type",
        "etag",
        "x-a",
    ];
    assert_eq!(exposing(&["*"]), all);
    assert_eq!(exposing(&["nothing, *"]), all);
}

#[test]
fn with_credentials_the_wildcard_is_a_name() {
    let lines = [
        "Access-Control-Allow-Origin: https://app.example",
        "X-A: 1",
        "*: 1",
        "Access-Control-Allow-Credentials: true",
        "Access-Control-Expose-Headers: *",
    ];
    assert_eq!(read(api().include(), &lines).header_names, ["*", "content-length"]);
}

#[test]
fn white_space_around_a_value_is_removed() {
    let outcomes_with = |allow: &str, credentials: &str| {
        let line = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        let mut answer = reply(200, &[], "");
        answer.lines.push(line("Access-Control-Allow-Origin", allow));
        answer.lines.push(line("Access-Control-Allow-Credentials", credentials));
        let servers = vec![server(API, vec![("GET /", answer)])];
        outcomes(&row(PAGE, servers, vec![api().include()]))
    };
    assert_eq!(outcomes_with(" https://app.example\t ", "\ttrue "), ["GET allowed"]);
    assert_eq!(outcomes_with("https://app.example", "tr ue"), ["GET allow-credentials-not-true"]);
    assert_eq!(outcomes_with(" \t", "true"), ["GET allow-origin-mismatch"]);
}

#[test]
fn a_same_origin_response_shows_all_headers_but_set_cookie() {
    let response = read(fetch("GET", &format!("{PAGE}/")), &LINES);
    let all = ["access-control-allow-origin", "content-length", "content-type", "etag", "x-a"];
    assert_eq!(response.header_names, all);
    assert_eq!(response.response_type, Some("basic"));
}

#[test]
fn xml_http_request_sees_the_same_headers_and_no_type() {
    let step = step(Initiator::Xhr, "GET", &format!("{API}/"));
    let response = read(step, &LINES);
    assert_eq!((response.response_type, response.redirected), (None, false));
    assert_eq!(response.header_names, ["content-length", "content-type"]);
}

#[test]
fn bodies() {
    let body = |method: &str, status: u16, body: &str| {
        let servers = vec![server(API, vec![("GET /", reply(status, &[ALL], body))])];
        let ruling = ruled(&row(PAGE, servers, vec![fetch(method, &format!("{API}/"))]));
        ruling[0].response.clone().expect("a response")
    };
    assert_eq!(body("GET", 404, "gone").text.as_deref(), Some("gone"));
    assert_eq!(body("GET", 404, "gone").status, 404);
    assert_eq!(body("GET", 200, "\u{FEFF}text").text.as_deref(), Some("text"));
    assert_eq!(body("HEAD", 200, "text").text.as_deref(), Some(""));
    assert_eq!(body("HEAD", 200, "text").header_names, ["content-length"]);
    assert_eq!(body("GET", 204, "text").header_names, [""; 0]);
    assert_eq!(body("GET", 205, "text").text.as_deref(), Some(""));
}

#[test]
fn encoded_content_is_not_judged() {
    assert_eq!(read(api(), &[ALL, "Content-Encoding: Identity"]).text.as_deref(), Some("text"));
    let lines = [ALL, "Content-Encoding: gzip"];
    let servers = vec![server(API, vec![("GET /", reply(200, &lines, "text"))])];
    assert_eq!(outcomes(&row(PAGE, servers, vec![api()])), ["cannot judge"]);
}

#[test]
fn opaque_responses_show_nothing() {
    let lines = ["Cross-Origin-Resource-Policy: same-origin"];
    let servers = |lines: &[&str]| vec![server(API, vec![("GET /", reply(200, lines, "text"))])];
    let step = || api().mode("no-cors");
    assert_eq!(outcomes(&row(PAGE, servers(&[]), vec![step()])), ["GET opaque"]);
    assert_eq!(outcomes(&row(PAGE, servers(&lines), vec![step()])), ["GET embedding-not-allowed"]);
    assert_eq!(outcomes(&row(PAGE, servers(&[lines[0], ALL]), vec![api()])), ["GET allowed"]);
}

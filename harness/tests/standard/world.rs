//! The servers without a network answer as those on it do.

use std::time::Duration;

use crate::support::*;
use cors_harness::world::Script;
use cors_model::{HeaderList, HttpRequest, HttpResponse, Network};
use cors_servers::script::{Allow, CorsPolicy, CorsSettings};

fn ask(
    world: &mut Script<'_>,
    method: &str,
    url: &str,
    lines: &[(&'static str, &str)],
) -> HttpResponse {
    let mut headers = HeaderList::default();
    lines.iter().for_each(|(name, value)| headers.append(*name, *value));
    let url = url.parse().expect("a URL");
    world
        .respond(&HttpRequest {
            method: method.to_owned(),
            url,
            headers,
            body: None,
            arrives: Duration::ZERO,
        })
        .expect("a server")
}

fn line(reply: &HttpResponse, name: &str) -> Option<String> {
    reply.headers.get(name).map(|value| String::from_utf8_lossy(&value).into_owned())
}

#[test]
fn paths_and_methods_are_exact() {
    let servers =
        [server(API, vec![("GET /a", reply(200, &[], "get")), ("put /a", reply(200, &[], ""))])];
    let mut world = Script::new(&servers);
    let mut status =
        |method: &str, path: &str| ask(&mut world, method, &format!("{API}{path}"), &[]).status;
    assert_eq!(status("GET", "/a?q"), 200);
    assert_eq!(status("put", "/a"), 200);
    assert_eq!(status("PUT", "/a"), 405);
    assert_eq!(status("GET", "/a/"), 404);
    assert_eq!(status("GET", "/A"), 404);
    let refused = ask(&mut world, "PUT", &format!("{API}/a"), &[]);
    assert_eq!(line(&refused, "allow").as_deref(), Some("GET, put"));
    assert_eq!(line(&refused, "content-length").as_deref(), Some("0"));
}

#[test]
fn head_answers_as_get_does() {
    let servers = [server(API, vec![("GET /", reply(200, &["X: 1"], "four"))])];
    let answer = ask(&mut Script::new(&servers), "HEAD", API, &[]);
    assert_eq!((line(&answer, "x"), answer.body), (Some("1".to_owned()), Vec::new()));
    assert_eq!(answer.headers.get("content-length").as_deref(), Some(b"4".as_slice()));
}

#[test]
fn values_that_are_not_allowed_are_replaced() {
    let servers =
        [server(API, vec![("GET /", reply(200, &["A: <${origin}>"], "[${origin}] ${served}"))])];
    let mut world = Script::new(&servers);
    let without = ask(&mut world, "GET", API, &[]);
    let with = ask(&mut world, "GET", API, &[("Origin", PAGE)]);
    assert_eq!((line(&without, "a"), without.body), (None, b"[] 1".to_vec()));
    assert_eq!(line(&with, "a"), Some(format!("<{PAGE}>")));
    assert_eq!(with.body, format!("[{PAGE}] 2").into_bytes());
}

#[test]
fn statuses_without_content_have_no_length() {
    for (status, expected) in [(200, Some("4")), (204, None), (304, None), (404, Some("4"))] {
        let servers = [server(API, vec![("GET /", reply(status, &[], "four"))])];
        let answer = ask(&mut Script::new(&servers), "GET", API, &[]);
        assert_eq!(line(&answer, "content-length").as_deref(), expected, "{status}");
    }
}

#[test]
fn no_response_comes_from_a_place_without_a_server() {
    let servers = [server(API, Vec::new())];
    let mut world = Script::new(&servers);
    for url in ["http://api.example/", "https://api.example:444/", "https://www.api.example/"] {
        let (method, url) = ("GET".to_owned(), url.parse().expect("a URL"));
        let request = HttpRequest {
            method,
            url,
            headers: HeaderList::default(),
            body: None,
            arrives: Duration::ZERO,
        };
        assert!(world.respond(&request).is_none());
    }
}

#[test]
fn a_request_that_http_cannot_carry_is_a_bad_one() {
    let servers = [server(API, vec![("GET /", reply(200, &[], ""))])];
    let mut world = Script::new(&servers);
    assert_eq!(ask(&mut world, "GET", API, &[("X", "\u{1}")]).status, 400);
}

fn guarded(settings: CorsSettings) -> [cors_harness::case::Server; 1] {
    let counting = reply(200, &["Vary: Accept"], "${served}");
    let mut guarded = server(API, vec![("GET /", counting), ("OPTIONS /", reply(200, &[], ""))]);
    guarded.cors = Some(CorsPolicy::new(settings).expect("a policy"));
    [guarded]
}

#[test]
fn the_middleware_answers_preflights_itself() {
    let servers = guarded(CorsSettings {
        allow_origins: Allow::Listed(vec![PAGE.to_owned()]),
        allow_methods: Allow::Mirror,
        allow_headers: Allow::Listed(vec!["x-a".to_owned()]),
        allow_credentials: true,
        expose_headers: Allow::Nothing,
        max_age: Some(600),
    });
    let mut world = Script::new(&servers);
    let asks = [("Origin", PAGE), ("Access-Control-Request-Method", "PUT")];
    let answer = ask(&mut world, "OPTIONS", API, &asks);
    for (name, expected) in [
        ("access-control-allow-origin", PAGE),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-max-age", "600"),
        ("content-length", "0"),
    ] {
        assert_eq!(line(&answer, name).as_deref(), Some(expected), "{name}");
    }
    let actual = ask(&mut world, "GET", API, &[("Origin", PAGE)]);
    assert_eq!(line(&actual, "access-control-allow-origin").as_deref(), Some(PAGE));
    assert_eq!(actual.body, b"1");
    assert_eq!(actual.headers.values("vary").count(), 2);
    let other = ask(&mut world, "GET", API, &[("Origin", "https://evil.example")]);
    assert_eq!(line(&other, "access-control-allow-origin"), None);
}

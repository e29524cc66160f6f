//! What an origin answers.

use std::time::{Duration, Instant};

use cors_servers::HostedServers;
use cors_servers::exchange::{Exchange, ReplySource};
use cors_servers::script::{
    Allow, CorsSettings, HeaderLine, HeaderName, HeaderTemplate, OriginScript, Piece, Reply,
    Template,
};
use reqwest::{Method, Response};

use crate::support::*;

fn values(response: &Response, name: &str) -> Vec<String> {
    let values = response.headers().get_all(name).iter();
    values.map(|value| value.to_str().expect("text").to_owned()).collect()
}

fn sources(hosted: &HostedServers) -> Vec<ReplySource> {
    hosted.exchanges().into_iter().filter_map(|e| e.reply).map(|reply| reply.source).collect()
}

#[tokio::test]
async fn a_reply_has_only_the_scripted_headers_and_its_length() {
    let lab = lab().await;
    let headers = [("X-A", "1"), ("X-B", "\u{e9}"), ("X-A", "2"), ("x-empty", "")];
    let reply = Reply { body: text("hello"), status: status(418), ..with_headers(&headers) };
    let hosted = host(&lab, http("a.test", vec![get("/", reply)]));
    let raw = raw(&lab, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await;
    // hyper adds `connection: close` itself, and only if the client sent it first.
    let expected = "HTTP/1.1 418 I'm a teapot\r\nX-A: 1\r\nX-B: \u{e9}\r\nX-A: 2\r\nx-empty: \r\n\
                    content-length: 5\r\nconnection: close\r\n\r\nhello";
    assert_eq!(raw, expected);
    let sent = hosted.exchanges().remove(0).reply.expect("a reply");
    let sent_names: Vec<_> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(sent_names, ["X-A", "X-B", "X-A", "x-empty", "content-length"]);
    assert_eq!((sent.status, sent.body_length, sent.complete), (418, 5, true));
    assert_eq!(sent.source, ReplySource::Script);
}

#[tokio::test]
async fn an_allow_origin_line_can_be_repeated() {
    let lab = lab().await;
    let name = "access-control-allow-origin";
    let reply = with_headers(&[(name, "https://a.test"), (name, "*")]);
    let _tenancy = host(&lab, https("a.test", vec![get("/", reply)]));
    let response = client(&lab).get("https://a.test/").send().await.expect("a reply");
    assert_eq!(values(&response, name), ["https://a.test", "*"]);
}

#[tokio::test]
async fn the_request_origin_is_reflected_or_its_line_is_omitted() {
    let lab = lab().await;
    let hole = Template(vec![Piece::RequestOrigin]);
    let body =
        Template(vec![Piece::Text(b"<".into()), Piece::RequestOrigin, Piece::Text(b">".into())]);
    let value = HeaderTemplate::new(hole).expect("a value");
    let name = HeaderName::new("Access-Control-Allow-Origin").expect("a name");
    let headers = vec![HeaderLine { name, value }];
    let _tenancy = host(&lab, http("a.test", vec![get("/", Reply { headers, body, ..reply("") })]));
    let request = || client(&lab).get("http://a.test/");
    let with = request().header("origin", "https://page.test").send().await.expect("a reply");
    assert_eq!(values(&with, "access-control-allow-origin"), ["https://page.test"]);
    assert_eq!(with.text().await.expect("text"), "<https://page.test>");
    let without = request().send().await.expect("a reply");
    assert_eq!(values(&without, "access-control-allow-origin"), [""; 0]);
    assert_eq!(without.text().await.expect("text"), "<>");
}

#[tokio::test]
async fn served_counts_requests_to_this_origin() {
    let lab = lab().await;
    let count = |method: &str, path: &str| {
        let piece = Piece::Served { method: method.into(), path: path.into() };
        Reply { body: Template(vec![piece]), ..reply("") }
    };
    let routes = || {
        let post = route("/t", "POST", count("POST", "/t"));
        vec![post, get("/posts", count("POST", "/t")), get("/missing", count("GET", "/404"))]
    };
    let _tenancy = lab.host(vec![http("a.test", routes()), http("b.test", routes())]).expect("two");
    let client = client(&lab);
    for expected in ["1", "2"] {
        let reply = client.post("http://a.test/t?q").send().await.expect("a reply");
        assert_eq!(reply.text().await.expect("text"), expected);
    }
    body(&client, "http://a.test/404").await;
    assert_eq!(body(&client, "http://a.test/t").await, "");
    assert_eq!(body(&client, "http://a.test/posts").await, "2");
    assert_eq!(body(&client, "http://a.test/missing").await, "1");
    assert_eq!(body(&client, "http://b.test/posts").await, "0");
}

#[tokio::test]
async fn an_unlisted_path_is_404_and_an_unlisted_method_405() {
    let lab = lab().await;
    let replies = vec![("GET", reply("g")), ("patch", reply("p"))];
    let hosted = host(&lab, http("a.test", vec![routed("/a", replies)]));
    let client = client(&lab);
    let listed = vec!["GET, patch".to_owned()];
    for (method, path, status, allow) in [
        ("GET", "/A", 404, vec![]),
        ("GET", "/a/", 404, vec![]),
        ("GET", "/%61", 404, vec![]),
        ("POST", "/a", 405, listed.clone()),
        ("PATCH", "/a", 405, listed),
        ("patch", "/a?q=/b", 200, vec![]),
    ] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = client.request(method, format!("http://a.test{path}"));
        let response = request.send().await.expect("a reply");
        assert_eq!((response.status().as_u16(), values(&response, "allow")), (status, allow));
    }
    use ReplySource::{MethodNotAllowed, NotFound, Script};
    let expected = [NotFound, NotFound, NotFound, MethodNotAllowed, MethodNotAllowed, Script];
    assert_eq!(sources(&hosted), expected);
}

#[tokio::test]
async fn head_gets_the_headers_of_get_unless_listed() {
    let lab = lab().await;
    let replies = vec![("GET", reply("get")), ("HEAD", with_headers(&[("x-own", "1")]))];
    let own = routed("/own", replies);
    let listed = Reply { body: text("hello"), ..with_headers(&[("x-a", "1")]) };
    let hosted =
        host(&lab, http("a.test", vec![get("/", listed), own, route("/post", "POST", reply(""))]));
    let raw = raw(
        &lab,
        "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\nHEAD /own HTTP/1.1\r\n\r\n\
         HEAD /post HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    let expected = "HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 5\r\n\r\n\
                    HTTP/1.1 200 OK\r\nx-own: 1\r\ncontent-length: 0\r\n\r\n\
                    HTTP/1.1 405 Method Not Allowed\r\nallow: POST\r\ncontent-length: 0\r\n\
                    connection: close\r\n\r\n";
    assert_eq!(raw.await, expected);
    let sent = hosted.exchanges().remove(0).reply.expect("a reply");
    assert_eq!((sent.body_length, sent.complete), (0, true));
}

#[tokio::test]
async fn a_reply_without_content_has_neither_body_nor_length() {
    let lab = lab().await;
    let reply = |number| Reply { status: status(number), ..reply("body") };
    let routes = || vec![get("/204", reply(204)), get("/304", reply(304))];
    let hosted = lab.host(vec![http("a.test", routes()), https("a.test", routes())]).expect("two");
    let request = "GET /204 HTTP/1.1\r\n\r\nGET /304 HTTP/1.1\r\nConnection: close\r\n\r\n";
    let expected = "HTTP/1.1 204 No Content\r\n\r\n\
                    HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n";
    assert_eq!(raw(&lab, request).await, expected);
    let over_http2 = client(&lab).get("https://a.test/204").send().await.expect("a reply");
    assert_eq!(over_http2.headers().len(), 0);
    let replies: Vec<_> = hosted.exchanges().into_iter().filter_map(|e| e.reply).collect();
    assert_eq!(replies.len(), 3);
    assert!(replies.iter().all(|reply| reply.complete && reply.headers.is_empty()), "{replies:?}");
}

#[tokio::test]
async fn odd_paths_are_taken_literally() {
    let lab = lab().await;
    let paths = ["/{a}", "/{*a}", "/:a", "/*", "/%7Ba%7D", "//", "/a/../b"];
    let routes = paths.map(|path| get(path, reply(path))).to_vec();
    let _tenancy = host(&lab, http("a.test", routes));
    for path in paths {
        let request = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n");
        let raw = raw(&lab, &request).await;
        assert!(raw.starts_with("HTTP/1.1 200") && raw.ends_with(path), "{raw}");
    }
    let missed = raw(&lab, "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(missed.starts_with("HTTP/1.1 404"), "{missed}");
}

#[tokio::test]
async fn a_delay_affects_only_its_own_reply() {
    let lab = lab().await;
    let short = Duration::from_millis(30);
    let routes =
        vec![get("/slow", late(LONG)), get("/short", late(short)), get("/fast", reply("fast"))];
    let hosted = host(&lab, https("a.test", routes));
    let client = client(&lab);
    let slow = tokio::spawn(client.get("https://a.test/slow").send());
    eventually("the slow request arrives", || hosted.exchanges().len() == 1).await;
    assert_eq!(body(&client, "https://a.test/fast").await, "fast");
    let started = Instant::now();
    assert_eq!(body(&client, "https://a.test/short").await, "late");
    assert!(started.elapsed() >= short);
    let exchanges = hosted.exchanges();
    assert_eq!(exchanges[0].connection, exchanges[1].connection);
    assert!(exchanges[0].reply.is_none() && exchanges[1].reply.is_some());
    slow.abort();
}

#[tokio::test]
async fn the_middleware_answers_preflights_and_adds_headers_to_replies() {
    let lab = lab().await;
    let policy = CorsSettings {
        allow_origins: Allow::Listed(vec!["https://page.test".into()]),
        allow_methods: Allow::Mirror,
        allow_headers: Allow::Listed(vec!["x-a".into(), "x-b".into()]),
        allow_credentials: true,
        expose_headers: Allow::Listed(vec!["x-total".into()]),
        max_age: Some(600),
    };
    let script =
        OriginScript { cors: cors(policy), ..https("a.test", vec![get("/", reply("hi"))]) };
    let hosted = host(&lab, script);
    let request = |method| {
        let request = client(&lab).request(method, "https://a.test/");
        request.header("origin", "https://page.test").header("access-control-request-method", "PUT")
    };
    let preflight = request(Method::OPTIONS).send().await.expect("a reply");
    for (name, value) in [
        ("access-control-allow-origin", "https://page.test"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", "x-a,x-b"),
        ("access-control-allow-credentials", "true"),
        ("access-control-max-age", "600"),
        ("vary", "origin, access-control-request-method, access-control-request-headers"),
    ] {
        assert_eq!(values(&preflight, name), [value], "{name}");
    }
    let actual = request(Method::GET).send().await.expect("a reply");
    assert_eq!(values(&actual, "access-control-expose-headers"), ["x-total"]);
    assert_eq!(actual.text().await.expect("text"), "hi");
    assert_eq!(sources(&hosted), [ReplySource::Middleware, ReplySource::Script]);
}

#[tokio::test]
async fn exchanges_contain_the_times_of_arrival_and_reply() {
    let lab = lab().await;
    let slow = Reply { delay: Some(Duration::from_millis(30)), ..reply("late") };
    let hosted = host(&lab, http("a.test", vec![get("/slow", slow), get("/", reply("soon"))]));
    let client = client(&lab);
    let before = lab.now();
    body(&client, "http://a.test/slow").await;
    body(&client, "http://a.test/").await;
    let after = lab.now();
    let exchanges = hosted.exchanges();
    let answered: Vec<_> = exchanges.iter().filter_map(Exchange::answered).collect();
    let moments =
        [before, exchanges[0].arrived, answered[0], exchanges[1].arrived, answered[1], after];
    assert!(moments.is_sorted(), "{moments:?}");
    assert!(answered[0] - exchanges[0].arrived >= Duration::from_millis(30), "{moments:?}");
}

//! Requests as they were on the wire.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

fn post(path: &str) -> Vec<Route> {
    vec![route(path, "POST", reply("ok")), get("/after", reply("after"))]
}

const AFTER: &str = "GET /after HTTP/1.1\r\nHOST: a.test\r\nx-Last: 1\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn header_lines_keep_order_and_spelling() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![]));
    raw(&lab, "GET /?a=b HTTP/1.1\r\nX-Second: 2\r\nhOST: a.test\r\nORIGIN: null\r\nx-second:\t3 \r\nConnection: close\r\n\r\n").await;
    let request = hosted.exchanges().remove(0).request;
    let lines: Vec<_> = request.headers.iter().map(|(n, v)| (n.as_str(), &v[..])).collect();
    let expected: [(&str, &[u8]); 5] = [
        ("X-Second", b"2"),
        ("hOST", b"a.test"),
        ("ORIGIN", b"null"),
        ("x-second", b"3"),
        ("Connection", b"close"),
    ];
    assert_eq!(lines, expected);
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/?a=b"));
    assert_eq!(request.body_length, Some(0));
}

#[tokio::test]
async fn pipelined_requests_are_separated() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", post("/p")));
    let first = "POST /p HTTP/1.1\r\nX-First: 1\r\nContent-LENGTH: 26\r\n\r\nGET /no HTTP/1.1\r\nFake: 1\r\n";
    let raw = raw(&lab, &[first, AFTER].concat()).await;
    assert_eq!(raw.matches("HTTP/1.1 200 OK").count(), 2, "{raw}");
    let exchanges = hosted.exchanges();
    assert_eq!(names(&exchanges[0]), ["X-First", "Content-LENGTH"]);
    assert_eq!(names(&exchanges[1]), ["HOST", "x-Last", "Connection"]);
    assert_eq!(exchanges[0].request.body_length, Some(26));
    assert_eq!(exchanges[0].connection, exchanges[1].connection);
}

#[tokio::test]
async fn a_chunked_body_is_counted_and_skipped() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", post("/c")));
    let head = "POST /c HTTP/1.1\r\nTransfer-ENCODING: chunked\r\nX-Odd: 1\r\n\r\n";
    let chunks = "5;ext=\"x\"\r\nhello\r\n0a\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n";
    raw(&lab, &[head, chunks, AFTER].concat()).await;
    let exchanges = hosted.exchanges();
    assert_eq!(exchanges[0].request.body_length, Some(15));
    assert_eq!(names(&exchanges[0]), ["Transfer-ENCODING", "X-Odd"]);
    assert_eq!(names(&exchanges[1]), ["HOST", "x-Last", "Connection"]);
}

#[tokio::test]
async fn a_client_that_waits_for_100_is_served() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", post("/e")));
    let mut stream = dial(&lab, "a.test", 80).await;
    let head = b"POST /e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(head).await.expect("the origin reads");
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.expect("the origin answers");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert!(hosted.exchanges()[0].reply.is_none());
    stream.write_all(b"body").await.expect("the origin reads");
    stream.write_all(AFTER.as_bytes()).await.expect("the origin reads");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("the origin closes");
    let exchanges = hosted.exchanges();
    assert_eq!(exchanges[0].request.body_length, Some(4));
    assert_eq!(names(&exchanges[1]), ["HOST", "x-Last", "Connection"]);
}

#[tokio::test]
async fn odd_targets_are_recorded() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![get("/abs", reply("abs"))]));
    let requests = "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n\
                    GET http://A.test/abs?q HTTP/1.1\r\nX-ABS: 1\r\nConnection: close\r\n\r\n";
    let raw = raw(&lab, requests).await;
    assert!(raw.starts_with("HTTP/1.1 404") && raw.ends_with("abs"), "{raw}");
    let exchanges = hosted.exchanges();
    let targets: Vec<_> = exchanges.iter().map(|e| e.request.target.as_str()).collect();
    assert_eq!(targets, ["*", "/abs?q"]);
    assert_eq!(names(&exchanges[1]), ["X-ABS", "Connection"]);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_answered_without_a_length() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", post("/big")));
    let send = |length| client(&lab).post("http://a.test/big").body(vec![0; length]).send();
    let limit = 64 << 20;
    assert_eq!(send(limit).await.expect("a reply").status(), 200);
    let beyond = send(limit + 1).await.expect("a reply");
    assert_eq!(beyond.status(), 200);
    let lengths: Vec<_> = hosted.exchanges().iter().map(|e| e.request.body_length).collect();
    assert_eq!(lengths, [Some(limit as u64), None]);
}

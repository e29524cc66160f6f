//! Connections that go wrong, and clients that leave.

use cors_servers::HostedServers;
use cors_servers::exchange::Fault;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

async fn only_fault(hosted: &HostedServers) -> Fault {
    eventually("the fault is noted", || !hosted.failed_connections().is_empty()).await;
    assert_eq!(hosted.failed_connections().len(), 1);
    hosted.failed_connections().remove(0).what
}

#[tokio::test]
async fn invalid_tls_is_a_tls_fault() {
    let lab = lab().await;
    let hosted = host(&lab, https("a.test", vec![]));
    let mut stream = dial(&lab, "a.test", 443).await;
    stream.write_all(b"\x01 no TLS\r\n\r\n").await.expect("the origin reads");
    let fault = only_fault(&hosted).await;
    assert!(matches!(&fault, Fault::Tls(words) if words.contains("corrupt")), "{fault:?}");
    assert!(hosted.exchanges().is_empty());
}

#[tokio::test]
async fn a_client_with_the_other_scheme_has_no_server() {
    let lab = lab().await;
    for (origin, port, sent) in [
        (https("a.test", vec![]), 443, &b"GET / HTTP/1.1\r\n\r\n"[..]),
        (http("a.test", vec![]), 80, b"\x16\x03\x01\x02\x00\x01"),
    ] {
        let hosted = host(&lab, origin);
        let mut stream = dial(&lab, "a.test", port).await;
        stream.write_all(sent).await.expect("the origin reads");
        assert_eq!(only_fault(&hosted).await, Fault::OtherScheme, "{port}");
        assert!(hosted.exchanges().is_empty());
    }
}

#[tokio::test]
async fn a_client_that_trusts_no_authority_is_a_tls_fault() {
    let lab = lab().await;
    let other = self::lab().await;
    let hosted = host(&lab, https("a.test", vec![]));
    let client = builder_with_root(&lab, &other.ca_pem()).build().expect("a client");
    assert!(client.get("https://a.test/").send().await.is_err());
    let fault = only_fault(&hosted).await;
    assert!(matches!(&fault, Fault::Tls(words) if words.contains("alert")), "{fault:?}");
}

#[tokio::test]
async fn invalid_http_is_an_http_fault() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![]));
    let answer = raw(&lab, "\u{1}\u{3}nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let fault = only_fault(&hosted).await;
    assert!(matches!(&fault, Fault::Http(words) if words.contains("invalid")), "{fault:?}");
}

#[tokio::test]
async fn an_incomplete_head_is_an_http_fault_after_an_exchange_too() {
    let lab = lab().await;
    for requests in ["GET / HT", "GET / HTTP/1.1\r\n\r\nGET / HT"] {
        let hosted = host(&lab, http("a.test", vec![]));
        let mut stream = dial(&lab, "a.test", 80).await;
        stream.write_all(requests.as_bytes()).await.expect("the origin reads");
        stream.shutdown().await.expect("closing works");
        let fault = only_fault(&hosted).await;
        assert!(matches!(&fault, Fault::Http(words) if words.contains("closed")), "{fault:?}");
    }
}

#[tokio::test]
async fn a_connection_without_a_request_is_no_fault() {
    let lab = lab().await;
    let hosted = lab.host(vec![http("a.test", vec![]), https("a.test", vec![])]).expect("two");
    for port in [80, 443] {
        let mut stream = dial(&lab, "a.test", port).await;
        stream.shutdown().await.expect("closing works");
        assert_eq!(stream.read(&mut [0]).await.expect("the origin closes"), 0);
    }
    // A fault of an earlier connection would be recorded before that of a later one.
    let mut last = dial(&lab, "a.test", 443).await;
    last.write_all(b"garbage").await.expect("the origin reads");
    let fault = only_fault(&hosted).await;
    assert!(matches!(&fault, Fault::Tls(words) if words.contains("corrupt")), "{fault:?}");
}

#[tokio::test]
async fn an_exchange_has_no_reply_if_the_client_leaves_before_it() {
    let lab = lab().await;
    let routes = || vec![get("/", late(LONG))];
    let hosted = lab.host(vec![http("a.test", routes()), https("a.test", routes())]).expect("two");
    let mut plain = dial(&lab, "a.test", 80).await;
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("the origin reads");
    plain.shutdown().await.expect("closing works");
    assert_eq!(plain.read(&mut [0]).await.expect("the origin closes"), 0);
    let waiting = tokio::spawn(client(&lab).get("https://a.test/").send());
    eventually("the request arrives", || hosted.exchanges().len() == 2).await;
    waiting.abort();
    assert!(waiting.await.is_err_and(|error| error.is_cancelled()));
    let replies: Vec<_> = hosted.exchanges().into_iter().filter_map(|e| e.reply).collect();
    assert_eq!((replies.len(), hosted.failed_connections().len()), (0, 0));
}

#[tokio::test]
async fn a_reply_is_incomplete_if_the_client_leaves_during_it() {
    let lab = lab().await;
    // More than the sockets of both ends and hyper can hold.
    let routes = [64 << 20, 1 << 20].map(|size| get(&format!("/{size}"), reply(&"x".repeat(size))));
    let hosted = host(&lab, http("a.test", routes.to_vec()));
    let mut stream = dial(&lab, "a.test", 80).await;
    let request = format!("GET /{} HTTP/1.1\r\n\r\n", 64 << 20);
    stream.write_all(request.as_bytes()).await.expect("the origin reads");
    stream.read_exact(&mut [0; 1000]).await.expect("the origin answers");
    drop(stream);
    let url = format!("http://a.test/{}", 1 << 20);
    assert_eq!(body(&client(&lab), &url).await.len(), 1 << 20);
    let replies = hosted.exchanges().into_iter().filter_map(|exchange| exchange.reply);
    let replies: Vec<_> = replies.map(|reply| (reply.body_length, reply.complete)).collect();
    assert_eq!(replies, [(64 << 20, false), (1 << 20, true)]);
    assert_eq!(hosted.failed_connections().len(), 0);
}

#[tokio::test]
async fn a_request_has_no_body_length_if_the_client_leaves_during_it() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![route("/", "POST", reply("ok"))]));
    let mut stream = dial(&lab, "a.test", 80).await;
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nfour").await.expect("read");
    stream.shutdown().await.expect("closing works");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("the origin closes");
    let exchange = hosted.exchanges().remove(0);
    assert!(exchange.reply.is_none(), "{exchange:?}");
    assert_eq!(exchange.request.body_length, None);
    assert_eq!(hosted.failed_connections().len(), 0);
}

#[tokio::test]
async fn a_request_for_another_server_is_misdirected_and_a_fault() {
    let lab = lab().await;
    let asked = ["Host: b.test", "Host: a.test:8080", "host: [::1]"];
    let heads = asked.map(|line| format!("GET / HTTP/1.1\r\n{line}\r\n"));
    let absolute = "GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n".to_owned();
    for head in heads.into_iter().chain([absolute]) {
        let hosted = host(&lab, http("a.test", vec![]));
        let answer = raw(&lab, &format!("{head}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{head} {answer}");
        let fault = only_fault(&hosted).await;
        assert!(matches!(fault, Fault::Misdirected(_)), "{head} {fault:?}");
    }
}

#[tokio::test]
async fn a_request_for_its_own_server_in_any_spelling_is_no_fault() {
    let lab = lab().await;
    let asked = ["Host: A.test", "Host: a.test:80", "X: 1", "Host:"];
    let heads = asked.map(|line| format!("GET / HTTP/1.1\r\n{line}\r\n"));
    let absolute = "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n".to_owned();
    for head in heads.into_iter().chain([absolute]) {
        let hosted = host(&lab, http("a.test", vec![]));
        let answer = raw(&lab, &format!("{head}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{head} {answer}");
        assert_eq!(hosted.failed_connections().len(), 0, "{head}");
    }
}

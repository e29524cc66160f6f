//! Replies of status 101, which open a WebSocket.

use cors_servers::exchange::ReplySource;
use cors_servers::script::Reply;
use futures_util::StreamExt;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

fn opens() -> Reply {
    Reply { status: status(101), body: text("hello"), ..with_headers(&[("X-A", "1")]) }
}

#[tokio::test]
async fn the_server_accepts_the_handshake_and_sends_the_body_as_a_message() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![get("/chat", opens())]));
    let stream = dial(&lab, "a.test", 80).await;
    let (mut socket, response) = client_async("ws://a.test/chat", stream).await.expect("a socket");
    assert_eq!(response.headers()["x-a"], "1");
    let message = socket.next().await.expect("a message").expect("a message");
    assert_eq!(message, Message::text("hello"));
    let reply = hosted.exchanges().remove(0).reply.expect("a reply");
    assert_eq!((reply.status, reply.source), (101, ReplySource::Script));
    let names: Vec<_> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["X-A", "connection", "upgrade", "sec-websocket-accept"]);
    // The open socket does not keep the servers.
    hosted.end().await;
}

#[tokio::test]
async fn a_socket_opens_over_tls_where_the_client_offers_no_other_protocol() {
    let lab = lab().await;
    let _hosted = host(&lab, https("a.test", vec![get("/chat", opens())]));
    let stream = handshake(&lab, dial(&lab, "a.test", 443).await, "a.test").await.expect("TLS");
    let (mut socket, _) = client_async("wss://a.test/chat", stream).await.expect("a socket");
    let message = socket.next().await.expect("a message").expect("a message");
    assert_eq!(message, Message::text("hello"));
}

#[tokio::test]
async fn a_request_without_a_handshake_gets_426() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![get("/chat", opens())]));
    let response = client(&lab).get("http://a.test/chat").send().await.expect("a reply");
    assert_eq!(response.status(), 426);
    let reply = hosted.exchanges().remove(0).reply.expect("a reply");
    assert_eq!(reply.source, ReplySource::UpgradeRequired);
}

#[tokio::test]
async fn a_server_can_refuse_a_handshake() {
    let lab = lab().await;
    let refusal = Reply { status: status(403), ..reply("no") };
    let _hosted = host(&lab, http("a.test", vec![get("/chat", refusal)]));
    let stream = dial(&lab, "a.test", 80).await;
    assert!(client_async("ws://a.test/chat", stream).await.is_err());
}

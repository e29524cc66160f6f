//! The server's side of a WebSocket: RFC 6455. A script opens one with a reply of status 101, whose body is the message
//! that the server sends.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{HeaderMap, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

const WEBSOCKET: &str = "websocket";

/// Whether a request asks for a WebSocket: RFC 6455, 4.2.1.
pub(crate) fn is_handshake(headers: &HeaderMap) -> bool {
    let value = headers.get(UPGRADE).map(HeaderValue::as_bytes).unwrap_or_default();
    value.eq_ignore_ascii_case(WEBSOCKET.as_bytes())
}

/// The header lines with which the server accepts a request: RFC 6455, 4.2.2.
pub(crate) fn accept(request: &HeaderMap, response: &mut HeaderMap) {
    let key = request.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    response.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    response.insert(UPGRADE, HeaderValue::from_static(WEBSOCKET));
    response.extend(
        HeaderValue::from_str(&derive_accept_key(key)).ok().map(|it| (SEC_WEBSOCKET_ACCEPT, it)),
    );
}

/// Sends the message, and then reads until the client closes the socket.
pub(crate) async fn serve_websocket(upgrade: OnUpgrade, message: Bytes) {
    // A client that left needs no answer.
    let Ok(upgraded) = upgrade.await else { return };
    let stream = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let text = String::from_utf8_lossy(&message).into_owned();
    if socket.send(Message::text(text)).await.is_ok() {
        while let Some(Ok(_)) = socket.next().await {}
    }
}

//! The schema of the replies of a server.

use cors_servers::script::Point;
use serde_json::Value;

use super::content;
use super::schema_terms::{BODY, Key, LINES, definition, list, mapping, text, words};

/// A reply of a server.
pub(super) fn reply() -> Value {
    mapping("a reply: `{ status: 200 }`, or `{}` for an empty one", reply_keys(), &[])
}

fn reply_keys() -> Vec<Key> {
    vec![
        ("status", text(), "a status code: 200 to 999, or 101 for a WebSocket"),
        ("headers", list(definition("line")), LINES),
        ("body", text(), BODY),
        ("content", words(content::words()), "a body that the harness makes"),
        ("delay", text(), "how long to wait: `50ms` or `1s`"),
        ("pause", text(), "the time between two bytes of the body: `50ms`"),
        ("closes", words(points()), "where the server closes the connection"),
        ("hangs", words(points()), "where the server stops sending, and keeps the connection open"),
        (
            "interim",
            list(definition("interim")),
            "informational responses before it: `- { status: 103 }`",
        ),
        (
            "instead",
            list(definition("other-reply")),
            "replies under a condition: `- { when: { header: Range }, status: 206 }`",
        ),
    ]
}

fn points() -> impl Iterator<Item = &'static str> + Clone {
    Point::ALL.into_iter().map(Point::as_str)
}

/// An informational response.
pub(super) fn interim() -> Value {
    let keys =
        [("status", text(), "100, or 102 to 199"), ("headers", list(definition("line")), LINES)];
    mapping("an informational response: `{ status: 103 }`", keys, &["status"])
}

/// A reply that is given under a condition. It has no further replies below it.
pub(super) fn other_reply() -> Value {
    let when = ("when", definition("condition"), "what the request must have");
    let keys = reply_keys().into_iter().filter(|(key, ..)| *key != "instead").chain([when]);
    mapping("a reply with a condition: `{ when: { header: Range }, status: 206 }`", keys, &["when"])
}

/// What a request needs to have for such a reply.
pub(super) fn condition() -> Value {
    let keys = [
        (
            "header",
            text(),
            "a header of the request: `Range`, or `Range: bytes=0-1` with its value",
        ),
        ("cookie", text(), "the name of a cookie"),
        ("up-to", text(), "how many of the first requests for the path: `1`"),
    ];
    mapping("a condition: `{ header: Range }`", keys, &[])
}

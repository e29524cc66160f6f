//! The service as an axum router, without CORS headers and with the lines that repair it.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::{get, put};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The lines, as reports show them for `--stack tower-http`, in braces and with the router as their value.
pub const LINES: &str = include_str!("tower_http_lines.rs");

/// The service.
pub fn app() -> Router {
    Router::new()
        .route("/me", get(async |headers: HeaderMap| with_login(&headers, StatusCode::OK)))
        .route(
            "/things",
            put(async |headers: HeaderMap| with_login(&headers, StatusCode::NO_CONTENT)),
        )
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
}

/// The service with the lines.
#[expect(clippy::let_and_return, reason = "the lines bind the router to a name")]
pub fn repaired() -> Router {
    let app = app();
    include!("tower_http_lines.rs")
}

fn with_login(
    headers: &HeaderMap,
    status: StatusCode,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let is_alice = headers.get("cookie").is_some_and(|cookie| cookie == "session=alice");
    (if is_alice { status } else { StatusCode::UNAUTHORIZED }, [("etag", "\"v1\"")])
}

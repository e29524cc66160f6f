//! The service in axum, with tower-http's `CorsLayer` in the configuration `mode`, for programs
//! that serve it in their own process. Needs only axum and tower-http (`cors`).

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// All configurations; the first one is correct.
pub const MODES: [&str; 7] = [
    "production",
    "development",
    "ends-with",
    "http-allowed",
    "header-missing",
    "no-vary",
    "options-405",
];

/// The service in one of [`MODES`].
///
/// # Panics
/// If there is no such mode.
pub fn app(mode: &str) -> Router {
    let layer = layer(mode);
    // A layer applies to the routes that exist when it is added, and not to later ones.
    if mode == "options-405" {
        open().layer(layer).merge(things())
    } else {
        open().merge(things()).layer(layer)
    }
}

fn layer(mode: &str) -> CorsLayer {
    let https = ["https://app.my-company.com", "https://admin.my-company.com"];
    let http = "http://app.my-company.com";
    match mode {
        "production" | "options-405" => production(https),
        "development" => production(["http://localhost:5173"]),
        // The predicate of the library's own example, with another domain.
        "ends-with" => production(https).allow_origin(AllowOrigin::predicate(|origin, _| {
            origin.as_bytes().ends_with(b"my-company.com")
        })),
        // Left over from the time before TLS: an attacker who can serve an http page on that name
        // can read.
        "http-allowed" => production(https.into_iter().chain([http])),
        "header-missing" => production(https).allow_headers([CONTENT_TYPE]),
        // The library sends Vary by default.
        "no-vary" => production(https).vary([]),
        _ => panic!("there is no mode {mode}; one of: {}", MODES.join(", ")),
    }
}

fn production(origins: impl IntoIterator<Item = &'static str>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.into_iter().map(HeaderValue::from_static)))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::PUT, Method::DELETE])
        .allow_headers([CONTENT_TYPE, HeaderName::from_static("x-request-id")])
        .expose_headers([ETAG])
        .max_age(Duration::from_secs(600))
}

fn open() -> Router {
    Router::new()
        .route("/health", get(async || json(r#"{"ready": true}"#)))
        .route("/public", get(async || json(r#"{"chair": 40}"#)))
        .route("/me", get(async || json(r#"{"user": "alice"}"#)).route_layer(from_fn(login)))
        .route("/cached", get(cached))
        // An error that a handler returns. A panic would end the connection without a response.
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
}

fn things() -> Router {
    let put_things = async |body: String| json(format!(r#"{{"kept": {body}, "by": "alice"}}"#));
    let delete_things = async || StatusCode::NO_CONTENT;
    // A route layer does not apply to methods that the route does not take, such as OPTIONS.
    let both = put(put_things).delete(delete_things).route_layer(from_fn(login));
    Router::new().route("/things", both)
}

async fn login(request: Request, next: Next) -> Response {
    let mut cookies =
        request.headers().get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    if cookies.any(|line| line.split("; ").any(|cookie| cookie == "session=alice")) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, json(r#"{"detail": "log in first"}"#)).into_response()
    }
}

async fn cached(headers: HeaderMap) -> Response {
    const TAG: &str = r#""v1""#;
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known == TAG) {
        (StatusCode::NOT_MODIFIED, [(ETAG, TAG)]).into_response()
    } else {
        ([(ETAG, TAG)], json(r#"{"version": 1}"#)).into_response()
    }
}

fn json(body: impl Into<String>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body.into())
}

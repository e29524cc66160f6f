//! The service of the kit with tower-http.

use std::{env, time::Duration};

use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::get, routing::put};
use tower_http::cors::{AllowOrigin, CorsLayer};

fn names<T: std::str::FromStr>(variable: &str) -> Vec<T> {
    env::var(variable).unwrap_or_default().split(',').filter_map(|it| it.parse().ok()).collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let origins = match env::var("ORIGINS").as_deref() {
        Ok("*") => AllowOrigin::any(),
        _ => AllowOrigin::list(names("ORIGINS")),
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(names::<axum::http::Method>("METHODS"))
        .allow_headers(names::<axum::http::HeaderName>("HEADERS"))
        .expose_headers(names::<axum::http::HeaderName>("EXPOSE"))
        .allow_credentials(env::var("CREDENTIALS").is_ok_and(|value| value == "true"))
        .max_age(Duration::from_secs(names("MAX_AGE").first().copied().unwrap_or(600)))
        .allow_private_network(env::var("PRIVATE_NETWORK").is_ok_and(|value| value == "true"));
    let me = async |headers: HeaderMap| match headers.get("cookie") {
        Some(cookie) if cookie == "session=alice" => StatusCode::OK,
        _ => StatusCode::UNAUTHORIZED,
    };
    let app = Router::new()
        .route("/public", get(async || ([("x-total", "3")], "open")))
        .route("/me", get(me))
        .route("/things", put(async || StatusCode::NO_CONTENT))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .layer(layer);
    let port = env::args().nth(1).ok_or("the port is missing")?;
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    Ok(axum::serve(listener, app).await?)
}

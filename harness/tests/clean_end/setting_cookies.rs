//! A browser that ends while it is made ready for its rows, before any of them is played.

use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Uri};
use cors_harness::engine::Kind;

use crate::borrowed::{Lender, arguments};
use crate::crashes::results;
use crate::run::Run;

/// Rows that share a page, each with its own cookie.
const CASE: &str = "
name: A reply is read
because: It was sent.
servers:
  https://api.example.com:
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }], body: hello } }
cookies: [{ https://api.example.com: '${cookie}=1; Secure; SameSite=None' }]
page: https://app.example.net
matrix: { cookie: [first, deadly, last] }
steps:
  - fetch: https://api.example.com/me
";

/// A grid in front of a driver whose browser ends when it is given the cookie `deadly`.
fn grid(lender: &Lender) -> String {
    let driver = lender.url().to_owned();
    lender.serve(Router::new().fallback(move |method: Method, uri: Uri, body: Bytes| {
        let driver = driver.clone();
        async move {
            let client = reqwest::Client::new();
            if String::from_utf8_lossy(&body).contains(r#""name":"deadly""#) {
                let session = uri.path().split('/').nth(2).unwrap_or_default();
                let ended = client.delete(format!("{driver}/session/{session}")).send().await;
                assert!(ended.unwrap().status().is_success());
            }
            let asked = client.request(method, format!("{driver}{uri}")).body(body).send().await;
            let asked = asked.unwrap();
            let json = [(CONTENT_TYPE, "application/json; charset=utf-8")];
            (asked.status(), json, asked.text().await.unwrap())
        }
    }))
}

/// In Chromium, which is given its cookies through its driver.
#[test]
fn a_row_whose_browser_fails_to_start_affects_no_other_row() {
    let Some(run) = Run::new(Kind::Chromium) else { return };
    std::fs::write(run.path("cases/cookies.yaml"), CASE).unwrap();
    let lender = Lender::start(&run);
    let (grid, json) = (grid(&lender), run.path("run.json"));
    let harness = Path::new(env!("CARGO_BIN_EXE_cors-harness"));
    let arguments = arguments(&grid, &run, json.to_str().unwrap());
    let output = run.start(harness, &arguments).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "nothing was reviewed: {output:?}");
    for (_, result) in results(&run) {
        let deadly = result["row"]["cookie"] == "deadly";
        let verdict = if deadly { "inconclusive" } else { "agrees" };
        assert_eq!(result["verdict"], verdict, "{result:#}");
        assert!(deadly || result["repeated"].is_string(), "{result:#}");
        let why = result["steps"][0]["inconclusive"].as_str().unwrap_or_default();
        assert_eq!(why.contains("crashed twice"), deadly, "{result:#}");
    }
}

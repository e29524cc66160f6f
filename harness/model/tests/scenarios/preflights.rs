use crate::support::*;

const OWN: &str = "Access-Control-Allow-Origin: https://app.example";

/// An API that grants PUT, DELETE and two headers for ten seconds, and answers.
fn granting(more: &[&str]) -> Vec<Server> {
    let preflight = [
        OWN,
        "Access-Control-Allow-Methods: PUT, DELETE",
        "Access-Control-Allow-Headers: x-a, x-b",
    ];
    let preflight = [&preflight, more].concat();
    let yes = || reply(200, &[OWN, "Access-Control-Allow-Credentials: true"], "done");
    vec![server(
        API,
        vec![
            ("OPTIONS /", reply(204, &preflight, "")),
            ("GET /", yes()),
            ("PUT /", yes()),
            ("DELETE /", yes()),
            ("POST /", yes()),
        ],
    )]
}

fn url() -> String {
    format!("{API}/")
}

#[test]
fn preflight_with_get_and_a_custom_header_from_allowed() {
    let row = row(PAGE, granting(&[]), vec![fetch("GET", &url()).line("X-A", "1")]);
    let ruling = ruled(&row);
    let step = &ruling[0];
    assert_eq!(outcomes(&row), ["GET? GET allowed"]);
    let preflight = &step.preflights()[0];
    assert_eq!(preflight.request.url.as_str(), "https://api.example/");
    assert_eq!(header(preflight, "origin").as_deref(), Some(PAGE));
    assert_eq!(header(preflight, "access-control-request-headers").as_deref(), Some("x-a"));
    assert_eq!(preflight.response.status, 204);
    assert_eq!(preflight.response.headers.iter().count(), 3);
}

#[test]
fn actual_with_safe_methods_and_headers_from_allowed() {
    let steps = vec![
        fetch("get", &url()).line("Accept", "x/y"),
        fetch("HEAD", &url()),
        fetch("POST", &url()).body("x").line("Content-Type", "text/plain"),
    ];
    let row = row(PAGE, granting(&[]), steps);
    assert_eq!(outcomes(&row), ["GET allowed", "HEAD allowed", "POST allowed"]);
}

#[test]
fn preflight_with_patch_from_allowed() {
    let row = row(PAGE, granting(&[]), vec![fetch("patch", &url())]);
    assert_eq!(outcomes(&row), ["patch? method-not-allowed"]);
}

#[test]
fn headers_of_the_cache_mode_need_no_preflight() {
    let steps = ["no-store", "reload", "no-cache"].map(|mode| fetch("GET", &url()).cache(mode));
    let row = row(PAGE, granting(&[]), steps.into());
    assert_eq!(outcomes(&row), ["GET allowed"; 3]);
}

#[test]
fn preflight_results_are_kept_by_url() {
    let steps = vec![
        fetch("PUT", &url()),
        fetch("PUT", &url()),
        fetch("DELETE", &url()).line("x-B", "1"),
        fetch("PUT", &format!("{API}/?q")),
    ];
    let row = row(PAGE, granting(&[]), steps);
    let expected = ["PUT? PUT allowed", "PUT allowed", "DELETE allowed", "PUT? PUT allowed"];
    assert_eq!(outcomes(&row), expected);
}

#[test]
fn max_age_zero_keeps_nothing() {
    let steps = vec![fetch("PUT", &url()), fetch("PUT", &url())];
    let row = row(PAGE, granting(&["Access-Control-Max-Age: 0"]), steps);
    assert_eq!(outcomes(&row), ["PUT? PUT allowed"; 2]);
}

#[test]
fn a_delay_of_the_server_makes_a_preflight_result_expire() {
    let mut servers = granting(&[]);
    servers.push(server(PAGE, vec![("GET /", after(reply(200, &[], ""), 5))]));
    let wait = fetch("GET", &format!("{PAGE}/"));
    let row = row(PAGE, servers, vec![fetch("PUT", &url()), wait, fetch("PUT", &url())]);
    assert_eq!(outcomes(&row), ["PUT? PUT allowed", "GET allowed", "PUT? PUT allowed"]);
}

#[test]
fn steps_that_start_together_wait_together() {
    let mut servers = granting(&[]);
    servers.push(server(PAGE, vec![("GET /", after(reply(200, &[], ""), 3))]));
    let wait = |query: &str| fetch("GET", &format!("{PAGE}/{query}"));
    let mut row = row(PAGE, servers, vec![fetch("PUT", &url())]);
    row.groups.push(vec![wait("?1"), wait("?2")]);
    row.groups.push(vec![fetch("PUT", &url())]);
    assert_eq!(outcomes(&row)[3], "PUT allowed");
}

#[test]
fn a_network_error_clears_the_preflight_cache() {
    let preflight = reply(204, &[OWN, "Access-Control-Allow-Methods: PUT, DELETE"], "");
    let servers = vec![server(
        API,
        vec![
            ("OPTIONS /", preflight),
            ("PUT /", reply(200, &[OWN], "")),
            ("DELETE /", reply(200, &[], "")),
        ],
    )];
    let steps = ["PUT", "DELETE", "PUT"].map(|method| fetch(method, &url()));
    let found = outcomes(&row(PAGE, servers, steps.into()));
    assert_eq!(found, ["PUT? PUT allowed", "DELETE missing-allow-origin", "PUT? PUT allowed"]);
}

#[test]
fn a_preflight_with_credentials_serves_requests_without_them() {
    let servers = granting(&["Access-Control-Allow-Credentials: true"]);
    let steps = vec![fetch("PUT", &url()).include(), fetch("PUT", &url())];
    let with_first = outcomes(&row(PAGE, servers.clone(), steps.clone()));
    assert_eq!(with_first, ["PUT? PUT allowed", "PUT allowed"]);
    let other_way: Vec<_> = steps.into_iter().rev().collect();
    assert_eq!(outcomes(&row(PAGE, servers, other_way)), ["PUT? PUT allowed"; 2]);
}

#[test]
fn authorization_is_not_covered_by_the_wildcard() {
    for allowed in ["*", "*, Authorization"] {
        let line = format!("Access-Control-Allow-Headers: {allowed}");
        let preflight = reply(204, &[OWN, &line], "");
        let servers =
            vec![server(API, vec![("OPTIONS /", preflight), ("GET /", reply(200, &[OWN], ""))])];
        let step = fetch("GET", &url()).line("Authorization", "Bearer x");
        let expected =
            if allowed == "*" { "GET? authorization-not-listed" } else { "GET? GET allowed" };
        assert_eq!(outcomes(&row(PAGE, servers, vec![step])), [expected]);
    }
}

#[test]
fn a_redirected_preflight_is_refused() {
    let moved = reply(307, &[OWN, "Location: https://api.example/x"], "");
    let servers = vec![server(API, vec![("OPTIONS /", moved), ("PUT /", reply(200, &[OWN], ""))])];
    assert_eq!(
        outcomes(&row(PAGE, servers, vec![fetch("PUT", &url())])),
        ["PUT? preflight-status"]
    );
}

#[test]
fn same_origin_requests_are_not_preflighted() {
    let servers = vec![server(PAGE, vec![("PUT /", reply(200, &[], "${origin}"))])];
    let step = fetch("PUT", &format!("{PAGE}/")).line("Authorization", "x");
    let ruling = ruled(&row(PAGE, servers, vec![step]));
    let response = ruling[0].response.as_ref().expect("a response");
    assert_eq!((response.response_type, response.text.as_deref()), (Some("basic"), Some(PAGE)));
    assert!(ruling[0].preflights().is_empty());
}

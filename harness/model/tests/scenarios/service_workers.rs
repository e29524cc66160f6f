//! Documents that a service worker controls: <https://fetch.spec.whatwg.org/#http-fetch>.

use std::sync::Arc;

use cors_model::{
    Client, Group, Outcome, RunOptions, Scenario, ServiceWorker, ServiceWorkerResponse,
};

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";

fn servers(allow: &str) -> Vec<Server> {
    let preflight = reply(204, &[ALL, &format!("Access-Control-Allow-Methods: {allow}")], "");
    let routes = vec![
        ("GET /", reply(200, &[ALL], "from the server")),
        ("PUT /", reply(200, &[ALL], "from the server")),
        ("OPTIONS /", preflight),
        ("GET /moved", reply(302, &[ALL, "Location: /"], "")),
        ("GET /status/200", reply(200, &[ALL], "")),
        ("GET /status/206", reply(206, &[ALL], "")),
        ("GET /status/404", reply(404, &[ALL], "")),
    ];
    vec![server(API, routes), server(PAGE, vec![("GET /", reply(200, &[], "from the server"))])]
}

fn outcomes_of(response: ServiceWorkerResponse, allow: &str, steps: &[Step]) -> Vec<Outcome> {
    let document = Client::document(url(&format!("{PAGE}/page")));
    let script_url = url(&format!("{PAGE}/worker"));
    let service_worker = Some(ServiceWorker { script_url, response });
    let groups = steps.iter().map(|step| Group::Calls(vec![step.call()])).collect();
    let client = Arc::new(Client { service_worker, ..document });
    let scenario = Scenario { client, cookies: Vec::new(), groups };
    scenario.run(&mut Servers::new(&servers(allow)), RunOptions::default()).outcomes
}

fn words(outcome: &Outcome) -> String {
    format!("{}{}", sent(outcome), end(outcome))
}

#[test]
fn a_service_worker_gets_requests_and_no_preflights() {
    let put = fetch("PUT", &format!("{API}/"));
    let options = fetch("OPTIONS", &format!("{API}/#fragment"));
    for (allow, expected) in [("PUT", "PUT? PUT allowed"), ("PATCH", "PUT? method-not-allowed")] {
        let steps = [put.clone(), options.clone()];
        let outcomes = outcomes_of(ServiceWorkerResponse::NewToOptions, allow, &steps);
        assert_eq!(words(&outcomes[0]), expected);
        assert_eq!(words(&outcomes[1]), "allowed", "no server gets the OPTIONS of script");
        assert_eq!(outcomes[1].text(), "PUT, OPTIONS");
    }
}

#[test]
fn the_mode_of_a_request_decides_what_a_page_has_of_a_new_response() {
    for (at, mode, expected) in [
        (PAGE, "same-origin", Some("basic")),
        (PAGE, "no-cors", Some("basic")),
        (API, "cors", Some("cors")),
        (API, "no-cors", None),
    ] {
        let step = fetch("GET", &format!("{at}/")).mode(mode);
        let outcomes = outcomes_of(ServiceWorkerResponse::New, "", &[step]);
        let response = outcomes[0].response.as_ref();
        assert_eq!(response.and_then(|response| response.response_type), expected, "{at} {mode}");
        assert!(outcomes[0].exchanges.is_empty());
        assert!(response.is_none_or(|response| response.text.as_deref() == Some("GET")));
    }
}

#[test]
fn an_error_of_a_service_worker_is_a_network_error() {
    for mode in ["same-origin", "cors", "no-cors"] {
        let step = fetch("GET", &format!("{PAGE}/")).mode(mode);
        let outcomes = outcomes_of(ServiceWorkerResponse::Error, "", &[step]);
        assert_eq!(words(&outcomes[0]), "service-worker-response");
    }
}

#[test]
fn the_redirect_mode_decides_which_redirects_of_a_service_worker_are_accepted() {
    use ServiceWorkerResponse::{NewToOptions, OfUrl, OfUrlWithoutRedirects};
    for (response, mode, expected) in [
        (OfUrl, "follow", "GET GET allowed"),
        (OfUrl, "error", "GET GET service-worker-response"),
        (OfUrl, "manual", "GET GET service-worker-response"),
        (OfUrlWithoutRedirects, "follow", "GET service-worker-response"),
        (OfUrlWithoutRedirects, "error", "GET service-worker-response"),
        (OfUrlWithoutRedirects, "manual", "GET opaque"),
        (NewToOptions, "follow", "GET GET allowed"),
        (NewToOptions, "error", "GET redirect-mode-error"),
    ] {
        let step = fetch("GET", &format!("{API}/moved")).redirect(mode);
        let outcomes = outcomes_of(response, "", &[step]);
        assert_eq!(words(&outcomes[0]), expected, "{response:?} {mode}");
    }
}

#[test]
fn a_redirect_of_a_server_is_not_shown_to_the_service_worker() {
    let steps = [fetch("GET", &format!("{API}/moved")), fetch("OPTIONS", &format!("{API}/"))];
    let outcomes = outcomes_of(ServiceWorkerResponse::NewToOptions, "", &steps);
    assert_eq!(words(&outcomes[0]), "GET GET allowed");
    assert_eq!(outcomes[1].text(), "OPTIONS");
}

#[test]
fn a_stored_response_is_as_readable_as_it_was_when_it_was_fetched() {
    use ServiceWorkerResponse::{Added, AddedWithoutCors, Put, PutWithoutCors};
    for (response, mode, status, first, second) in [
        (Put, "cors", 200, "GET allowed", "allowed"),
        (Put, "no-cors", 200, "GET allowed", "allowed"),
        (Put, "cors", 404, "GET allowed", "allowed"),
        (Put, "cors", 206, "GET service-worker-response", "GET service-worker-response"),
        (PutWithoutCors, "no-cors", 200, "GET opaque", "opaque"),
        (PutWithoutCors, "no-cors", 206, "GET opaque", "opaque"),
        (PutWithoutCors, "cors", 200, "GET service-worker-response", "service-worker-response"),
        (Added, "cors", 200, "GET allowed", "allowed"),
        (Added, "cors", 404, "GET service-worker-response", "GET service-worker-response"),
        (
            AddedWithoutCors,
            "no-cors",
            200,
            "GET service-worker-response",
            "GET service-worker-response",
        ),
    ] {
        let step = fetch("GET", &format!("{API}/status/{status}")).mode(mode);
        let outcomes = outcomes_of(response, "", &[step.clone(), step]);
        let words = [words(&outcomes[0]), words(&outcomes[1])];
        assert_eq!(words, [first, second], "{response:?} {mode} {status}");
    }
}

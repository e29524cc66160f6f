//! Preloaded resources: <https://html.spec.whatwg.org/#consume-a-preloaded-resource>.

use std::sync::Arc;

use cors_model::{
    Call, Client, Consumer, CredentialsMode, Group, Mode, ResourceCall, Ruling, RunOptions,
    Scenario,
};

use crate::support::*;

const ME: &str = "https://api.example/me";

/// `<link rel="preload" as="fetch" crossorigin>`
fn preload() -> Call {
    Call::Resource(ResourceCall {
        mode: Mode::Cors,
        credentials_mode: CredentialsMode::SameOrigin,
        ..ResourceCall::new(ME, Consumer::Preload)
    })
}

/// A preload and then these steps: how many requests each step makes, and whether script can read the response.
fn after_a_preload(allow: &str, steps: &[Step]) -> Vec<(usize, bool)> {
    let line = format!("Access-Control-Allow-Origin: {allow}");
    let routes = vec![
        ("GET /me", reply(200, &[&line, "Cache-Control: no-store"], "hello")),
        ("OPTIONS /me", reply(204, &[&line, "Access-Control-Allow-Headers: x-a"], "")),
    ];
    let calls = std::iter::once(preload()).chain(steps.iter().map(Step::call));
    let scenario = Scenario {
        client: Arc::new(Client::document(url(&format!("{PAGE}/page")))),
        cookies: Vec::new(),
        groups: calls.map(|call| Group::Calls(vec![call])).collect(),
    };
    let servers = [server(API, routes)];
    let run = scenario.run(&mut Servers::new(&servers), RunOptions::default());
    let seen = run.outcomes.into_iter().skip(1);
    seen.map(|outcome| (outcome.exchanges.len(), outcome.ruling == Ruling::Allowed)).collect()
}

#[test]
fn a_preloaded_response_is_used_once() {
    let get = fetch("GET", ME);
    assert_eq!(after_a_preload("*", &[get.clone(), get]), [(0, true), (1, true)]);
    assert_eq!(after_a_preload("*", &[step(Initiator::Xhr, "GET", ME)]), [(0, true)]);
}

#[test]
fn a_preload_that_failed_is_used_too() {
    let get = fetch("GET", ME);
    assert_eq!(after_a_preload("null", &[get.clone(), get]), [(0, false), (1, false)]);
}

#[test]
fn another_request_does_not_use_a_preloaded_response() {
    for (other, expected) in [
        (fetch("GET", &format!("{ME}?other")), (1, true)),
        (fetch("HEAD", ME), (1, true)),
        (fetch("GET", ME).include(), (1, false)),
        (fetch("GET", ME).mode("no-cors"), (1, false)),
        (fetch("GET", ME).line("X-A", "1"), (2, true)),
        (fetch("GET", ME).line("Accept-Language", "de"), (1, true)),
    ] {
        assert_eq!(after_a_preload("*", std::slice::from_ref(&other)), [expected], "{other:?}");
    }
}

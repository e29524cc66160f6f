use std::sync::Arc;

use cors_model::{
    Call, Client, Consumer, ContentSecurityPolicy, Destination, EmbedderPolicy, Group, Mode,
    Reason, ReferrerPolicy, ResourceCall, Ruling, RunOptions, Scenario,
};

use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";

#[test]
fn a_sandboxed_frame_is_cross_site_everywhere() {
    let lines = ["Access-Control-Allow-Origin: null", "Access-Control-Allow-Credentials: true"];
    let servers = vec![server(PAGE, vec![("GET /", reply(200, &lines, "${origin}"))])];
    let mut row = row(PAGE, servers, vec![fetch("GET", &format!("{PAGE}/")).include()]);
    row.context = Context::SandboxedIframe;
    let ruling = ruled(&with_user_cookies(row, PAGE, &["a=1", "n=1; Secure; SameSite=None"]));
    let step = &ruling[0];
    assert_eq!(step.text(), "null");
    assert_eq!(step.requests()[0].request.cookie_names(), ["n"]);
}

#[test]
fn a_sandboxed_document_keeps_its_policies() {
    let document = Client::document(url(&format!("{PAGE}/page")));
    let policies = ContentSecurityPolicy::parse_all("connect-src 'none'");
    let client = Client {
        referrer_policy: ReferrerPolicy::Origin,
        content_security_policies: policies.clone(),
        embedder_policy: EmbedderPolicy::RequireCorp,
        ..document
    };
    let sandboxed = client.sandboxed();
    assert_eq!(sandboxed.referrer_policy, ReferrerPolicy::Origin);
    assert_eq!(sandboxed.content_security_policies.len(), policies.len());
    assert_eq!(sandboxed.embedder_policy, EmbedderPolicy::RequireCorp);
    assert_eq!(sandboxed.referrer_source, None);
}

#[test]
fn mixed_content_is_blocked() {
    let other = "http://api.example";
    for (page, inside, target, expected) in [
        (PAGE, None, other, "mixed-content"),
        (PAGE, None, "http://localhost:8000", "GET allowed"),
        (PAGE, None, "http://127.0.0.1:8000", "GET allowed"),
        ("http://app.example", None, other, "GET allowed"),
        ("http://app.example", Some(PAGE), other, "mixed-content"),
        ("http://localhost:3000", None, other, "mixed-content"),
        ("http://localhost:3000", None, "http://localhost:8000", "GET allowed"),
    ] {
        let servers = vec![server(target, vec![("GET /", reply(200, &[ALL], ""))])];
        let mut row = row(page, servers, vec![fetch("GET", &format!("{target}/"))]);
        if let Some(inside) = inside {
            row.context = Context::Iframe { inside: inside.to_owned() };
        }
        assert_eq!(outcomes(&row), [expected], "{page} {target}");
    }
}

#[test]
fn images_are_upgraded_unless_their_host_is_an_address() {
    let requested = |target: &str, reply: Reply| {
        let document = Client::document(url(&format!("{PAGE}/page")));
        let image = ResourceCall {
            destination: Destination::Image,
            ..ResourceCall::new(format!("{target}/"), Consumer::Image)
        };
        let scenario = Scenario {
            client: Arc::new(document),
            cookies: Vec::new(),
            groups: vec![Group::Calls(vec![Call::Resource(image)])],
        };
        let secure = target.replacen("http:", "https:", 1);
        let servers = [target, &secure].map(|at| server(at, vec![("GET /", reply.clone())]));
        let run = scenario.run(&mut Servers::new(&servers), RunOptions::default());
        let outcome = run.outcomes.into_iter().next().expect("one call");
        let urls = outcome.exchanges.iter().map(|exchange| exchange.request.url.to_string());
        (outcome.ruling, urls.collect::<Vec<_>>())
    };
    for (target, expected) in [
        ("http://api.example", Some("https://api.example/")),
        ("http://api.example:8080", Some("https://api.example:8080/")),
        ("http://127.0.0.1:8000", Some("http://127.0.0.1:8000/")),
        ("http://192.0.2.1", None),
    ] {
        let (ruling, urls) = requested(target, reply(200, &[], ""));
        assert_eq!(urls, expected.into_iter().collect::<Vec<_>>(), "{target} {ruling:?}");
    }
    let (ruling, _) =
        requested("http://api.example", reply(302, &["Location: http://cdn.example/"], ""));
    assert!(matches!(ruling, Ruling::CannotJudge(_)), "which URL is upgraded is open: {ruling:?}");
}

#[test]
fn data_urls_are_no_mixed_content() {
    let row = row(PAGE, Vec::new(), vec![fetch("GET", "data:,x")]);
    assert_eq!(outcomes(&row), ["cannot judge"]);
}

#[test]
fn requests_that_are_refused_before_they_are_sent() {
    for (step, expected) in [
        (fetch("GET", &format!("{API}/")).mode("same-origin"), "same-origin-mode"),
        (fetch("GET", "https://api.example:22/"), "bad-port"),
        (fetch("GET", "https://unlisted.example/"), "no-server"),
        (fetch("TRACE", &format!("{API}/")), "forbidden-method"),
        (fetch("GET", "ftp://localhost/"), "not-http"),
        (fetch("GET", "data:,x"), "cannot judge"),
    ] {
        let ruling = ruled(&row("http://app.example", Vec::new(), vec![step.clone()]));
        assert_eq!(outcomes(&row("http://app.example", Vec::new(), vec![step])), [expected]);
        assert!(ruling[0].exchanges.is_empty(), "{expected}");
    }
}

#[test]
fn exchanges_are_kept_whether_or_not_the_response_is_allowed() {
    let allow = "Access-Control-Allow-Methods: PUT";
    let servers = || {
        let preflight = reply(204, &[ALL, allow], "");
        let closed = || reply(200, &[], "");
        let routes = [("OPTIONS /", preflight), ("GET /", closed()), ("PUT /", closed())];
        vec![server(API, routes.into())]
    };
    for (method, expected) in [
        ("CONNECT", "0 forbidden-method"),
        ("DELETE", "1 DELETE? method-not-allowed"),
        ("GET", "1 GET missing-allow-origin"),
        ("PUT", "2 PUT? PUT missing-allow-origin"),
    ] {
        let row = row(PAGE, servers(), vec![fetch(method, &format!("{API}/"))]);
        let exchanges = ruled(&row)[0].exchanges.len();
        assert_eq!(format!("{exchanges} {}", outcomes(&row)[0]), expected);
    }
}

#[test]
fn clear_site_data_cannot_be_judged() {
    let clearing =
        vec![server(API, vec![("GET /", reply(200, &[ALL, "Clear-Site-Data: \"*\""], ""))])];
    let twice = vec![fetch("GET", &format!("{API}/")), fetch("GET", &format!("{API}/again"))];
    assert_eq!(
        crate::support::outcomes(&row(PAGE, clearing, twice)),
        ["GET allowed", "cannot judge"],
        "what is cleared matters to what comes after it"
    );
}

#[test]
fn a_request_answered_with_421_is_sent_once_more() {
    let servers = vec![server(API, vec![("GET /", reply(421, &[ALL], "${served}"))])];
    let ruling = ruled(&row(PAGE, servers, vec![fetch("GET", &format!("{API}/"))]));
    assert_eq!(ruling[0].text(), "2");
}

#[test]
fn clear_site_data_removes_stored_responses_and_no_preflight_results() {
    let stored = [ALL, "Cache-Control: max-age=60"];
    let preflight = [ALL, "Access-Control-Allow-Methods: PUT"];
    for (types, expected) in [
        ("\"cache\"", ["GET allowed", "PUT allowed"]),
        ("\"cache\", \"cache\"", ["GET allowed", "PUT allowed"]),
        ("\"cache\", \"cookies\"", ["cannot judge", "cannot judge"]),
        ("cache", ["cannot judge", "cannot judge"]),
    ] {
        let clear = format!("Clear-Site-Data: {types}");
        let routes = vec![
            ("GET /", reply(200, &stored, "")),
            ("GET /clear", reply(200, &[ALL, &clear], "")),
            ("OPTIONS /put", reply(204, &preflight, "")),
            ("PUT /put", reply(200, &[ALL], "")),
        ];
        let steps = ["GET /", "PUT /put", "GET /clear", "GET /", "PUT /put"].map(|step| {
            let (method, path) = step.split_once(' ').unwrap();
            fetch(method, &format!("{API}{path}"))
        });
        let found = outcomes(&row(PAGE, vec![server(API, routes)], steps.into()));
        assert_eq!(found[3..], expected, "{types}");
    }
}

#[test]
fn a_service_worker_is_same_origin_with_the_creation_url_of_its_document() {
    let script = format!("{PAGE}/worker.js");
    let call = ResourceCall {
        destination: Destination::ServiceWorker,
        mode: Mode::SameOrigin,
        ..ResourceCall::new(&script, Consumer::ServiceWorkerScript)
    };
    let outcome = |has_about_url| {
        let document = Client::document(url(&format!("{PAGE}/page")));
        let scenario = Scenario {
            client: Arc::new(Client { has_about_url, ..document }),
            cookies: Vec::new(),
            groups: vec![Group::Calls(vec![Call::Resource(call.clone())])],
        };
        let script = reply(200, &["Content-Type: text/javascript"], "");
        let servers = [server(PAGE, vec![("GET /worker.js", script)])];
        let run = scenario.run(&mut Servers::new(&servers), RunOptions::default());
        run.outcomes.into_iter().next().expect("one call")
    };
    assert_eq!(outcome(false).ruling, Ruling::Allowed);
    let refused = outcome(true);
    assert!(refused.exchanges.is_empty());
    let Ruling::Denied(refusal) = refused.ruling else { panic!("it is not denied") };
    assert_eq!(refusal.reason, Reason::RegistrationFromAboutUrl);
}

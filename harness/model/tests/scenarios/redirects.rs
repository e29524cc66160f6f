use crate::support::*;
use cors_model::{Reason, Ruling};

const ALL: &str = "Access-Control-Allow-Origin: *";
const B: &str = "https://b.example";

fn to(location: &str) -> String {
    format!("Location: {location}")
}

/// The page's server, the API and B: each has `/`, which shows the request's `Origin`.
fn three(replies: Vec<(&str, &str, Reply)>) -> Vec<Server> {
    let mut servers: Vec<_> = [PAGE, API, B]
        .into_iter()
        .map(|at| {
            let shown = || {
                reply(
                    200,
                    &[
                        ALL,
                        "Access-Control-Allow-Headers: x-a, x-auth, authorization",
                        "Access-Control-Allow-Methods: PUT",
                    ],
                    "${origin}",
                )
            };
            server(
                at,
                vec![
                    ("GET /", shown()),
                    ("POST /", shown()),
                    ("PUT /", shown()),
                    ("OPTIONS /", shown()),
                ],
            )
        })
        .collect();
    for (at, place, reply) in replies {
        let server = servers.iter_mut().find(|server| server.origin == at).expect("a server");
        server.replies.push((place.to_owned(), reply));
    }
    servers
}

fn hop(status: u16, location: &str) -> Reply {
    reply(status, &[ALL, &to(location)], "")
}

/// Origins on the wire, and how it ended.
fn origins(row: &Row) -> Vec<String> {
    let ruling = ruled(row);
    let step = &ruling[0];
    let requests = step.requests().into_iter();
    requests.map(|request| header(request, "origin").unwrap_or("-".to_owned())).collect()
}

#[test]
fn the_origin_is_kept_after_one_cross_origin_redirect() {
    let back = format!("{PAGE}/");
    for (start, location, expected, read) in [
        (PAGE, "https://api.example/", ["-", PAGE], "GET GET allowed"),
        (API, "https://api.example/", [PAGE, PAGE], "GET GET allowed"),
        (API, "https://b.example/", [PAGE, "null"], "GET GET allowed"),
        (API, back.as_str(), [PAGE, "null"], "GET GET allowed"),
    ] {
        let servers = three(vec![(start, "GET /go", hop(302, location))]);
        let row = row(PAGE, servers, vec![fetch("GET", &format!("{start}/go"))]);
        assert_eq!(origins(&row), expected, "{start} {location}");
        assert_eq!(outcomes(&row), [read]);
    }
}

#[test]
fn every_cross_origin_redirect_is_checked() {
    let silent = reply(302, &[&to("https://api.example/")], "");
    let servers = three(vec![(API, "GET /go", silent)]);
    let found = outcomes(&row(PAGE, servers, vec![fetch("GET", &format!("{API}/go"))]));
    assert_eq!(found, ["GET missing-allow-origin"]);
}

#[test]
fn a_no_cors_response_stays_opaque_after_redirects() {
    let servers = three(vec![(API, "GET /go", hop(302, &format!("{PAGE}/")))]);
    let step = fetch("GET", &format!("{API}/go")).mode("no-cors");
    assert_eq!(outcomes(&row(PAGE, servers, vec![step])), ["GET GET opaque"]);
}

#[test]
fn methods_are_rewritten() {
    for (status, method, expected) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "PUT", "PUT"),
        (303, "PUT", "GET"),
    ] {
        let place = format!("{method} /go");
        let servers = three(vec![(PAGE, &place, hop(status, "/"))]);
        let step = fetch(method, &format!("{PAGE}/go")).body("x");
        let found = outcomes(&row(PAGE, servers, vec![step]));
        assert_eq!(found, [format!("{method} {expected} allowed")], "{status}");
    }
}

#[test]
fn see_other_keeps_get_and_head() {
    for method in ["GET", "HEAD"] {
        let step = fetch(method, &format!("{PAGE}/go")).line("Content-Language", "en");
        let row = row(PAGE, three(vec![(PAGE, "GET /go", hop(303, "/"))]), vec![step]);
        let exchanges = exchanged(&row);
        let (request, _) = &exchanges[1];
        assert_eq!(request.method, method);
        assert!(request.headers.contains("content-language"), "{method}");
    }
}

#[test]
fn a_redirect_that_removes_the_body_removes_its_headers() {
    let grant = reply(200, &[ALL, "Access-Control-Allow-Headers: content-type"], "");
    let servers = three(vec![(API, "POST /go", hop(303, "/")), (API, "OPTIONS /go", grant)]);
    let step =
        fetch("POST", &format!("{API}/go")).body("{}").line("Content-Type", "application/json");
    assert_eq!(outcomes(&row(PAGE, servers, vec![step])), ["POST? POST GET allowed"]);
}

#[test]
fn a_cross_origin_redirect_removes_authorization_only() {
    let grant = reply(200, &[ALL, "Access-Control-Allow-Headers: x-a, authorization"], "");
    let servers =
        three(vec![(API, "GET /go", hop(307, "https://b.example/")), (API, "OPTIONS /go", grant)]);
    let step = fetch("GET", &format!("{API}/go")).line("Authorization", "x").line("X-A", "1");
    let ruling = ruled(&row(PAGE, servers, vec![step]));
    let header = |exchange, name| header(exchange, name).expect(name);
    let asked: Vec<_> = ruling[0]
        .preflights()
        .into_iter()
        .map(|preflight| {
            let names = header(preflight, "access-control-request-headers");
            (header(preflight, "origin"), names)
        })
        .collect();
    let expected = [(PAGE, "authorization,x-a"), ("null", "x-a")];
    assert_eq!(asked, expected.map(|(origin, names)| (origin.to_owned(), names.to_owned())));
}

#[test]
fn twenty_redirects_are_followed() {
    let servers = || {
        let hops: Vec<_> =
            (0..25).map(|n| (format!("GET /{n}"), hop(302, &format!("/{}", n + 1)))).collect();
        let mut all = three(Vec::new());
        for (place, reply) in hops {
            all[0].replies.push((place, reply));
        }
        all
    };
    let from = |n: u8| row(PAGE, servers(), vec![fetch("GET", &format!("{PAGE}/{n}"))]);
    assert!(outcomes(&from(5))[0].ends_with("GET allowed"));
    assert_eq!(origins(&from(5)).len(), 21);
    assert!(outcomes(&from(4))[0].ends_with("GET too-many-redirects"));
}

#[test]
fn invalid_redirect_targets() {
    let own = "https://u:p@app.example/";
    for (start, location, expected) in [
        (PAGE, "https://u@b.example/", "GET location-with-credentials"),
        (PAGE, own, "GET GET allowed"),
        (API, own, "GET location-with-credentials-after-cors"),
        (API, "data:,x", "GET location-not-http"),
        (API, "https://", "GET invalid-location"),
        (API, "", "GET too-many-redirects"),
    ] {
        let servers = three(vec![(start, "GET /go", hop(302, location))]);
        let found = outcomes(&row(PAGE, servers, vec![fetch("GET", &format!("{start}/go"))]));
        let last = found[0].strip_prefix(&"GET ".repeat(20)).unwrap_or(&found[0]);
        assert_eq!(last, expected, "{start} {location}");
    }
}

#[test]
fn a_redirect_without_location_is_a_response() {
    let servers = three(vec![(API, "GET /go", reply(302, &[ALL], "here"))]);
    assert_eq!(
        outcomes(&row(PAGE, servers, vec![fetch("GET", &format!("{API}/go"))])),
        ["GET allowed"]
    );
}

#[test]
fn only_five_statuses_redirect() {
    for status in [200, 201, 300, 301, 302, 303, 304, 305, 306, 307, 308, 400, 500] {
        let servers = || three(vec![(API, "GET /go", hop(status, "/"))]);
        let step = || fetch("GET", &format!("{API}/go"));
        let is_redirect = [301, 302, 303, 307, 308].contains(&status);
        for (mode, expected) in [
            ("follow", "GET GET allowed"),
            ("error", "GET redirect-mode-error"),
            ("manual", "GET opaque"),
        ] {
            let found = outcomes(&row(PAGE, servers(), vec![step().redirect(mode)]));
            let expected = if is_redirect { expected } else { "GET allowed" };
            assert_eq!(found, [expected], "{status} {mode}");
        }
    }
}

#[test]
fn a_redirect_to_itself_ends_after_twenty_redirects_stored_or_not() {
    for (status, requests) in [(302, 21), (307, 21), (301, 1), (308, 1)] {
        let servers = three(vec![(API, "GET /go", hop(status, "/go"))]);
        let ruling = ruled(&row(PAGE, servers, vec![fetch("GET", &format!("{API}/go"))]));
        assert_eq!(ruling[0].requests().len(), requests, "{status}");
        let Ruling::Denied(refusal) = &ruling[0].ruling else { panic!("{ruling:?}") };
        assert_eq!(refusal.reason, Reason::TooManyRedirects, "{status}");
    }
}

#[test]
fn script_sees_that_it_was_redirected() {
    for initiator in [Initiator::Fetch, Initiator::Xhr] {
        for (path, expected) in [("/", false), ("/#x", false), ("/go", true), ("/twice", true)] {
            let hops = vec![(API, "GET /go", hop(302, "/")), (API, "GET /twice", hop(302, "/go"))];
            let step = step(initiator, "GET", &format!("{API}{path}"));
            let ruling = ruled(&row(PAGE, three(hops), vec![step]));
            let response = ruling[0].response.as_ref().expect("allowed");
            assert_eq!(response.redirected, expected, "{initiator:?} {path}");
        }
    }
}

#[test]
fn the_redirect_mode_that_no_cors_rejects_is_named() {
    for mode in ["error", "manual"] {
        let step = fetch("GET", &format!("{API}/")).mode("no-cors").redirect(mode);
        let ruling = ruled(&row(PAGE, three(Vec::new()), vec![step]));
        let Ruling::Denied(refusal) = &ruling[0].ruling else { panic!("{mode} is taken") };
        assert_eq!(refusal.value.as_deref(), Some(mode));
    }
}

#[test]
fn redirect_modes() {
    for (start, mode, redirect, expected) in [
        (API, "cors", "error", "GET redirect-mode-error"),
        (API, "cors", "manual", "GET opaque"),
        (PAGE, "same-origin", "manual", "GET opaque"),
        (API, "no-cors", "manual", "no-cors-redirect-mode"),
        (API, "no-cors", "error", "no-cors-redirect-mode"),
        (PAGE, "no-cors", "error", "GET redirect-mode-error"),
        (PAGE, "same-origin", "follow", "GET same-origin-mode"),
    ] {
        let servers = three(vec![(start, "GET /go", hop(302, "https://api.example/"))]);
        let step = fetch("GET", &format!("{start}/go")).mode(mode).redirect(redirect);
        assert_eq!(
            outcomes(&row(PAGE, servers, vec![step])),
            [expected],
            "{start} {mode} {redirect}"
        );
    }
}

#[test]
fn a_redirect_back_to_the_page_origin_sends_no_cookies() {
    let servers = three(vec![(API, "GET /go", hop(302, &format!("{PAGE}/")))]);
    let row = row(
        PAGE,
        servers,
        vec![fetch("GET", &format!("{API}/go")), fetch("GET", &format!("{PAGE}/"))],
    );
    let ruling = ruled(&with_user_cookies(row, PAGE, &["a=1"]));
    let cookies = |step: usize, request: usize| {
        ruling[step].requests()[request].request.cookie_names().join(" ")
    };
    assert_eq!([cookies(0, 1), cookies(1, 0)], ["", "a"]);
}

#[test]
fn a_referrer_policy_of_a_redirect_hides_the_origin_of_a_no_cors_post() {
    let lines = [&to("https://b.example/"), "Referrer-Policy: origin, no-referrer, nonsense"];
    let servers = three(vec![(PAGE, "POST /go", reply(307, &lines, ""))]);
    let step = fetch("POST", &format!("{PAGE}/go")).mode("no-cors");
    assert_eq!(origins(&row(PAGE, servers, vec![step])), [PAGE, "null"]);
}

/// Names of the given headers that the last request has.
fn kept(row: &Row, names: &[&str]) -> Vec<String> {
    let outcomes = ruled(row);
    let requests = outcomes[0].requests();
    let last = requests.last().expect("a request");
    let kept = names.iter().filter(|name| last.request.headers.contains(name));
    kept.map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_dropped_body_removes_only_its_headers() {
    const NAMES: [&str; 3] = ["content-language", "content-type", "x-auth"];
    let all = ["content-language", "content-type", "x-auth"].as_slice();
    for (status, method, expected) in [
        (301, "POST", &["x-auth"][..]),
        (302, "POST", &["x-auth"]),
        (303, "POST", &["x-auth"]),
        (303, "PUT", &["x-auth"]),
        (301, "PUT", all),
        (302, "PUT", all),
        (307, "POST", all),
        (308, "POST", all),
    ] {
        let place = format!("{method} /go");
        let servers = three(vec![(PAGE, &place, hop(status, "/"))]);
        let step = fetch(method, &format!("{PAGE}/go")).body("x").line("Content-Type", "text/x");
        let step = step.line("Content-Language", "en").line("X-Auth", "1");
        let row = row(PAGE, servers, vec![step]);
        assert_eq!(kept(&row, &NAMES), expected, "{method} {status}");
    }
}

#[test]
fn a_cross_origin_redirect_keeps_other_headers_than_authorization() {
    for (location, expected) in
        [("/", &["authorization", "x-auth"][..]), ("https://b.example/", &["x-auth"])]
    {
        let servers = three(vec![(PAGE, "GET /go", hop(302, location))]);
        let step = fetch("GET", &format!("{PAGE}/go")).line("Authorization", "Bearer x");
        let row = row(PAGE, servers, vec![step.line("X-Auth", "1")]);
        assert_eq!(kept(&row, &["authorization", "x-auth"]), expected, "{location}");
    }
}

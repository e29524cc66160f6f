use crate::support::*;

const ALL: &str = "Access-Control-Allow-Origin: *";
const HOUR: &str = "Cache-Control: max-age=3600";

fn api(lines: &[&str]) -> Vec<Server> {
    let counting = || reply(200, lines, "${served}");
    vec![server(API, vec![("GET /", counting()), ("POST /", counting())])]
}

fn get() -> Step {
    fetch("GET", &format!("{API}/"))
}

fn twice(lines: &[&str], second: Step) -> Vec<String> {
    outcomes(&row(PAGE, api(lines), vec![get(), second]))
}

#[test]
fn a_fresh_response_is_reused() {
    assert_eq!(twice(&[ALL, HOUR], get()), ["GET allowed", "allowed"]);
    assert_eq!(twice(&[ALL], get()), ["GET allowed", "GET allowed"]);
    for mode in ["no-store", "reload", "no-cache"] {
        assert_eq!(
            twice(&[ALL, HOUR], get().cache(mode)),
            ["GET allowed", "GET allowed"],
            "{mode}"
        );
    }
    assert_eq!(twice(&[ALL], get().cache("force-cache")), ["GET allowed", "allowed"]);
    assert_eq!(
        twice(&[ALL, "Cache-Control: no-store"], get().cache("force-cache"))[1],
        "GET allowed"
    );
}

#[test]
fn a_user_name_is_not_part_of_the_cache_key() {
    let lines = ["Access-Control-Allow-Origin: ${origin}", HOUR];
    let get = |user: &str| step(Initiator::Xhr, "GET", &format!("{PAGE}/")).username(user);
    let servers = vec![server(PAGE, vec![("GET /", reply(200, &lines, "${served}"))])];
    assert_eq!(
        outcomes(&row(PAGE, servers, vec![get("ada"), get("bob")])),
        ["GET allowed", "allowed"]
    );
}

#[test]
fn the_cors_check_is_repeated_for_a_cached_response() {
    let opaque_first =
        |lines: &[&str]| outcomes(&row(PAGE, api(lines), vec![get().mode("no-cors"), get()]));
    let own = "Access-Control-Allow-Origin: ${origin}";
    assert_eq!(opaque_first(&[own, HOUR]), ["GET opaque", "missing-allow-origin"]);
    assert_eq!(opaque_first(&[own, HOUR, "Vary: Origin"]), ["GET opaque", "GET allowed"]);
    assert_eq!(opaque_first(&[own, HOUR, "Vary: *"]), ["GET opaque", "GET allowed"]);
    assert_eq!(opaque_first(&[own, HOUR, "Vary: Sec-Fetch-Mode"]), ["GET opaque", "GET allowed"]);
    assert_eq!(opaque_first(&[own, HOUR, "Vary: Sec-CH-UA"]), ["GET opaque", "cannot judge"]);
}

#[test]
fn a_response_is_reused_where_what_it_varies_by_is_the_same() {
    for (vary, second, expected) in [
        ("Vary: Accept", get(), "allowed"),
        ("Vary: , accept", get(), "allowed"),
        ("Vary: Accept", get().line("Accept", "x/y"), "GET allowed"),
        ("Vary: Referer", get(), "allowed"),
        (
            "Vary: Referer",
            Step { referrer_policy: Some("no-referrer".to_owned()), ..get() },
            "GET allowed",
        ),
        ("Vary: Sec-Fetch-Dest, Sec-Fetch-Site", get(), "allowed"),
        ("Vary: Sec-Fetch-Mode", get().mode("no-cors"), "GET opaque"),
        ("Vary: Sec-Fetch-Storage-Access", get(), "cannot judge"),
    ] {
        assert_eq!(twice(&[ALL, HOUR, vary], second)[1], expected, "{vary}");
    }
}

#[test]
fn the_age_of_a_response_includes_the_delay_of_its_server() {
    for (seconds, expected) in [(4, "allowed"), (5, "GET allowed")] {
        let slow = after(reply(200, &[ALL, "Cache-Control: max-age=5"], ""), seconds);
        let servers = vec![server(API, vec![("GET /", slow)])];
        assert_eq!(outcomes(&row(PAGE, servers, vec![get(), get()]))[1], expected, "{seconds}");
    }
}

#[test]
fn responses_that_are_kept() {
    let expires = "Expires: 0";
    for (status, line, first, is_kept) in [
        (200, "", get(), true),
        (500, "", get(), false),
        (500, HOUR, get(), true),
        (500, "Cache-Control: public", get(), true),
        (500, "Cache-Control: private", get(), true),
        (500, expires, get(), true),
        (206, HOUR, get(), false),
        (200, HOUR, get().line("Range", "bytes=0-"), false),
        (200, HOUR, get().cache("no-store"), false),
        (200, HOUR, get().cache("reload"), true),
    ] {
        let lines: Vec<_> = [ALL, line].into_iter().filter(|line| !line.is_empty()).collect();
        let servers = vec![server(API, vec![("GET /", reply(status, &lines, ""))])];
        let found = outcomes(&row(PAGE, servers, vec![first, get().cache("force-cache")]));
        let expected = if is_kept { "allowed" } else { "GET allowed" };
        assert_eq!(found[1], expected, "{status} {line}");
    }
}

#[test]
fn an_unsafe_method_invalidates_the_cache() {
    let steps = vec![get(), fetch("POST", &format!("{API}/")), get()];
    let found = outcomes(&row(PAGE, api(&[ALL, HOUR]), steps));
    assert_eq!(found, ["GET allowed", "POST allowed", "GET allowed"]);
}

#[test]
fn a_stale_response_is_revalidated() {
    let mut servers = api(&[ALL, "ETag: \"1\"", "Cache-Control: no-cache"]);
    servers[0].replies[0].1.status = 304;
    let row = row(PAGE, servers, vec![get(), get()]);
    let exchanges = exchanged(&row);
    let conditional: Vec<_> =
        exchanges.iter().map(|(request, _)| request.headers.contains("if-none-match")).collect();
    assert_eq!(conditional, [false, false], "a 304 to an unconditional request is not stored");
    let row = crate::support::row(
        PAGE,
        api(&[ALL, "ETag: \"1\"", "Cache-Control: no-cache"]),
        vec![get(), get()],
    );
    let exchanges = exchanged(&row);
    let conditional: Vec<_> =
        exchanges.iter().map(|(request, _)| request.headers.contains("if-none-match")).collect();
    assert_eq!(conditional, [false, true]);
}

/// Answers every condition with 304.
struct Validating;

impl cors_model::Network for Validating {
    fn is_http_1(&self, _: &cors_model::url::Url) -> bool {
        false
    }

    fn respond(&mut self, request: &cors_model::HttpRequest) -> Option<cors_model::HttpResponse> {
        let is_condition = request.headers.contains("if-none-match");
        let mut headers = cors_model::HeaderList::default();
        headers.append("ETag", "1");
        let allow = if is_condition { "https://app.example" } else { "https://other.example" };
        headers.append("Access-Control-Allow-Origin", allow);
        Some(cors_model::HttpResponse {
            status: if is_condition { 304 } else { 200 },
            headers,
            body: if is_condition { Vec::new() } else { b"stored".to_vec() },
            ..cors_model::HttpResponse::default()
        })
    }
}

#[test]
fn a_304_freshens_the_stored_response_and_is_then_checked() {
    let row = row(PAGE, Vec::new(), vec![get(), get()]);
    let ruling = play(&row, &mut Validating);
    let response = ruling[1].response.as_ref().expect("now allowed");
    assert_eq!((response.status, response.text.as_deref()), (200, Some("stored")));
    assert_eq!(ruling[1].requests()[0].response.status, 304);
}

#[test]
fn a_stale_response_is_replaced() {
    let servers = api(&[ALL, "ETag: 1", "Cache-Control: no-cache"]);
    let ruling = ruled(&row(PAGE, servers, vec![get(), get()]));
    let response = ruling[1].response.as_ref().expect("allowed");
    assert_eq!((response.status, response.text.as_deref()), (200, Some("2")));
}

#[test]
fn a_304_to_a_condition_of_script_is_readable() {
    let home = || fetch("GET", &format!("{PAGE}/"));
    let row = row(PAGE, Vec::new(), vec![home(), home().line("If-None-Match", "1")]);
    let ruling = play(&row, &mut Validating);
    let status = |step: usize| ruling[step].response.as_ref().map(|r| r.status);
    assert_eq!([status(0), status(1)], [Some(200), Some(304)]);
}

#[test]
fn conditions_of_script_are_its_own() {
    let lines = [ALL, HOUR, "Access-Control-Allow-Headers: if-none-match"];
    let mut servers = api(&lines);
    servers[0].replies.push(("OPTIONS /".to_owned(), reply(200, &lines, "")));
    let steps = vec![get(), get().line("If-None-Match", "x"), get()];
    let found = outcomes(&row(PAGE, servers, steps));
    assert_eq!(found, ["GET allowed", "GET? GET allowed", "allowed"]);
}

#[test]
fn only_if_cached_sends_no_request() {
    let servers = |lines: &[&str]| vec![server(PAGE, vec![("GET /", reply(200, lines, ""))])];
    let get = || fetch("GET", &format!("{PAGE}/"));
    let cached = || get().mode("same-origin").cache("only-if-cached");
    let outcomes_of = |steps: Vec<Step>| outcomes(&row(PAGE, servers(&[]), steps));
    assert_eq!(outcomes_of(vec![cached()]), ["not-cached"]);
    assert_eq!(outcomes_of(vec![get(), cached()]), ["GET allowed", "allowed"]);
    assert_eq!(outcomes_of(vec![get().cache("no-store"), cached()]), ["GET allowed", "not-cached"]);
}

#[test]
fn open_lifetimes_cannot_be_judged() {
    let date = "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT";
    assert_eq!(twice(&[ALL, date], get())[1], "GET allowed");
    assert_eq!(twice(&[ALL, HOUR], fetch("HEAD", &format!("{API}/")))[1], "cannot judge");
    assert_eq!(twice(&[ALL], fetch("HEAD", &format!("{API}/")))[1], "HEAD allowed");
}

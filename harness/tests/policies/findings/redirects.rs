//! Servers behind TLS that treat their requests as plain HTTP, and redirect.

use super::*;
use crate::support::policy_of;
use cors_harness::verdict::policy::{Line, Played};

const PROXY: &str = "behind a reverse proxy that terminates TLS it gets `X-Forwarded-Proto: https`";

/// A redirect of every GET and PUT to its own path at an origin, and of preflights too.
fn redirecting(to: &str, headers: &[&str], preflight: u16) -> String {
    let answer = |path: &str| {
        let location = format!("Location: '{to}{path}'");
        lines(&[headers, &[&*location]].concat())
    };
    let before = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let route = |path: &str, method: &str| {
        let answer = answer(path);
        let before = if preflight == 200 { &before } else { &answer };
        format!(
            "
    {path}:
      OPTIONS: {{ status: {preflight}, headers: [{before}] }}
      {method}: {{ status: 302, headers: [{answer}] }}"
        )
    };
    route("/me", "GET") + &route("/things", "PUT") + "\n"
}

/// The only finding about blocked requests, which has this name.
#[track_caller]
fn redirects(server: &str, name: &str) -> Finding {
    let reported = findings_of(server, POLICY);
    let is_withheld = |words| reported.iter().filter(move |one| one.sentence.contains(words));
    let withheld: Vec<_> = is_withheld("cannot").collect();
    let [one] = withheld.as_slice() else { panic!("not one finding: {reported:#?}") };
    assert_eq!(one.name, name, "{}", one.sentence);
    (*one).clone()
}

#[test]
fn a_redirect_to_the_same_url_is_one_finding_wherever_it_ends() {
    let api = "https://api.my-company.com";
    for server in [
        // A middleware adds CORS headers to the redirect, to the one of the preflight too, or to none.
        redirecting(api, &[ECHO, WITH], 200),
        redirecting(api, &[ECHO, WITH], 301),
        redirecting(api, &[], 200),
        redirecting(api, &[], 308),
    ] {
        let one = redirects(&server, "redirect-to-itself");
        let words = "The server redirects to the same URL, and browsers follow 20 redirects at most: \
                     https://app.my-company.com and https://admin.my-company.com cannot get a response to GET /me \
                     and PUT /things. The server seems to take the request for plain HTTP";
        assert!(one.sentence.starts_with(words), "{}", one.sentence);
        assert!(one.sentence.ends_with(PROXY), "{}", one.sentence);
        assert_eq!(one.severity, Severity::High);
    }
}

#[test]
fn the_line_of_a_row_counts_the_redirects() {
    let lines = crate::support::lines(&redirecting("", &[ECHO, WITH], 200), POLICY);
    let get = lines.iter().find(|line| line.values[2] == "GET /me").expect("it is asked");
    assert_eq!(
        get.how,
        "302 (21 times), redirect: too-many-redirects `https://api.my-company.com/me`"
    );
}

#[test]
fn a_redirect_to_http_is_one_finding_wherever_it_ends() {
    let plain = "http://api.my-company.com";
    for server in [
        redirecting(plain, &[ECHO, WITH], 200),
        redirecting(plain, &[ECHO, WITH], 308),
        redirecting(plain, &[], 200),
        redirecting(plain, &[], 308),
        redirecting("http://api.my-company.com/v2", &[ECHO, WITH], 200),
    ] {
        let one = redirects(&server, "redirect-to-http");
        let words = "The server redirects to `http://api.my-company.com`, which a page over https may not \
                     load (mixed content)";
        assert!(one.sentence.contains(words), "{}", one.sentence);
        assert!(one.sentence.ends_with(PROXY), "{}", one.sentence);
    }
    let other = redirecting("http://other.my-company.com", &[ECHO, WITH], 200);
    let one = redirects(&other, "redirect-to-http");
    assert!(!one.sentence.contains("X-Forwarded"), "another host: {}", one.sentence);
}

#[test]
fn a_redirect_to_the_same_path_is_judged_by_the_last_response() {
    // A cookie is set, and the same URL answers something else: the model plays the redirect alone.
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let server =
        by_hand(&preflight, &lines(&["Location: 'https://api.my-company.com/me?x'"]), (200, 302));
    let change = |_: &Asked, seen: &mut RowObservation| {
        for step in &mut seen.steps {
            step.requests.extend(step.requests.last().cloned().map(|last| {
                let answer = cors_harness::observation::Answer {
                    status: 200,
                    headers: Vec::new(),
                    redirects_to: None,
                    repeats_url: false,
                };
                cors_harness::observation::Request { answer, ..last }
            }));
        }
    };
    let reported = findings_after(&server, POLICY, change);
    assert_eq!(named(&reported, "redirect-to-itself"), None, "{reported:#?}");
}

#[test]
fn a_redirect_of_plain_http_to_https_says_which_origin_to_use() {
    let server = "
    /me: { GET: { status: 301, headers: [Access-Control-Allow-Origin: '*', Location: 'https://localhost:8000/me'] } }
";
    let policy = "
  routes: { /me: [GET] }
  allow: [{ origins: [http://localhost:3000] }]
";
    let case = policy_of("http://localhost:8000", server, policy);
    let reported = findings(&played(&case, &ruled(&case)));
    let one = named(&reported, "redirect-to-https").unwrap_or_else(|| panic!("{reported:#?}"));
    let words = "The server redirects to `https://localhost:8000`, where the policy has no server: \
                 http://localhost:3000 cannot get a response to GET /me. Under `servers`, use the `https` origin";
    assert!(one.sentence.contains(words), "{}", one.sentence);
}

#[test]
fn forwarded_is_suggested_for_a_real_server() {
    let server = redirecting("https://api.my-company.com", &[], 200);
    let case = self::policy(&server, POLICY);
    for (key, words) in [
        ("", "HTTP: set `forwarded: true` for this server, which"),
        (
            "\n    forwarded: true",
            "although `forwarded: true` sends `X-Forwarded-Proto: https`: configure it",
        ),
    ] {
        let own = format!("\n    upstream: http://127.0.0.1:9{key}\n");
        let real = self::policy(&own, POLICY);
        let rulings = ruled(&case);
        let rows = case.rows.iter().zip(&real.rows).zip(&rulings).map(|((_, row), ruling)| {
            Played::of(row, &ruling.observation, &ruling.rulings).unwrap()
        });
        let reported = findings(&rows.collect::<Vec<_>>());
        let one = named(&reported, "redirect-to-itself").expect("it is reported");
        assert!(one.sentence.contains(words), "{}", one.sentence);
    }
}

/// The findings for a scripted server at an origin, with one allowed page.
fn findings_with(origin: &str, page: &str, routes: &str) -> (Vec<Finding>, Vec<String>) {
    let policy = format!("\n  routes: {{ /me: [GET] }}\n  allow: [{{ origins: ['{page}'] }}]\n");
    let case = policy_of(origin, &format!("\n    {routes}\n"), &policy);
    let rulings = ruled(&case);
    let played = played(&case, &rulings);
    let hows = played.iter().map(|row| Line::of(row).how);
    (findings(&played), hows.collect())
}

/// A route that redirects to a place, with CORS headers.
fn to(place: &str) -> String {
    let headers = lines(&[ECHO, &format!("Location: '{place}'")]);
    format!("/me: {{ GET: {{ status: 302, headers: [{headers}] }} }}")
}

#[test]
fn a_redirect_is_named_for_pages_over_http() {
    for (origin, page, place, name, words) in [
        (
            "https://api.my-company.com",
            "http://app.my-company.com",
            "http://api.my-company.com/me/",
            "redirect-to-http",
            "The server redirects to `http://api.my-company.com`, where the policy has no server: \
             http://app.my-company.com cannot get a response to GET /me. The server seems to take the \
             request for plain HTTP",
        ),
        (
            "https://api.my-company.com",
            "http://localhost:3000",
            "http://api.my-company.com/me/",
            "redirect-to-http",
            "The server redirects to `http://api.my-company.com`, where the policy has no server",
        ),
        (
            "http://api.my-company.com",
            "http://app.my-company.com",
            "https://api.my-company.com/me",
            "redirect-to-https",
            "The server redirects to `https://api.my-company.com`, where the policy has no server: \
             http://app.my-company.com cannot get a response to GET /me. Under `servers`, use the `https` origin",
        ),
        (
            "https://localhost:8443",
            "https://app.my-company.com",
            "http://localhost:8443/me/",
            "redirect-to-http",
            "The server redirects to `http://localhost:8443`, where the policy has no server",
        ),
        (
            "https://api.my-company.com",
            "https://app.my-company.com",
            "https://login.my-company.com/sign-in?next=/me",
            "redirect-to-elsewhere",
            "The server redirects to `https://login.my-company.com`, where the policy has no server: \
             https://app.my-company.com cannot get a response to GET /me. To test what pages can read \
             there, add `https://login.my-company.com` to `servers`",
        ),
    ] {
        let (reported, hows) = findings_with(origin, page, &to(place));
        let one =
            named(&reported, name).unwrap_or_else(|| panic!("{origin} {page}: {reported:#?}"));
        assert!(one.sentence.starts_with(words), "{}", one.sentence);
        assert_eq!(reported.len(), 1, "one finding: {reported:#?}");
        let target = place.split('/').take(3).collect::<Vec<_>>().join("/");
        let how = format!("302, leads to `{target}`, where the policy has no server");
        assert!(hows.contains(&how), "{hows:?}");
    }
}

#[test]
fn a_loop_over_several_urls_is_named() {
    let there = to("/you").trim_start_matches("/me").to_owned();
    let back = to("/me").trim_start_matches("/me").to_owned();
    let routes = format!("/me{there}\n    /you{back}");
    let (reported, _) =
        findings_with("https://api.my-company.com", "https://app.my-company.com", &routes);
    let words = "The server redirects in a loop through `https://api.my-company.com/";
    assert!(reported[0].sentence.starts_with(words), "{reported:#?}");
    assert_eq!((reported.len(), reported[0].name), (1, "redirect-loop"), "{reported:#?}");
}

#[test]
fn a_loop_is_no_sign_of_plain_http() {
    for place in ["/me", "?n=1"] {
        let (reported, _) =
            findings_with("https://api.my-company.com", "https://app.my-company.com", &to(place));
        let sentence = "The server redirects in a loop through `https://api.my-company.com/me`, and browsers follow \
                        20 redirects at most: https://app.my-company.com cannot get a response to GET /me";
        assert_eq!(reported.len(), 1, "{reported:#?}");
        assert_eq!((reported[0].name, &*reported[0].sentence), ("redirect-loop", sentence));
    }
}

#[test]
fn a_redirect_to_the_same_path_without_cors_headers_is_no_loop() {
    // The query of the target may differ, and its response may allow the page.
    let server = "/me: { GET: { status: 302, headers: [Location: '/me?lang=en'] } }";
    let (reported, _) =
        findings_with("https://api.my-company.com", "https://app.my-company.com", server);
    assert_eq!(
        (reported.len(), reported[0].name),
        (1, "redirected-without-headers"),
        "{reported:#?}"
    );
}

#[test]
fn a_redirect_is_no_access_to_a_method_that_the_policy_does_not_allow() {
    let policy = "
  routes: { /me: [GET, PUT] }
  allow:
    - { origins: [https://app.my-company.com], methods: [GET] }
    - { origins: [https://admin.my-company.com] }
";
    let allow = lines(&[ECHO, METHODS]);
    let redirect = lines(&[ECHO, "Location: /me"]);
    let answer = format!("{{ status: 307, headers: [{redirect}] }}");
    let server = format!(
        "\n    /me: {{ OPTIONS: {{ headers: [{allow}] }}, GET: {answer}, PUT: {answer} }}\n"
    );
    let reported = findings_of(&server, policy);
    assert_eq!(named(&reported, "method-beyond-policy"), None, "{reported:#?}");
    let one = named(&reported, "redirect-loop").unwrap_or_else(|| panic!("{reported:#?}"));
    assert!(one.sentence.contains("cannot get a response to GET /me"), "{}", one.sentence);
    assert!(!reported.iter().any(|one| one.sentence.contains("any website")), "{reported:#?}");
}

#[test]
fn a_redirect_of_unlisted_pages_only_does_not_show_what_they_can_read() {
    let server =
        format!("\n    /me: {{ GET: {{ headers: [{{ {ECHO} }}, {{ Vary: Origin }}] }} }}\n");
    let policy =
        "\n  routes: { /me: [GET] }\n  allow: [{ origins: [https://app.my-company.com] }]\n";
    let case = self::policy(&server, policy);
    let away = self::policy(&format!("\n    {}\n", to("https://sso.my-company.com/")), policy);
    let (open, redirected) = (ruled(&case), ruled(&away));
    let rows = case.rows.iter().zip(open.iter().zip(&redirected));
    let rows: Vec<_> = rows
        .map(|(row, (open, redirected))| {
            let ruling = if row.asked.as_ref().unwrap().allowed { open } else { redirected };
            Played::of(row, &ruling.observation, &ruling.rulings).unwrap()
        })
        .collect();
    let reported = findings(&rows);
    let one = named(&reported, "redirect-to-elsewhere").unwrap_or_else(|| panic!("{reported:#?}"));
    let words = "The server redirects to `https://sso.my-company.com`, where the policy has no server, so the \
                 results do not show whether ";
    assert!(one.sentence.starts_with(words), "{}", one.sentence);
    assert!(one.sentence.contains(" can read GET /me. To test what"), "{}", one.sentence);
    assert_eq!(reported.len(), 1, "{reported:#?}");
}

#[test]
fn one_redirect_is_one_finding_for_pages_over_https_and_over_http() {
    let pages = "[https://app.my-company.com, http://app.my-company.com, http://localhost:3000]";
    let policy =
        POLICY.replace("[https://app.my-company.com, https://admin.my-company.com]", pages);
    for (place, name, words) in [
        (
            "http://api.my-company.com",
            "redirect-to-http",
            "The server redirects to `http://api.my-company.com`, which a page over https may not load (mixed \
             content), and where the policy has no server: https://app.my-company.com, http://app.my-company.com \
             and http://localhost:3000 cannot get a response to GET /me and PUT /things",
        ),
        (
            "http://old.my-company.com",
            "redirect-to-http",
            "The server redirects to `http://old.my-company.com`, which a page over https may not load (mixed \
             content): https://app.my-company.com",
        ),
        (
            "https://sso.my-company.com",
            "redirect-to-elsewhere",
            "The server redirects to `https://sso.my-company.com`, where the policy has no server: ",
        ),
    ] {
        let reported = findings_of(&redirecting(place, &[ECHO, WITH], 200), &policy);
        let found: Vec<_> = reported.iter().filter(|one| one.name == name).collect();
        assert_eq!(found.len(), 1, "{reported:#?}");
        assert!(found[0].sentence.starts_with(words), "{}", found[0].sentence);
    }
}

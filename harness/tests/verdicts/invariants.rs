//! Rules that hold in every run, whatever a case says.

use cors_harness::observation::Read;
use cors_harness::run::rule;
use cors_harness::verdict::{BrokenRule, broken_invariants};

use crate::{CASE, Change, HEADERS, case};

#[test]
fn a_broken_rule_is_reported() {
    let row = &case(CASE).rows[0];
    let ruling = rule(row);
    assert_eq!(broken_invariants(row, &ruling.observation, &[]), []);
    let changes: [(&str, Change); 5] = [
        ("without a passing CORS check", |seen| {
            seen.steps[0].requests[0].answer.headers.clear();
        }),
        ("without a passing CORS check", |seen| {
            let step = &mut seen.steps[0];
            (step.response.as_mut().unwrap().kind, step.requests[0].origin) = (None, None);
            step.requests[0].answer.headers.clear();
        }),
        ("only after a preflight", |seen| seen.steps[0].preflights.clear()),
        ("only after a preflight", |seen| {
            seen.steps[0].preflights.clear();
            seen.steps[0].requests[0].origin = None;
        }),
        ("safelisted and exposed response headers only", |seen| {
            seen.steps[0].response.as_mut().unwrap().headers.push("x-hidden".to_owned());
        }),
    ];
    for (rule, change) in changes {
        let mut observation = ruling.observation.clone();
        change(&mut observation);
        let broken = broken_invariants(row, &observation, &[]);
        assert!(broken.iter().any(|broken| broken.rule.contains(rule)), "{rule}: {broken:?}");
    }
}

#[test]
fn webkit_is_known_to_send_no_preflight_behind_a_service_worker_that_does_not_answer() {
    let rule = "a method that is not safelisted reaches another origin only after a preflight";
    for (context, is_recorded) in [("controlled-options-only", true), ("document", false)] {
        let page = format!("page: {{ origin: 'https://app.example.com', context: {context} }}");
        let row = &case(&OWN.replace("page: https://app.example.com", &page)).rows[0];
        let broken = |rule| BrokenRule { rule, what: String::new() };
        assert_eq!(broken(rule).is_recorded("webkit", row), is_recorded);
        assert!(!broken(rule).is_recorded("firefox", row));
        assert!(!broken("another rule").is_recorded("webkit", row));
    }
}

const OWN: &str = "
name: n
because: b
servers:
  https://app.example.com:
    /go: { PUT: { status: 307, headers: [{ Location: 'https://b.test/end' }] } }
    /stay: { PUT: {} }
    /moved: { GET: { status: 302, headers: [{ Location: 'https://b.test/kept' }] } }
  https://b.test:
    /end:
      PUT: { headers: [{ Access-Control-Allow-Origin: '*' }] }
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }] }
    /kept: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }, { Cache-Control: max-age=60 }, { Access-Control-Expose-Headers: X-A }, { X-A: 1 }] } }
page: https://app.example.com
steps:
  - { fetch: /go, method: PUT }
  - { fetch: /stay, method: PUT, mode: same-origin, referrer-policy: no-referrer }
  - fetch: https://b.test/kept
  - fetch: /moved
";

#[test]
fn the_rules_exclude_same_origin_and_cached_responses() {
    let row = &case(OWN).rows[0];
    let ruling = rule(row);
    let steps = &ruling.observation.steps;
    assert_eq!(steps[0].requests.len(), 2);
    assert_eq!(steps[1].requests[0].origin.as_deref(), Some("null"));
    assert_eq!(steps[3].requests.len(), 1, "the end is in the cache");
    assert!(steps[3].response.as_ref().unwrap().headers.contains(&"x-a".to_owned()));
    assert_eq!(broken_invariants(row, &ruling.observation, &[]), []);
}

#[test]
fn same_origin_requests_need_no_preflight_and_no_permission() {
    let at_home = CASE.replace("page: https://app", "page: https://api");
    let moved = "PUT: { status: 307, headers: [{ Location: 'https://api.example.com/me' }] }";
    let away = at_home.replace("/me:\n", &format!("/moved: {{ {moved} }}\n    /me:\n"));
    let away = away.replace("/${path}", "/moved?${path}").replace("fetch:", "xhr:");
    for text in [at_home.clone(), at_home.replace("fetch:", "xhr:"), away] {
        let row = &case(&text).rows[0];
        let seen = rule(row).observation;
        assert_eq!(seen.steps[0].read, Some(Read::Allowed), "{text}");
        assert_eq!(broken_invariants(row, &seen, &[]), [], "{text}");
    }
}

#[test]
fn a_redirect_that_leaves_the_origin_needs_a_preflight() {
    let servers = "servers:\n  https://app.example.com:
    /moved: { PUT: { status: 307, headers: [{ Location: 'https://api.example.com/me' }] } }";
    let text = CASE.replace("servers:", servers);
    let text = text.replace("https://api.example.com/${path}", "/moved?${path}");
    let row = &case(&text).rows[0];
    let mut seen = rule(row).observation;
    assert_eq!((seen.steps[0].requests.len(), seen.steps[0].read), (2, Some(Read::Allowed)));
    assert_eq!(broken_invariants(row, &seen, &[]), []);
    seen.steps[0].preflights.clear();
    let broken = broken_invariants(row, &seen, &[]);
    assert_eq!((broken.len(), broken[0].what.as_str()), (1, "PUT https://api.example.com/me"));
}

#[test]
fn the_rules_cover_headers() {
    let case = case(HEADERS);
    let (near, away) = (rule(&case.rows[0]).observation, rule(&case.rows[1]).observation);
    let row = &case.rows[0];
    assert_eq!(broken_invariants(row, &near, &[]), []);
    assert_eq!(broken_invariants(row, &away, &[]), []);
    let mut leaked = away.clone();
    leaked.steps[0].requests[1].headers = near.steps[0].requests[0].headers.clone();
    let broken = broken_invariants(row, &leaked, &[]);
    assert_eq!((broken.len(), broken[0].what.as_str()), (1, "GET https://other.example/a"));
    let mut lost = near.clone();
    lost.steps[0].requests[0].headers = Default::default();
    let broken: Vec<_> = broken_invariants(row, &lost, &[]).into_iter().map(|b| b.what).collect();
    let without = |name: &str| format!("GET https://api.example.com/a without {name}");
    assert_eq!(broken, [without("authorization"), without("x-auth")]);
}

#[test]
fn the_times_of_a_response_are_not_its_content() {
    let text = "
name: n
because: b
servers:
  https://b.test: { /a: { GET: { headers: [{ Timing-Allow-Origin: '*' }] } } }
page: https://app.example.com
steps:
  - resource-timing: https://b.test/a
";
    let row = &case(text).rows[0];
    let mut seen = rule(row).observation;
    seen.steps[0].read = Some(Read::Allowed);
    assert_eq!(broken_invariants(row, &seen, &[]), []);
}

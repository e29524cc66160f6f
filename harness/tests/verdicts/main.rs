//! The comparison of an observation with the ruling of the standard. The observation is that of the model, changed in one
//! place.

mod invariants;

use std::path::Path;

use cors_harness::case::{self, Case, CaseId, Known, Row};
use cors_harness::observation::{Asked, EngineReason, Read, RowObservation, Unforeseen};
use cors_harness::run::{played, rule};
use cors_harness::verdict::{Field, RowPlayed, Verdict, judgment, known};

const CASE: &str = "
name: A preflighted PUT is allowed
because: The server says so.
servers:
  https://api.example.com:
    /me:
      OPTIONS:
        status: 204
        headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }]
      PUT: { headers: [{ Access-Control-Allow-Origin: '*' }, { X-Hidden: a }], body: saved }
page: https://app.example.com
matrix: { path: [me, me?again] }
steps:
  - fetch: https://api.example.com/${path}
    method: PUT
";

const KNOWN: &str = "
known:
  - { engine: chromium, kind: bug, because: it is so, where: { path: me } }
";

const HEADERS: &str = "
name: n
because: b
servers:
  https://api.example.com:
    /a:
      GET: { headers: [{ Access-Control-Allow-Origin: '*' }] }
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Headers: 'x-auth, authorization' }] }
    /go:
      GET: { status: 302, headers: [{ Access-Control-Allow-Origin: '*' }, { Location: 'https://other.example/a' }] }
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Headers: 'x-auth, authorization' }] }
  https://other.example:
    /a:
      GET: { headers: [{ Access-Control-Allow-Origin: '*' }] }
      OPTIONS: { headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Headers: 'x-auth, authorization' }] }
page: https://app.example.com
matrix: { auth: [one, two], policy: [origin, unsafe-url], path: [a, go] }
steps:
  - { fetch: 'https://api.example.com/${path}', headers: [X-Auth: '${auth}', Authorization: Bearer secret], referrer-policy: '${policy}' }
";

type Change = fn(&mut RowObservation);

fn case(text: &str) -> Case {
    case::read(CaseId("case".to_owned()), Path::new("case.yaml"), text.as_bytes()).unwrap()
}

/// The verdict on an engine that does what the standard says, but for a change.
fn judged(case: &Case, row: usize, change: impl FnOnce(&mut RowObservation)) -> Verdict {
    let row = &case.rows[row];
    let ruling = rule(row);
    let mut observation = ruling.observation.clone();
    change(&mut observation);
    verdict_of(row, &observation, known(case, "chromium", row))
}

/// The verdict on an observation of a row, as the case is written.
fn verdict_of(row: &Row, observation: &RowObservation, known: Option<&Known>) -> Verdict {
    let played_row = RowPlayed {
        observation,
        timeline: None,
        known,
        is_written: true,
        is_of_policy: row.asked.is_some(),
    };
    judgment(played_row, &|circumstances| played(row, circumstances)).verdict
}

fn fields(verdict: &Verdict) -> Vec<Field> {
    verdict.differences().iter().map(|difference| difference.field).collect()
}

#[test]
fn an_observation_equal_to_the_ruling_agrees() {
    assert_eq!(judged(&case(CASE), 0, |_| {}), Verdict::Agrees);
}

#[test]
fn every_field_is_compared_in_both_directions() {
    let case = case(CASE);
    let changes: [(Field, Change); 8] = [
        (Field::Preflights, |seen| seen.steps[0].preflights.clear()),
        (Field::Preflights, |seen| {
            let again = seen.steps[0].preflights[0].clone();
            seen.steps[0].preflights.push(again);
        }),
        (Field::Preflights, |seen| seen.steps[0].preflights[0].origin = None),
        (Field::Requests, |seen| seen.steps[0].requests.clear()),
        (Field::Requests, |seen| seen.steps[0].requests[0].cookies.push("sid".to_owned())),
        (Field::Requests, |seen| seen.steps[0].requests[0].answer.status = 201),
        (Field::Read, |seen| seen.steps[0].read = Some(Read::Opaque)),
        (Field::Response, |seen| {
            seen.steps[0].response.as_mut().unwrap().headers.push("x-hidden".to_owned());
        }),
    ];
    for (field, change) in changes {
        let verdict = judged(&case, 0, change);
        assert!(matches!(verdict, Verdict::Departs(_)), "{verdict:?}");
        assert_eq!(fields(&verdict), [field]);
    }
}

#[test]
fn messages_and_reasons_of_the_engine_are_not_compared() {
    let words = |seen: &mut RowObservation| {
        seen.steps[0].words = Some("Failed to fetch".to_owned());
        seen.steps[0].reasons = vec![EngineReason {
            url: "https://api.example.com/me".to_owned(),
            code: Some("MissingAllowOriginHeader".to_owned()),
            detail: None,
            text: "net::ERR_FAILED".to_owned(),
        }];
        seen.reasons_unavailable = Some("it was not listened to".to_owned());
    };
    assert_eq!(judged(&case(CASE), 0, words), Verdict::Agrees);
}

#[test]
fn a_known_departure_applies_to_its_rows_only() {
    let case = case(&(CASE.to_owned() + KNOWN));
    let blocked = |seen: &mut RowObservation| seen.steps[0].read = Some(Read::Blocked);
    assert!(matches!(judged(&case, 0, blocked), Verdict::Known { .. }));
    assert!(matches!(judged(&case, 1, blocked), Verdict::Departs(_)));
}

#[test]
fn a_known_departure_that_is_gone_has_vanished() {
    let case = case(&(CASE.to_owned() + KNOWN));
    assert_eq!(judged(&case, 0, |_| {}), Verdict::Vanished);
    assert_eq!(judged(&case, 1, |_| {}), Verdict::Agrees);
}

#[test]
fn an_inconclusive_row_neither_agrees_nor_departs() {
    let inconclusive =
        |seen: &mut RowObservation| seen.steps[0].inconclusive = Some("why".to_owned());
    assert_eq!(judged(&case(CASE), 0, inconclusive), Verdict::Inconclusive("why".to_owned()));
}

fn unforeseen(asked: Asked) -> Unforeseen {
    Unforeseen { asked, words: "it was asked for".to_owned() }
}

fn asked(method: &str, url: &str) -> Unforeseen {
    unforeseen(Asked::Request { method: method.to_owned(), url: url.to_owned() })
}

#[test]
fn an_unforeseen_request_departs_unless_the_model_sends_it_too() {
    let case = case(CASE);
    let me = "https://api.example.com/me";
    let verdict_on = |method: &str, url: &str, times: usize| {
        judged(&case, 0, |seen| {
            let step = &mut seen.steps[0];
            step.unforeseen = vec![asked(method, url)];
            let mut request = step.requests[0].clone();
            (request.method, request.url) = (method.to_owned(), url.to_owned());
            step.requests = vec![request; times];
        })
    };
    assert_eq!(verdict_on("PUT", me, 1), Verdict::Inconclusive("it was asked for".to_owned()));
    let departures =
        [("PUT", me, 2), ("GET", me, 1), ("PUT", "https://api.example.com/r,%20/r", 1)];
    for (method, url, times) in departures {
        assert_eq!(fields(&verdict_on(method, url, times)), [Field::Requests], "{method} {url}");
    }
}

#[test]
fn a_request_to_an_unknown_host_departs_unless_the_model_sends_it_too() {
    let gone = || unforeseen(Asked::Host("gone.example:443".to_owned()));
    let connects = |seen: &mut RowObservation| seen.steps[0].unforeseen = vec![gone()];
    assert_eq!(fields(&judged(&case(CASE), 0, connects)), [Field::Requests]);
    let text = CASE.replace(
        "PUT: { headers:",
        "PUT: { status: 307, headers: [{ Location: \
    'https://gone.example/' }, { Access-Control-Allow-Origin: '*' }], body: x }\n      POST: { \
    headers:",
    );
    assert!(matches!(judged(&case(&text), 0, connects), Verdict::Inconclusive(_)));
}

#[test]
fn a_redirect_to_no_server_is_inconclusive() {
    let text = CASE.replace(
        "PUT: { headers:",
        "PUT: { status: 307, headers: [{ Location: \
    'https://gone.example/' }], body: x }\n      POST: { headers:",
    );
    let allowed = text.replace("[{ Location", "[{ Access-Control-Allow-Origin: '*' }, { Location");
    let verdict = judged(&case(&allowed), 0, |_| {});
    let reason = "the standard requires a request to https://gone.example, and this row has no \
    server there";
    assert_eq!(
        verdict,
        Verdict::Inconclusive(reason.to_owned()),
        "nothing shows that a browser did"
    );
}

const POLICY: &str = "
name: n
because: b
servers:
  http://api.my-company.com:
    /me: { GET: { status: 301, headers: [{ Access-Control-Allow-Origin: '*' }, { Location: 'https://api.my-company.com/me' }] } }
policy:
  routes: { /me: [GET] }
  allow: [{ origins: [http://app.my-company.com] }]
";

#[test]
fn a_row_of_a_policy_is_judged_where_both_are_redirected_to_no_server() {
    let case = case(POLICY);
    let allowed = |row: &Row| row.asked.as_ref().is_some_and(|asked| asked.allowed);
    let row = case.rows.iter().position(allowed).unwrap();
    assert_eq!(judged(&case, row, |_| {}), Verdict::Agrees);
    let stays = judged(&case, row, |seen| seen.steps[0].unforeseen.clear());
    assert_eq!(fields(&stays), [Field::Requests]);
    let elsewhere = unforeseen(Asked::Host("api.my-company.com:80".to_owned()));
    let elsewhere = judged(&case, row, |seen| seen.steps[0].unforeseen = vec![elsewhere]);
    assert_eq!(fields(&elsewhere), [Field::Requests]);
}

#[test]
fn headers_of_requests_and_preflights_are_compared() {
    let case = case(HEADERS);
    // Rows in the order of the matrix: the path changes first.
    let differences = |one: usize, other: usize| {
        let seen = rule(&case.rows[other]).observation;
        fields(&verdict_of(&case.rows[one], &seen, None))
    };
    assert_eq!(differences(0, 0), []);
    assert_eq!(differences(0, 4), [Field::Requests], "script's header is on the request only");
    assert_eq!(differences(0, 2), [Field::Preflights, Field::Requests], "the referrer is on both");
}

//! How an observation stands to the standard. The standard's side is the model's; the engine's side
//! is the same, changed in one place.

use std::path::Path;

use cors_harness::case::{self, Case, CaseId};
use cors_harness::observation::{EngineReason, Read, RowObservation};
use cors_harness::run::rule;
use cors_harness::verdict::{Field, Verdict, broken_invariants, known, verdict};

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
    verdict(&ruling, &observation, known(case, "chromium", row))
}

fn fields(verdict: &Verdict) -> Vec<Field> {
    verdict.differences().iter().map(|difference| difference.field).collect()
}

#[test]
fn doing_what_the_standard_says_agrees() {
    assert_eq!(judged(&case(CASE), 0, |_| {}), Verdict::Agrees);
}

#[test]
fn every_field_counts_in_both_directions() {
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
fn the_engines_own_words_and_reasons_do_not_count() {
    let words = |seen: &mut RowObservation| {
        seen.steps[0].words = Some("Failed to fetch".to_owned());
        seen.steps[0].reasons = vec![EngineReason {
            url: "https://api.example.com/me".to_owned(),
            code: Some("MissingAllowOriginHeader".to_owned()),
            detail: None,
            text: "net::ERR_FAILED".to_owned(),
        }];
        seen.unheard = Some("it was not listened to".to_owned());
    };
    assert_eq!(judged(&case(CASE), 0, words), Verdict::Agrees);
}

#[test]
fn a_known_departure_is_known_in_its_rows_only() {
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
fn what_cannot_be_told_is_neither() {
    let untold = |seen: &mut RowObservation| seen.steps[0].inconclusive = Some("why".to_owned());
    assert_eq!(judged(&case(CASE), 0, untold), Verdict::Inconclusive("why".to_owned()));
}

#[test]
fn a_redirect_to_no_server_cannot_be_told() {
    let text = CASE.replace("PUT: { headers:", "PUT: { status: 307, headers: [{ Location: 'https://gone.example/' }], body: x }\n      POST: { headers:");
    let allowed = text.replace("[{ Location", "[{ Access-Control-Allow-Origin: '*' }, { Location");
    let verdict = judged(&case(&allowed), 0, |_| {});
    let said = "the standard asks for https://gone.example, and no server of this row is there";
    assert_eq!(verdict, Verdict::Inconclusive(said.to_owned()), "nothing shows that a browser did");
}

/// Rules that hold whatever a case says.
#[test]
fn a_standing_rule_is_missed_where_it_is_broken() {
    let ruling = rule(&case(CASE).rows[0]);
    assert_eq!(broken_invariants(&ruling.observation, &[]), []);
    let changes: [(&str, Change); 3] = [
        ("without a passing CORS check", |seen| {
            seen.steps[0].requests[0].answer.headers.clear();
        }),
        ("only after a preflight", |seen| seen.steps[0].preflights.clear()),
        ("safelisted and exposed response headers only", |seen| {
            seen.steps[0].response.as_mut().unwrap().headers.push("x-hidden".to_owned());
        }),
    ];
    for (rule, change) in changes {
        let mut observation = ruling.observation.clone();
        change(&mut observation);
        let broken = broken_invariants(&observation, &[]);
        assert!(broken.iter().any(|broken| broken.rule.contains(rule)), "{rule}: {broken:?}");
    }
}

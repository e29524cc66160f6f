//! What engines say in addition to the standard's reason.

use std::sync::Arc;

use cors_harness::case::Case;
use cors_harness::observation::{EngineReason, Read, RowObservation};
use cors_harness::report::{CargoCommands, Document, explain_row, failure};
use cors_harness::run::{Engine, rule};
use serde_json::{Value, json};

use super::support::{Played, case, played};

const CASE: &str = "
name: No other site reads it
because: The data belongs to the user.
servers:
  https://api.example.com:
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: 'https://other.example' }] } }
    /moved: { GET: { status: 302, headers: [{ Access-Control-Allow-Origin: '*' }, { Location: /me }] } }
    /open: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }] } }
page: https://app.example.com
matrix: { path: [me, moved, open] }
steps:
  - fetch: https://api.example.com/${path}
";

fn unlisted() -> Arc<Case> {
    case("a/unlisted", CASE)
}

fn reason(code: Option<&str>, detail: Option<&str>) -> EngineReason {
    EngineReason {
        url: "https://api.example.com/me".to_owned(),
        code: code.map(str::to_owned),
        detail: detail.map(str::to_owned),
        text: "net::ERR_FAILED".to_owned(),
    }
}

/// The case on an engine that gives these reasons in a row.
fn on(engine: Engine, row: usize, reasons: &[EngineReason]) -> Played {
    let say = |number: usize, seen: &mut RowObservation| {
        if number == row {
            seen.steps[0].reasons = reasons.to_vec();
        }
    };
    played(&unlisted(), engine, say)
}

#[track_caller]
fn explains(played: &Played, row: usize, words: &str) {
    let (case, judged) = played;
    let row_played = [(judged.engine, &judged.rows[row])];
    let text = explain_row(case, &case.rows[row], &rule(&case.rows[row]), &row_played);
    assert!(text.contains(words), "{text}");
}

#[test]
fn an_equal_reason_is_marked_as_equal() {
    let mismatch = reason(Some("CORSAllowOriginNotMatchingOrigin"), Some("https://other.example"));
    let vague = reason(Some("CORSDidNotSucceed2"), None);
    let words = "    firefox      blocked; says CORSAllowOriginNotMatchingOrigin \
                 (https://other.example) – the same\n\n  no known departures";
    explains(&on(Engine::FIREFOX, 0, &[mismatch, vague]), 0, words);
}

#[test]
fn a_different_reason_is_reported() {
    let missing = reason(Some("MissingAllowOriginHeader"), None);
    let words = "    chromium     blocked; says MissingAllowOriginHeader – not the standard's \
    reason\n";
    explains(&on(Engine::CHROMIUM, 0, std::slice::from_ref(&missing)), 0, words);
    let words = "allowed; says MissingAllowOriginHeader of https://api.example.com/me – but the \
    standard does not deny it\n";
    explains(&on(Engine::CHROMIUM, 2, &[missing]), 2, words);
}

#[test]
fn after_a_redirect_the_reason_has_its_url() {
    let mismatch = reason(Some("AllowOriginMismatch"), Some("https://other.example"));
    let words = "blocked; says AllowOriginMismatch (https://other.example) of \
                 https://api.example.com/me – the same\n";
    explains(&on(Engine::CHROMIUM, 1, &[mismatch]), 1, words);
}

#[test]
fn an_engine_that_gives_no_reasons_is_reported_to_give_none() {
    let silent = |_: usize, seen: &mut RowObservation| {
        seen.steps[0].words = Some("TypeError: Load failed".to_owned());
        seen.reasons_unavailable = Some("it has no log".to_owned());
    };
    let played = played(&unlisted(), Engine::WEBKIT, silent);
    explains(&played, 0, "webkit       blocked; gives only `TypeError: Load failed`\n");
    explains(&played, 0, "\n  the reasons of webkit are unavailable: it has no log\n");
}

#[test]
fn a_failing_trial_prints_the_reasons_of_the_engine() {
    let allowed = |row: usize, seen: &mut RowObservation| {
        if row == 2 {
            seen.steps[0].read = Some(Read::Blocked);
            seen.steps[0].reasons = vec![reason(None, None)];
        }
    };
    let (case, judged) = played(&unlisted(), Engine::CHROMIUM, allowed);
    let text = failure(&case, &judged, &CargoCommands).unwrap();
    let words = "fetch https://api.example.com/open: blocked\n    it says net::ERR_FAILED of \
                 https://api.example.com/me – an unknown reason\n";
    assert!(text.contains(words), "{text}");
}

#[test]
fn the_document_says_of_each_reason_whether_it_agrees() {
    let reasons = [
        reason(Some("CORSAllowOriginNotMatchingOrigin"), Some("https://other.example")),
        reason(Some("CORSDidNotSucceed2"), None),
    ];
    let document = |played: Played| serde_json::to_value(Document::of(&[played])).unwrap();
    let result = |played: Played| document(played)["results"][0].take();
    let lines = result(on(Engine::FIREFOX, 0, &reasons));
    assert_eq!(lines["reasons_unavailable"], Value::Null);
    let expected = json!([
        {
            "url": "https://api.example.com/me",
            "code": "CORSAllowOriginNotMatchingOrigin",
            "detail": "https://other.example",
            "text": "net::ERR_FAILED",
            "agrees": true,
        },
        {
            "url": "https://api.example.com/me",
            "code": "CORSDidNotSucceed2",
            "detail": null,
            "text": "net::ERR_FAILED",
            "agrees": null,
        },
    ]);
    assert_eq!(lines["steps"][0]["reasons"], expected);
    let missing = [reason(Some("MissingAllowOriginHeader"), None)];
    let lines = result(on(Engine::CHROMIUM, 0, &missing));
    assert_eq!(lines["steps"][0]["reasons"][0]["agrees"], false);
}

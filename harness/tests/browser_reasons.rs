//! The reasons of browsers are read in every context, and understood. Tested with every engine that is installed; `CORS_HARNESS_REQUIRE` makes a missing one
//! fail.

use std::path::Path;
use std::sync::Arc;

use cors_harness::case::{self, Case, CaseId, ThirdPartyCookies};
use cors_harness::engine::{Kind, Opening, Required};
use cors_harness::observation::RowObservation;
use cors_harness::run::{Engine, Outcome, Players, start};
use cors_harness::verdict::{Agreement, agreements};
use cors_servers::Lab;

const CASE: &str = "
name: No page can read the responses
because: No response allows the page's origin.
servers:
  https://api.example.com:
    /nothing: { GET: {}, PUT: {} }
    /other: { GET: { headers: [{ Access-Control-Allow-Origin: 'https://other.example' }] } }
    /star: { GET: { headers: [{ Access-Control-Allow-Origin: '*' }] } }
    /moved: { GET: { status: 302, headers: [{ Access-Control-Allow-Origin: '*' }, { Location: /nothing?2 }] } }
    /asked:
      OPTIONS: { status: 204, headers: [{ Access-Control-Allow-Origin: '*' }, { Access-Control-Allow-Methods: PUT }] }
      GET: {}
  http://plain.example.com:
    /: { GET: {} }
page: PAGE
steps:
  - fetch: https://api.example.com/nothing
  - fetch: https://api.example.com/nothing?1
    method: PUT
  - xhr: https://api.example.com/other
  - together:
      - fetch: https://api.example.com/star
        credentials: include
      - fetch: https://api.example.com/asked
        headers: [{ X-Api-Key: k }]
      - fetch: https://api.example.com/moved
";

/// Firefox reports mixed content to the process of the top-level page, which a frame of another site does
/// not share.
const IN_A_DOCUMENT: &str = "  - fetch: http://plain.example.com/\n";

const PAGES: [&str; 3] = [
    "https://app.example.com",
    "{ origin: https://app.example.com, context: iframe, inside: https://elsewhere.example }",
    "{ origin: https://app.example.com, context: sandboxed-iframe }",
];

/// The case on every page, as a browser plays it; nothing where it is not installed.
fn played(kind: Kind) -> Vec<Outcome> {
    if Required::browser(kind).unwrap().is_none() {
        return Vec::new();
    }
    let case = |(number, page): (usize, &&str)| -> Arc<Case> {
        let more = if number == 0 { IN_A_DOCUMENT } else { "" };
        let (id, text) = (CaseId(number.to_string()), CASE.replace("PAGE", page) + more);
        Arc::new(case::read(id, Path::new("case.yaml"), text.as_bytes()).unwrap())
    };
    let trials = PAGES.iter().enumerate().map(|place| (case(place), Engine::from(kind)));
    let mut running = start(trials.collect(), Players::find());
    (0..PAGES.len()).map(|trial| running.outcome(trial).unwrap()).collect()
}

/// Of each step, whether the standard's reason is among the engine's own.
#[track_caller]
fn names_every_reason(kind: Kind) {
    for (outcome, page) in played(kind).iter().zip(PAGES) {
        let row = &outcome.rows[0];
        assert_eq!(row.observation.reasons_unavailable, None, "{page}");
        let (ruling, _) = row.judged.as_ref().unwrap();
        let standings = agreements(ruling, &row.observation);
        for (standings, step) in standings.iter().zip(&row.observation.steps) {
            assert!(standings.contains(&Agreement::Same), "{page}: {step:#?}");
        }
    }
}

#[test]
fn chromium_names_every_reason() {
    names_every_reason(Kind::Chromium);
}

#[test]
fn firefox_names_every_reason() {
    names_every_reason(Kind::Firefox);
}

#[test]
fn webkit_gives_no_reasons_and_the_output_says_so() {
    for outcome in played(Kind::WebKit) {
        let RowObservation { steps, reasons_unavailable } = &outcome.rows[0].observation;
        assert!(steps.iter().all(|step| step.reasons.is_empty()));
        assert_eq!(reasons_unavailable.as_deref(), Some("WebKitGTK gives a driver no reasons"));
    }
}

#[tokio::test]
async fn a_browser_without_reasons_still_has_fresh_profiles() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let Some(installed) = Required::browser(kind).unwrap() else { continue };
        let lab = Lab::start().await.unwrap();
        let opening = Opening {
            reads_console: false,
            ..Opening::new(&installed, &lab, ThirdPartyCookies::Allowed)
        };
        let session = opening.open(None).await.unwrap();
        // The second one ends the first.
        session.browser.renew().await.unwrap();
        session.browser.renew().await.unwrap();
        session.end().await.unwrap();
    }
}

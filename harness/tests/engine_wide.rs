//! Departures that an engine has in every row of a kind.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cors_harness::case::{self, Case, CaseId};
use cors_harness::observation::RowObservation;
use cors_harness::plan::Names;
use cors_harness::report::{Document, engine_wide, engine_wide_gone, matrix};
use cors_harness::run::{Engine, Judged, Judgement, RowOutcome, played, rule};
use cors_harness::verdict::{
    EngineWide, EngineWideCounts, OnTheWire, RowOfEngine, RowPlayed, Verdict, judgment,
};
use cors_servers::exchange::{ConnectionId, Exchange, ReceivedRequest, ReplySource, SentReply};
use cors_servers::script::Scheme;
use serde_json::{Value, json};

const NAME: &str = "x-firefox-spdy";

/// A page that reads from its own origin.
const CASE: &str = "
name: A page reads from its own origin
because: No check applies.
servers:
  https://app.example.com:
    /me: { GET: { body: hello } }
page: https://app.example.com
steps:
  - fetch: /me
";

fn case() -> Arc<Case> {
    let read = case::read(CaseId("a/own".to_owned()), Path::new("own.yaml"), CASE.as_bytes());
    Arc::new(read.unwrap())
}

/// The request of the case, over a protocol and answered with a header of this name.
fn exchange(alpn: Option<&str>, sent: &str) -> Exchange {
    Exchange {
        sequence: 1,
        arrived: Duration::ZERO,
        connection: ConnectionId(1),
        alpn: alpn.map(str::to_owned),
        request: ReceivedRequest {
            scheme: Scheme::Https,
            host: "app.example.com".to_owned(),
            port: 443,
            method: "GET".to_owned(),
            target: "/me".to_owned(),
            headers: Vec::new(),
            body_length: Some(0),
            body: None,
        },
        stop: None,
        reply: Some(SentReply {
            status: 200,
            headers: vec![(sent.to_owned(), b"h2".to_vec())],
            body_length: 5,
            body: None,
            source: ReplySource::Script,
            after: Duration::ZERO,
            complete: true,
        }),
    }
}

/// What the standard says about the case, and script sees a header of this name too.
fn seen(name: &str) -> RowObservation {
    let mut observation = rule(&case().rows[0]).observation;
    let response = observation.steps[0].response.as_mut().unwrap();
    response.headers.push(name.to_owned());
    response.headers.sort();
    observation
}

fn headers(observation: &RowObservation) -> &[String] {
    &observation.steps[0].response.as_ref().unwrap().headers
}

/// What is taken out of an observation, and how often it could show and does.
fn taken(engine: &str, observation: &mut RowObservation, wire: &Exchange) -> (usize, usize) {
    let (exchanges, names) = (std::slice::from_ref(wire), &Names::verbatim());
    let wire = OnTheWire { exchanges, names, environment: &Default::default() };
    let row = &case().rows[0];
    let of_engine = RowOfEngine { engine, page: &row.page, wire };
    let found = EngineWide::take_out(of_engine, observation, &rule(row).observation);
    (found.possible.len(), found.shown.len())
}

#[test]
fn an_engine_wide_departure_is_removed_from_the_comparison() {
    let mut observation = seen(NAME);
    assert_eq!(taken("firefox", &mut observation, &exchange(Some("h2"), "x-other")), (1, 1));
    assert_eq!(headers(&observation), headers(&rule(&case().rows[0]).observation));
}

#[test]
fn nothing_else_is() {
    let unchanged = [
        ("chromium", NAME, exchange(Some("h2"), "x-other"), (0, 0)),
        ("firefox", NAME, exchange(Some("http/1.1"), "x-other"), (0, 0)),
        ("firefox", NAME, exchange(None, "x-other"), (0, 0)),
        ("firefox", NAME, exchange(Some("h2"), "X-Firefox-SPDY"), (1, 0)),
        ("firefox", "x-firefox-other", exchange(Some("h2"), "x-other"), (1, 0)),
    ];
    for (engine, name, wire, expected) in unchanged {
        let mut observation = seen(name);
        assert_eq!(taken(engine, &mut observation, &wire), expected, "{engine} {name}");
        assert_eq!(headers(&observation), headers(&seen(name)), "{engine} {name}");
    }
}

/// The row on Firefox, which shows the header or does not.
fn row(name: &str) -> RowOutcome {
    let ruling = rule(&case().rows[0]);
    let mut observation = seen(name);
    if name != NAME {
        observation = ruling.observation.clone();
    }
    let (exchanges, names) = (&[exchange(Some("h2"), "x-other")], &Names::verbatim());
    let wire = OnTheWire { exchanges, names, environment: &Default::default() };
    let page = &case().rows[0].page;
    let of_engine = RowOfEngine { engine: "firefox", page, wire };
    let engine_wide = EngineWide::take_out(of_engine, &mut observation, &ruling.observation);
    let played_row = RowPlayed {
        observation: &observation,
        timeline: None,
        known: None,
        is_written: true,
        is_of_policy: false,
        compares_reasons: false,
    };
    let case = case();
    let verdict =
        judgment(played_row, &|circumstances| played(&case.rows[0], circumstances)).verdict;
    let judged = Some((ruling, verdict));
    RowOutcome { judged, engine_wide, ..RowOutcome::of(observation) }
}

fn counts(rows: &[RowOutcome]) -> EngineWideCounts {
    let mut counts = EngineWideCounts::default();
    rows.iter().for_each(|row| counts.add("a/own", &row.engine_wide));
    counts
}

#[test]
fn an_engine_wide_departure_is_printed_once_per_run() {
    let counts = counts(&[row(NAME), row(NAME), row("x-other")]);
    let text = engine_wide(&counts).replace("\n       ", " ");
    assert!(text.starts_with("known  firefox departs in the response header `x-firefox-spdy` in 2 rows of 1 case (bug): "), "{text}");
    assert_eq!(text.matches(NAME).count(), 1);
    assert_eq!(engine_wide_gone(&counts), None);
    assert!(!counts.any_gone());
}

#[test]
fn an_engine_wide_departure_that_is_gone_fails_the_run() {
    let counts = counts(&[row("x-other"), row("x-other")]);
    let text = engine_wide_gone(&counts).unwrap().replace("\n      ", " ");
    let words = "GONE  firefox no longer departs in the response header `x-firefox-spdy`: 2 rows could have shown it";
    assert!(text.starts_with(words), "{text}");
    assert!(counts.any_gone());
}

#[test]
fn an_engine_wide_departure_without_matching_rows_is_not_mentioned() {
    let counts = counts(&[]);
    assert_eq!((engine_wide(&counts).as_str(), engine_wide_gone(&counts)), ("", None));
}

fn trial(engine: Engine, row: RowOutcome) -> (Arc<Case>, Judged) {
    let (version, text, judgement) = (String::new(), String::new(), Judgement::Match);
    let judged = Judged {
        engine,
        version,
        judgement,
        rows: vec![row],
        repeated: 0,
        permitted: 0,
        timed: 0,
        unkept: None,
        text,
        left_out: None,
    };
    (case(), judged)
}

#[test]
fn a_row_with_only_an_engine_wide_departure_needs_no_entry() {
    let chromium = RowOutcome { engine_wide: EngineWide::default(), ..row("x-other") };
    let played = [trial(Engine::CHROMIUM, chromium), trial(Engine::FIREFOX, row(NAME))];
    assert_eq!(played[1].1.rows[0].judged.as_ref().unwrap().1, Verdict::Agrees);
    let expected_matrix =
        "1 case: chromium agrees with the standard, firefox except for what it always does\n";
    assert_eq!(matrix(&played).unwrap(), expected_matrix);
    let document: Value = serde_json::to_value(Document::of(&played)).unwrap();
    let [chromium, firefox] = [0, 1].map(|place| &document["results"][place]);
    assert_eq!((&chromium["verdict"], &chromium["known"]), (&json!("agrees"), &Value::Null));
    assert_eq!((&firefox["verdict"], &firefox["known"]["kind"]), (&json!("known"), &json!("bug")));
    let what =
        json!([{ "step": 0, "field": "response", "what": "response header `x-firefox-spdy`" }]);
    assert_eq!(firefox["engine_wide"], what);
    assert_eq!(document["matrix"][0]["engines"]["firefox"], "known");
    assert_eq!(document["matrix"][0]["rows"], json!([]));
}

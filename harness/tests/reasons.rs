//! Which step an engine's own reasons are about. Reports and log are made here by hand; the row and
//! its names come from the plan.

use std::path::Path;
use std::time::Duration;

use cors_harness::case::{self, Case, CaseId, Step};
use cors_harness::observation::{
    CallSeen, EngineReason, Evidence, RowObservation, RowSeen, observe,
};
use cors_harness::plan::{Company, PlannedRow, plan};
use cors_servers::exchange::{ConnectionId, Exchange, ReceivedRequest, ReplySource, SentReply};
use cors_servers::script::Scheme;

const CASE: &str = "
name: n
because: b
servers:
  https://api.example.net:
    /a: { GET: {} }
    /moved: { GET: { status: 302, headers: [{ Location: http://user@away.example.net/b }] } }
page: https://app.example.com
steps:
  - fetch: https://api.example.net/a#part
  - fetch: https://api.example.net/moved
  - fetch: https://api.example.net/a
";

fn case() -> Case {
    case::read(CaseId("c".to_owned()), Path::new("c"), CASE.as_bytes()).unwrap()
}

fn planned(case: &Case) -> PlannedRow {
    plan(&[&case.rows[0]], Company::Shared).browsers[0].stages[0].row(0, &case.rows[0])
}

/// A request of the row, and where its response leads.
fn exchange(sequence: u64, host: &str, target: &str, location: Option<&str>) -> Exchange {
    let location = location.map(|to| ("Location".to_owned(), to.as_bytes().to_vec()));
    Exchange {
        sequence,
        arrived: Duration::ZERO,
        connection: ConnectionId(1),
        alpn: None,
        request: ReceivedRequest {
            scheme: Scheme::Https,
            host: host.to_owned(),
            port: 443,
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body_length: None,
            body: None,
        },
        reply: Some(SentReply {
            status: if location.is_some() { 302 } else { 200 },
            headers: location.into_iter().collect(),
            body_length: 0,
            body: None,
            source: ReplySource::Script,
            after: Duration::ZERO,
            complete: true,
        }),
    }
}

fn reason(url: &str) -> EngineReason {
    EngineReason {
        url: url.to_owned(),
        code: Some("AllowOriginMismatch".to_owned()),
        detail: Some("https://other.example-r000000.net".to_owned()),
        text: format!("{url} is not for https://app.example.com"),
    }
}

/// What is observed of a row whose three steps all threw, with these reasons.
fn observed(reasons: Vec<EngineReason>) -> RowObservation {
    let case = case();
    let row = planned(&case);
    let threw = || vec![CallSeen::Threw { name: "TypeError".to_owned(), message: String::new() }];
    let seen = RowSeen { moments: vec![threw(), threw(), threw()], reasons, ..RowSeen::default() };
    let labels: Vec<_> = case.rows[0].all_steps().map(Step::label).collect();
    let mark = |sequence, moment: usize| {
        let path = format!("{}{moment}", row.marker_path);
        exchange(sequence, "m0.cors-harness.test", &path, None)
    };
    let location = Some("http://user@away.example-r000000.net/b");
    let exchanges = [
        exchange(1, "api.example-r000000.net", "/a", None),
        exchange(3, "api.example-r000000.net", "/moved", location),
        exchange(5, "api.example-r000000.net", "/a", None),
    ];
    observe(&Evidence {
        row: &row,
        labels: &labels,
        seen: &seen,
        exchanges: &exchanges,
        marks: &[mark(2, 0), mark(4, 1)],
        faults: &[],
        connections: &[],
    })
}

fn urls(observation: &RowObservation) -> Vec<Vec<&str>> {
    observation
        .steps
        .iter()
        .map(|step| step.reasons.iter().map(|reason| reason.url.as_str()).collect())
        .collect()
}

#[test]
fn a_reason_is_told_in_the_names_of_the_case() {
    let observation = observed(vec![reason("https://api.example-r000000.net/moved")]);
    let reason = &observation.steps[1].reasons[0];
    assert_eq!(reason.url, "https://api.example.net/moved");
    assert_eq!(reason.detail.as_deref(), Some("https://other.example.net"));
    assert_eq!(reason.text, "https://api.example.net/moved is not for https://app.example.com");
}

#[test]
fn every_step_that_led_to_the_url_gets_the_reason_once() {
    let twice = || reason("https://api.example-r000000.net/a");
    let observation = observed(vec![twice(), twice()]);
    let expected = [vec!["https://api.example.net/a"], vec![], vec!["https://api.example.net/a"]];
    assert_eq!(urls(&observation), expected);
}

#[test]
fn a_step_led_to_where_its_redirect_pointed_although_nobody_was_asked_there() {
    let observation = observed(vec![reason("http://away.example-r000000.net/b")]);
    assert_eq!(urls(&observation), [vec![], vec!["http://away.example.net/b"], vec![]]);
}

#[test]
fn a_reason_for_a_url_that_no_step_led_to_is_nobodys() {
    let observation = observed(vec![reason("https://api.example-r000001.net/a")]);
    assert_eq!(urls(&observation), [const { Vec::<&str>::new() }; 3]);
}

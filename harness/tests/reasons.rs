//! Which step an engine's own reasons are about. Reports and log are made here by hand; the row and
//! its names come from the plan.

use std::path::Path;
use std::time::Duration;

use cors_harness::case::{self, Case, CaseId};
use cors_harness::observation::{
    CallSeen, EngineReason, Evidence, ReasonSeen, ResponseSeen, RowObservation, RowSeen, observe,
};
use cors_harness::plan::{PlannedRow, Separation, plan};
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
  - { fetch: https://api.example.net/a, method: DELETE, headers: [X-Only: a] }
";

fn case() -> Case {
    case::read(CaseId("c".to_owned()), Path::new("c"), CASE.as_bytes()).unwrap()
}

fn planned(case: &Case) -> PlannedRow {
    plan(&[&case.rows[0]], Separation::Shared).browsers[0].shared_pages[0].row(0, &case.rows[0])
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
        stop: None,
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
    let seen = |reason| ReasonSeen { reason, group: None };
    observed_of([false; 3], reasons.into_iter().map(seen).collect())
}

/// What is observed of a row some of whose three steps have a response, with these reasons.
fn observed_of(allowed: [bool; 3], reasons: Vec<ReasonSeen>) -> RowObservation {
    redirected("http://user@away.example-r000000.net/b", allowed, reasons)
}

/// The same, where the second step is redirected to this place.
fn redirected(to: &str, allowed: [bool; 3], reasons: Vec<ReasonSeen>) -> RowObservation {
    let case = case();
    let row = planned(&case);
    let call = |allowed: bool| match allowed {
        true => CallSeen::Response(ResponseSeen {
            kind: Some("cors".to_owned()),
            status: 200,
            redirected: false,
            headers: Vec::new(),
            body: String::new(),
        }),
        false => CallSeen::Threw { name: "TypeError".to_owned(), message: String::new() },
    };
    let step_groups = allowed.map(|allowed| vec![call(allowed)]).to_vec();
    let seen = RowSeen { step_groups, reasons, ..RowSeen::default() };
    let labels = case.rows[0].labels();
    let mark = |sequence, moment: usize| {
        let path = format!("{}{moment}", row.marker_path);
        exchange(sequence, "m0.cors-harness.test", &path, None)
    };
    let exchanges = [
        exchange(1, "api.example-r000000.net", "/a", None),
        exchange(3, "api.example-r000000.net", "/moved", Some(to)),
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
fn a_reason_uses_the_names_of_the_case() {
    let observation = observed(vec![reason("https://api.example-r000000.net/moved")]);
    let reason = &observation.steps[1].reasons[0];
    assert_eq!(reason.url, "https://api.example.net/moved");
    assert_eq!(reason.detail.as_deref(), Some("https://other.example.net"));
    assert_eq!(reason.text, "https://api.example.net/moved is not for https://app.example.com");
}

#[test]
fn each_step_that_requested_the_url_gets_the_reason_once() {
    let twice = || reason("https://api.example-r000000.net/a");
    let observation = observed(vec![twice(), twice()]);
    let expected = [vec!["https://api.example.net/a"], vec![], vec!["https://api.example.net/a"]];
    assert_eq!(urls(&observation), expected);
}

const A: &str = "https://api.example-r000000.net/a";

/// How many reasons each step has.
fn counted(observation: &RowObservation) -> Vec<usize> {
    observation.steps.iter().map(|step| step.reasons.len()).collect()
}

#[test]
fn a_reason_belongs_to_the_step_that_was_still_pending() {
    let of_group = |group| ReasonSeen { reason: reason(A), group: Some(group) };
    let counted = |allowed, groups: &[usize]| {
        counted(&observed_of(allowed, groups.iter().copied().map(of_group).collect()))
    };
    assert_eq!(counted([false; 3], &[0]), [1, 0, 0]);
    assert_eq!(counted([false; 3], &[2]), [0, 0, 1]);
    assert_eq!(counted([false; 3], &[0, 2]), [1, 0, 1]);
    assert_eq!(counted([false; 3], &[1]), [1, 0, 1], "no call of that group led there");
    assert_eq!(counted([true, true, false], &[0]), [1, 0, 0], "a response does not count then");
}

#[test]
fn a_reason_belongs_to_a_denied_step_rather_than_an_allowed_one() {
    let of_none = || vec![ReasonSeen { reason: reason(A), group: None }];
    assert_eq!(counted(&observed_of([true, true, false], of_none())), [0, 0, 1]);
    assert_eq!(counted(&observed_of([false, true, true], of_none())), [1, 0, 0]);
    assert_eq!(counted(&observed_of([true; 3], of_none())), [1, 0, 1], "nothing was denied");
}

#[test]
fn a_reason_that_names_a_method_or_a_header_belongs_to_the_step_that_has_it() {
    for (detail, owners) in
        [("DELETE", [0, 0, 1]), ("x-only", [0, 0, 1]), ("GET", [1, 0, 0]), ("PATCH", [1, 0, 1])]
    {
        let reason = EngineReason { detail: Some(detail.to_owned()), ..reason(A) };
        assert_eq!(counted(&observed(vec![reason])), owners, "{detail}");
    }
}

#[test]
fn a_reason_at_a_redirect_target_without_a_request_belongs_to_the_step() {
    let observation = observed(vec![reason("http://away.example-r000000.net/b")]);
    assert_eq!(urls(&observation), [vec![], vec!["http://away.example.net/b"], vec![]]);
}

#[test]
fn a_reason_for_a_url_of_no_step_is_not_assigned() {
    let observation = observed(vec![reason("https://api.example-r000001.net/a")]);
    assert_eq!(urls(&observation), [const { Vec::<&str>::new() }; 3]);
}

#[test]
fn a_reason_for_a_url_without_a_host_is_not_assigned() {
    for to in ["javascript:1", "data:text/plain,a", "about:blank", "file:///a"] {
        let seen = ReasonSeen { reason: reason(to), group: None };
        assert_eq!(counted(&redirected(to, [false; 3], vec![seen])), [0, 0, 0], "{to}");
    }
}

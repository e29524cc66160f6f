//! What can be told from the page's report and the servers' log, and what cannot. Both are made here
//! by hand; the row and its names come from the plan.

use std::path::Path;
use std::time::Duration;

use cors_harness::case::{self, Case, CaseId, Step};
use cors_harness::observation::{
    CallSeen, Evidence, FaultSeen, Read, ResponseSeen, RowObservation, RowSeen, observe,
};
use cors_harness::plan::{Company, PlannedRow, plan};
use cors_servers::exchange::{
    ConnectionId, Exchange, Opened, ReceivedRequest, ReplySource, SentReply,
};
use cors_servers::script::{Address, Scheme};

const HEAD: &str = "
name: n
because: b
servers:
  https://api.example.net:
    /a: { GET: {}, PUT: {} }
    /b: { GET: {} }
    /moved: { GET: { status: 302, headers: [{ Location: /b }] } }
page: https://app.example.com
steps:
";

/// A row, and everything that is known of it.
struct Scene {
    case: Case,
    row: PlannedRow,
    seen: RowSeen,
    exchanges: Vec<Exchange>,
    marks: Vec<Exchange>,
    faults: Vec<FaultSeen>,
    connections: Vec<Opened>,
}

impl Scene {
    /// A row with these steps, one call seen for each, nothing recorded yet.
    fn new(steps: &str, seen: Vec<Vec<CallSeen>>) -> Self {
        let text = format!("{HEAD}{steps}");
        let case = case::read(CaseId("c".to_owned()), Path::new("c"), text.as_bytes()).unwrap();
        let plan = plan(&[&case.rows[0]], Company::Shared);
        let row = plan.browsers[0].stages[0].row(0, &case.rows[0]);
        let seen = RowSeen { moments: seen, ..RowSeen::default() };
        Self {
            case,
            row,
            seen,
            exchanges: Vec::new(),
            marks: Vec::new(),
            faults: Vec::new(),
            connections: Vec::new(),
        }
    }

    fn exchange(mut self, sequence: u64, method: &str, path: &str) -> Self {
        self.exchanges.push(exchange(sequence, method, "api.example-r000000.net", path));
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Exchange)) -> Self {
        change(self.exchanges.last_mut().unwrap());
        self
    }

    fn mark(mut self, sequence: u64, moment: usize) -> Self {
        let path = format!("{}{moment}", self.row.marker_path);
        self.marks.push(exchange(sequence, "GET", "m0.cors-harness.test", &path));
        self
    }

    fn observe(&self) -> RowObservation {
        let labels: Vec<_> = self.case.rows[0].all_steps().map(Step::label).collect();
        observe(&Evidence {
            row: &self.row,
            labels: &labels,
            seen: &self.seen,
            exchanges: &self.exchanges,
            marks: &self.marks,
            faults: &self.faults,
            connections: &self.connections,
        })
    }

    #[track_caller]
    fn reads(&self, reads: &[Read]) -> RowObservation {
        let observation = self.observe();
        assert_eq!(observation.inconclusive(), None);
        let got: Vec<_> = observation.steps.iter().map(|step| step.read.unwrap()).collect();
        assert_eq!(got, reads);
        observation
    }

    #[track_caller]
    fn cannot_tell(&self, words: &str) {
        let observation = self.observe();
        let reason = observation.inconclusive().expect("nothing is inconclusive");
        assert!(reason.contains(words), "{reason}");
    }
}

fn exchange(sequence: u64, method: &str, host: &str, target: &str) -> Exchange {
    Exchange {
        sequence,
        connection: ConnectionId(1),
        alpn: Some("h2".to_owned()),
        request: ReceivedRequest {
            scheme: Scheme::Https,
            host: host.to_owned(),
            port: 443,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("origin".to_owned(), b"https://app.example.com".to_vec())],
            body_length: Some(0),
            body: None,
        },
        reply: Some(SentReply {
            status: 200,
            headers: Vec::new(),
            body_length: 0,
            body: None,
            source: ReplySource::Script,
            after: Duration::ZERO,
            complete: true,
        }),
    }
}

fn threw() -> CallSeen {
    CallSeen::Threw { name: "TypeError".to_owned(), message: "Failed to fetch".to_owned() }
}

fn response(kind: &str) -> CallSeen {
    CallSeen::Response(ResponseSeen {
        kind: Some(kind.to_owned()),
        status: 200,
        redirected: false,
        headers: vec!["b".to_owned(), "a".to_owned()],
        body: "from https://api.example-r000000.net".to_owned(),
    })
}

fn opened(sequence: u64, connection: u64, host: &str) -> Opened {
    let address = Address { scheme: Scheme::Https, host: host.to_owned(), port: 443 };
    Opened { sequence, connection: ConnectionId(connection), address }
}

fn as_preflight(exchange: &mut Exchange) {
    let wanted = ("access-control-request-method".to_owned(), b"PUT".to_vec());
    exchange.request.headers.push(wanted);
}

/// A redirect to this place.
fn moved(exchange: &mut Exchange, location: &str) {
    let reply = exchange.reply.as_mut().unwrap();
    reply.status = 302;
    reply.headers.push(("location".to_owned(), location.into()));
}

const ONE: &str = "  - fetch: https://api.example.net/a\n";
const TWO: &str = "  - fetch: https://api.example.net/a\n  - fetch: https://api.example.net/a\n";
const PUT: &str = "  - fetch: https://api.example.net/a\n    method: PUT\n";
const TOGETHER: &str = "  - together:\n      - fetch: https://api.example.net/a\n      \
                        - fetch: https://api.example.net/moved\n";

#[test]
fn a_read_is_told_in_the_names_of_the_case() {
    let scene = Scene::new(ONE, vec![vec![response("cors")]]).exchange(1, "GET", "/a");
    let observation = scene.reads(&[Read::Allowed]);
    let step = &observation.steps[0];
    assert_eq!(step.requests[0].url, "https://api.example.net/a");
    let seen = step.response.as_ref().unwrap();
    assert_eq!(seen.body.as_deref(), Some("from https://api.example.net"));
    assert_eq!(seen.headers, ["a", "b"]);
}

#[test]
fn an_error_after_an_answered_request_is_blocked() {
    Scene::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a").reads(&[Read::Blocked]);
}

#[test]
fn an_error_without_a_request_is_refused_only_if_the_mark_arrived() {
    let scene = Scene::new(ONE, vec![vec![threw()]]);
    scene.cannot_tell("nor did the mark");
    scene.mark(1, 0).reads(&[Read::Refused]);
}

#[test]
fn an_error_after_a_connection_without_a_request_cannot_be_told() {
    let mut scene = Scene::new(ONE, vec![vec![threw()]]).mark(2, 0);
    scene.connections = vec![opened(1, 7, "other.example-r000000.net")];
    scene.reads(&[Read::Refused]);
    scene.connections = vec![opened(1, 7, "api.example-r000000.net")];
    scene.cannot_tell("connected to https://api.example.net and then sent nothing");
}

#[test]
fn an_error_after_a_granted_preflight_and_a_connection_without_the_request_cannot_be_told() {
    let mut scene = Scene::new(PUT, vec![vec![threw()]]).exchange(1, "OPTIONS", "/a");
    scene = scene.with(as_preflight);
    scene.connections = vec![opened(0, 1, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked]);
    scene.connections.push(opened(2, 7, "api.example-r000000.net"));
    scene.cannot_tell("connected to https://api.example.net and then sent nothing");
}

#[test]
fn an_error_after_a_redirect_to_a_server_that_got_a_connection_only_cannot_be_told() {
    let mut scene = Scene::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene = scene.with(|exchange| moved(exchange, "https://other.example-r000000.net/"));
    scene.connections = vec![opened(0, 1, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked]);
    scene.connections.push(opened(2, 7, "other.example-r000000.net"));
    scene.cannot_tell("https://other.example.net and then sent nothing");
}

#[test]
fn a_connection_of_another_call_of_the_group_does_not_keep_a_denial_from_being_told() {
    let seen = vec![vec![threw(), response("cors")]];
    let mut scene =
        Scene::new(TOGETHER, seen).exchange(1, "GET", "/a").exchange(3, "GET", "/moved");
    scene = scene.with(|exchange| exchange.connection = ConnectionId(7));
    scene.connections = vec![opened(2, 7, "api.example-r000000.net")];
    scene.reads(&[Read::Blocked, Read::Allowed]);
}

#[test]
fn an_error_after_a_request_that_was_not_answered_cannot_be_told() {
    let scene = Scene::new(ONE, vec![vec![threw()]]).exchange(1, "GET", "/a");
    scene.with(|exchange| exchange.reply = None).cannot_tell("was not answered");
}

#[test]
fn a_request_that_no_reply_was_written_for_cannot_be_told() {
    let scene = Scene::new(ONE, vec![vec![threw()]]).exchange(1, "POST", "/a");
    let unwritten = |exchange: &mut Exchange| {
        exchange.reply.as_mut().unwrap().source = ReplySource::MethodNotAllowed;
    };
    scene
        .with(unwritten)
        .cannot_tell("POST https://api.example.net/a arrived, and the case has no reply");
}

#[test]
fn a_preflight_that_no_reply_was_written_for_is_the_servers_answer() {
    let scene = Scene::new(ONE, vec![vec![threw()]]).exchange(1, "OPTIONS", "/a");
    let preflight = |exchange: &mut Exchange| {
        as_preflight(exchange);
        exchange.reply.as_mut().unwrap().source = ReplySource::MethodNotAllowed;
    };
    let observation = scene.with(preflight).reads(&[Read::Blocked]);
    assert_eq!(observation.steps[0].preflights[0].method, "PUT");
    assert!(observation.steps[0].requests.is_empty());
}

#[test]
fn options_that_script_asks_for_is_no_preflight() {
    let scene = Scene::new(ONE, vec![vec![response("cors")]]).exchange(1, "OPTIONS", "/a");
    assert_eq!(scene.reads(&[Read::Allowed]).steps[0].requests[0].method, "OPTIONS");
}

#[test]
fn a_response_that_nobody_sent_cannot_be_told() {
    Scene::new(ONE, vec![vec![response("cors")]]).cannot_tell("no server of this row sent");
}

#[test]
fn a_stored_response_needs_no_request_of_its_own() {
    let seen = vec![vec![response("cors")], vec![response("cors")]];
    let scene = Scene::new(TWO, seen).exchange(1, "GET", "/a").mark(2, 0);
    let observation = scene.reads(&[Read::Allowed, Read::Allowed]);
    assert!(observation.steps[1].requests.is_empty());
}

#[test]
fn a_response_that_only_a_later_step_or_another_call_asked_for_cannot_be_told() {
    let seen = vec![vec![response("cors")], vec![response("cors")]];
    let scene = Scene::new(TWO, seen).mark(1, 0).exchange(2, "GET", "/a");
    scene.cannot_tell("no server of this row sent");
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = Scene::new(TOGETHER, seen).exchange(1, "GET", "/moved");
    scene.cannot_tell("no server of this row sent");
}

#[test]
fn opaque_responses_are_opaque() {
    for kind in ["opaque", "opaqueredirect"] {
        let scene = Scene::new(ONE, vec![vec![response(kind)]]).exchange(1, "GET", "/a");
        assert!(scene.reads(&[Read::Opaque]).steps[0].response.is_none());
    }
}

#[test]
fn the_mark_between_two_steps_divides_the_log() {
    let seen = vec![vec![threw()], vec![response("cors")]];
    let scene = Scene::new(TWO, seen).exchange(1, "GET", "/a").exchange(3, "PUT", "/a");
    scene.cannot_tell("not told that group 1 had settled");
    let observation = scene.mark(2, 0).reads(&[Read::Blocked, Read::Allowed]);
    let methods = observation.steps.iter().map(|step| step.requests[0].method.as_str());
    assert_eq!(methods.collect::<Vec<_>>(), ["GET", "PUT"]);
}

#[test]
fn steps_at_the_same_time_are_told_apart_by_url_and_redirect() {
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = Scene::new(TOGETHER, seen).exchange(1, "GET", "/moved");
    let scene = scene
        .with(|exchange| moved(exchange, "/b"))
        .exchange(2, "GET", "/b")
        .exchange(3, "GET", "/a");
    let observation = scene.reads(&[Read::Allowed, Read::Allowed]);
    assert_eq!(observation.steps[0].requests.len(), 1);
    assert_eq!(observation.steps[1].requests[1].url, "https://api.example.net/b");
}

#[test]
fn a_redirect_that_was_stored_before_leads_on_too() {
    let steps = format!("  - fetch: https://api.example.net/moved\n{TOGETHER}");
    let seen = vec![vec![response("cors")], vec![response("cors"), response("cors")]];
    let scene = || {
        let scene = Scene::new(&steps, seen.clone()).exchange(1, "GET", "/moved");
        scene.with(|exchange| moved(exchange, "/b")).exchange(2, "GET", "/b").mark(3, 0)
    };
    let told = scene().exchange(4, "GET", "/b").exchange(5, "GET", "/a");
    let observation = told.reads(&[Read::Allowed; 3]);
    assert_eq!(observation.steps[2].requests[0].url, "https://api.example.net/b");
    scene().exchange(4, "GET", "/c").cannot_tell("/c was asked for, which no step of this group");
}

#[test]
fn a_request_that_no_step_at_the_same_time_leads_to_cannot_be_told() {
    let seen = vec![vec![response("cors"), response("cors")]];
    let scene = Scene::new(TOGETHER, seen).exchange(1, "GET", "/b");
    scene.cannot_tell(
        "https://api.example.net/b was asked for, which no step of this group leads to",
    );
}

#[test]
fn a_call_that_did_not_settle_cannot_be_told_nor_can_those_behind_it() {
    let scene = Scene::new(TWO, vec![vec![CallSeen::Unsettled]]).exchange(1, "GET", "/a");
    let observation = scene.mark(2, 0).observe();
    let reasons: Vec<_> =
        observation.steps.iter().map(|step| step.inconclusive.as_deref().unwrap()).collect();
    assert!(reasons[0].contains("did not settle"), "{reasons:?}");
    assert!(reasons[1].contains("was not played"), "{reasons:?}");
}

#[test]
fn a_fault_belongs_to_the_step_it_happened_in() {
    let seen = vec![vec![threw()], vec![response("cors")]];
    let mut scene = Scene::new(TWO, seen).mark(2, 0).exchange(3, "GET", "/a");
    scene.faults = vec![FaultSeen { sequence: 1, words: "no TLS".to_owned() }];
    let observation = scene.observe();
    assert_eq!(observation.steps[0].inconclusive.as_deref(), Some("no TLS"));
    assert_eq!(observation.steps[1].read, Some(Read::Allowed));
}

#[test]
fn cookies_are_told_by_name_as_written_also_when_they_come_in_several_lines() {
    let scene = Scene::new(ONE, vec![vec![response("cors")]]).exchange(1, "GET", "/a");
    let crumbs = |exchange: &mut Exchange| {
        for crumb in ["a=1; b=2", "api.example-r000000.net=3"] {
            exchange.request.headers.push(("cookie".to_owned(), crumb.into()));
        }
    };
    let observation = scene.with(crumbs).reads(&[Read::Allowed]);
    assert_eq!(observation.steps[0].requests[0].cookies, ["a", "b", "api.example.net"]);
}

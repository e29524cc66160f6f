//! The evidence of a row, made by hand. The row and its names come from the plan.

use std::path::Path;
use std::time::Duration;

use cors_harness::case::{self, Case, CaseId, Label};
use cors_harness::observation::{
    CallSeen, Evidence, FaultSeen, Read, ResponseSeen, RowObservation, RowSeen, observe,
};
use cors_harness::plan::{PlannedRow, Separation, plan};
use cors_harness::world::{Bounds, timeline};
use cors_model::Timeline;
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
REDIRECT
page: https://app.example.com
steps:
";

const REDIRECT: &str = "    /moved: { GET: { status: 302, headers: [{ Location: /b }] } }";

/// A row, and everything that is known of it.
pub struct RowEvidence {
    pub case: Case,
    pub row: PlannedRow,
    pub seen: RowSeen,
    pub exchanges: Vec<Exchange>,
    pub marks: Vec<Exchange>,
    pub faults: Vec<FaultSeen>,
    pub connections: Vec<Opened>,
}

impl RowEvidence {
    /// A row with these steps, one call seen for each, nothing recorded yet.
    pub fn new(steps: &str, seen: Vec<Vec<CallSeen>>) -> Self {
        Self::reading(&HEAD.replace("REDIRECT", REDIRECT), steps, seen)
    }

    /// The same where no server redirects.
    pub fn without_redirects(steps: &str, seen: Vec<Vec<CallSeen>>) -> Self {
        Self::reading(&HEAD.replace("REDIRECT", ""), steps, seen)
    }

    /// The same in another context.
    pub fn in_context(context: &str, steps: &str, seen: Vec<Vec<CallSeen>>) -> Self {
        let page = format!("page: {{ origin: https://app.example.com, context: {context} }}");
        let head = HEAD.replace("REDIRECT", "").replace("page: https://app.example.com", &page);
        Self::reading(&head, steps, seen)
    }

    fn reading(head: &str, steps: &str, seen: Vec<Vec<CallSeen>>) -> Self {
        let text = format!("{head}{steps}");
        let case = case::read(CaseId("c".to_owned()), Path::new("c"), text.as_bytes()).unwrap();
        let plan = plan(&[&case.rows[0]], Separation::Shared);
        let row = plan.browsers[0].shared_pages[0].row(0, &case.rows[0]);
        let seen = RowSeen { step_groups: seen, ..RowSeen::default() };
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

    pub fn exchange(mut self, sequence: u64, method: &str, path: &str) -> Self {
        self.exchanges.push(exchange(sequence, method, "api.example-r000000.net", path));
        self
    }

    pub fn with(mut self, change: impl FnOnce(&mut Exchange)) -> Self {
        change(self.exchanges.last_mut().unwrap());
        self
    }

    pub fn mark(mut self, sequence: u64, moment: usize) -> Self {
        let path = format!("{}{moment}", self.row.marker_path);
        self.marks.push(exchange(sequence, "GET", "m0.cors-harness.test", &path));
        self
    }

    pub fn observe(&self) -> RowObservation {
        let labels = self.case.rows[0].labels();
        observe(&self.evidence(&labels))
    }

    /// When things happened.
    pub fn timeline(&self, bounds: Bounds) -> Timeline {
        timeline(&self.evidence(&[]), bounds)
    }

    fn evidence<'a>(&'a self, labels: &'a [Label]) -> Evidence<'a> {
        Evidence {
            row: &self.row,
            labels,
            seen: &self.seen,
            exchanges: &self.exchanges,
            marks: &self.marks,
            faults: &self.faults,
            connections: &self.connections,
        }
    }

    #[track_caller]
    pub fn reads(&self, reads: &[Read]) -> RowObservation {
        let observation = self.observe();
        assert_eq!(observation.inconclusive(), None);
        let got: Vec<_> = observation.steps.iter().map(|step| step.read.unwrap()).collect();
        assert_eq!(got, reads);
        observation
    }

    #[track_caller]
    pub fn cannot_tell(&self, words: &str) {
        let observation = self.observe();
        let reason = observation.inconclusive().expect("nothing is inconclusive");
        assert!(reason.contains(words), "{reason}");
    }
}

pub fn exchange(sequence: u64, method: &str, host: &str, target: &str) -> Exchange {
    Exchange {
        sequence,
        arrived: Duration::ZERO,
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
        stop: None,
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

pub fn threw() -> CallSeen {
    CallSeen::Threw { name: "TypeError".to_owned(), message: "Failed to fetch".to_owned() }
}

pub fn response(kind: &str) -> CallSeen {
    CallSeen::Response(ResponseSeen {
        kind: Some(kind.to_owned()),
        status: 200,
        redirected: false,
        headers: vec!["b".to_owned(), "a".to_owned()],
        body: "from https://api.example-r000000.net".to_owned(),
    })
}

/// A response whose body broke off in the browser.
pub fn broken_body() -> CallSeen {
    let CallSeen::Response(response) = response("cors") else { return threw() };
    let response = ResponseSeen { body: String::new(), ..response };
    CallSeen::BrokenBody { message: "TypeError: network error".to_owned(), response }
}

pub fn opened(sequence: u64, connection: u64, host: &str) -> Opened {
    let address = Address { scheme: Scheme::Https, host: host.to_owned(), port: 443 };
    let accepted = Duration::from_secs(sequence);
    Opened { sequence, accepted, connection: ConnectionId(connection), address }
}

pub fn as_preflight(exchange: &mut Exchange) {
    let wanted = ("access-control-request-method".to_owned(), b"PUT".to_vec());
    exchange.request.headers.push(wanted);
}

/// A redirect to this place.
pub fn moved(exchange: &mut Exchange, location: &str) {
    let reply = exchange.reply.as_mut().unwrap();
    reply.status = 302;
    reply.headers.push(("location".to_owned(), location.into()));
}

pub const ONE: &str = "  - fetch: https://api.example.net/a\n";
pub const TWO: &str =
    "  - fetch: https://api.example.net/a\n  - fetch: https://api.example.net/a\n";
pub const WAIT: &str =
    "  - fetch: https://api.example.net/a\n  - wait: 600s\n  - fetch: https://api.example.net/a\n";
pub const PUT: &str = "  - fetch: https://api.example.net/a\n    method: PUT\n";
pub const TOGETHER: &str = "  - together:\n      - fetch: https://api.example.net/a\n      \
                        - fetch: https://api.example.net/moved\n";

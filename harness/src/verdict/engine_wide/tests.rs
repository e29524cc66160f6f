//! Engine-wide departures in the headers of requests.

use std::path::Path;

use super::*;
use crate::case::{self, Case, CaseId};
use crate::observation::{Authored, Read, RequestHeaders};
use crate::plan::Names;
use crate::ruling::play;
use crate::secrets::Secrets;
use crate::verdict::differences;
use crate::world::Script;

/// Servers that redirect to each other. Every response allows every origin.
const SERVERS: &str = "
name: Redirects
because: A redirect changes the headers of a request.
servers:
  https://api.my-company.com:
    /end: { OPTIONS: { headers: &ALLOW }, PUT: { headers: &ALLOW } }
    /away: { OPTIONS: { headers: &ALLOW }, PUT: { status: 307, headers: &TO https://other.example/back } }
    /local: { OPTIONS: { headers: &ALLOW }, PUT: { status: 307, headers: &TO http://localhost:8000/end } }
  https://other.example:
    /back: { OPTIONS: { headers: &ALLOW }, PUT: { status: 307, headers: &TO https://api.my-company.com/end } }
  http://localhost:8000:
    /end: { OPTIONS: { headers: &ALLOW }, PUT: { headers: &ALLOW } }
    /own: { OPTIONS: { headers: &ALLOW }, PUT: { status: 307, headers: &TO /end } }
  http://[::1]:8000:
    /end: { OPTIONS: { headers: &ALLOW }, PUT: { headers: &ALLOW } }
";

const ALLOW: &str = "{ Access-Control-Allow-Origin: \"*\" }, { Access-Control-Allow-Methods: PUT }";

/// What an engine sends in a step, otherwise as the standard has it.
#[derive(Clone, Copy)]
struct Sends {
    engine: &'static str,
    page: &'static str,
    url: &'static str,
    field: Field,
    /// The place among the requests or preflights of the step.
    place: usize,
    header: (&'static str, Option<&'static str>),
}

fn sends(
    engine: &'static str,
    (page, url): (&'static str, &'static str),
    (field, place): (Field, usize),
    header: (&'static str, Option<&'static str>),
) -> Sends {
    Sends { engine, page, url, field, place, header }
}

impl Sends {
    fn case(&self) -> Case {
        let servers = SERVERS.replace("&ALLOW", &format!("[{ALLOW}]"));
        let lines: Vec<_> = servers.lines().map(redirect).collect();
        let steps = format!("steps:\n  - fetch: {}\n    method: PUT\n", self.url);
        let text = format!("{}\npage: {}\n{steps}", lines.join("\n"), self.page);
        case::read(CaseId("a/b".to_owned()), Path::new("b.yaml"), text.as_bytes()).unwrap()
    }

    /// What is taken out: whether it is possible, where it shows, and how many fields still differ.
    fn taken(&self) -> (usize, Vec<Field>, usize) {
        let case = self.case();
        let row = &case.rows[0];
        let standard = play(row, &mut Script::new(&row.servers)).observation;
        let mut seen = standard.clone();
        let step = &mut seen.steps[0];
        let (name, value) = self.header;
        let sent =
            Authored::default().headers("", |it| value.filter(|_| it == name).map(str::to_owned));
        let headers: &mut RequestHeaders = match self.field {
            Field::Preflights => &mut step.preflights[self.place].request_headers,
            _ => &mut step.requests[self.place].headers,
        };
        headers.copy(name, &sent);
        assert!(!differences(&standard, &seen).is_empty(), "{} {}", self.page, self.url);
        let wire = OnTheWire {
            exchanges: &[],
            names: &Names::verbatim(),
            environment: &Secrets::default(),
        };
        let of_engine = RowOfEngine { engine: self.engine, page: &row.page, wire };
        let found = EngineWide::take_out(of_engine, &mut seen, &standard);
        let shown = found.shown.iter().map(|shown| shown.field).collect();
        (found.possible.len(), shown, differences(&standard, &seen).len())
    }
}

/// `&TO <url>` as the headers of a redirect.
fn redirect(line: &str) -> String {
    let Some((before, url)) = line.split_once("&TO ") else { return line.to_owned() };
    let url = url.trim_end_matches([' ', '}']);
    format!("{before}[{ALLOW}, {{ Location: \"{url}\" }}] }} }}")
}

const HTTPS: &str = "https://app.my-company.com";
const OWN: &str = "https://api.my-company.com";
const LOCAL: &str = "http://localhost:3000";
const OPAQUE: &str = "{ origin: https://evil.example, context: sandboxed-iframe }";
const DATA: &str = "{ origin: https://evil.example, context: data-url }";

const END: &str = "https://api.my-company.com/end";
const AWAY: &str = "https://api.my-company.com/away";

const REFERER: &str = "referer";
const SITE: &str = "sec-fetch-site";

use Field::{Preflights, Requests};

#[test]
fn engine_wide_request_headers_are_taken_out() {
    let of_opaque = (REFERER, Some("https://evil.example/"));
    let local = "https://api.my-company.com/local";
    let all = [
        sends("webkit", (OPAQUE, END), (Requests, 0), of_opaque),
        sends("webkit", (OPAQUE, END), (Preflights, 0), of_opaque),
        sends("webkit", (OPAQUE, AWAY), (Requests, 2), of_opaque),
        sends(
            "webkit",
            (OWN, AWAY),
            (Preflights, 1),
            (REFERER, Some("https://api.my-company.com/.cors-harness/page")),
        ),
        sends("chromium", (HTTPS, "http://localhost:8000/end"), (Requests, 0), (REFERER, None)),
        sends("firefox", (HTTPS, "http://localhost:8000/end"), (Preflights, 0), (REFERER, None)),
        sends("firefox", (HTTPS, local), (Requests, 1), (REFERER, None)),
        sends("chromium", (HTTPS, AWAY), (Preflights, 2), (SITE, Some("same-site"))),
        sends("firefox", (OWN, AWAY), (Preflights, 1), (SITE, Some("same-origin"))),
        sends(
            "firefox",
            (LOCAL, "http://localhost:8000/own"),
            (Requests, 1),
            (SITE, Some("cross-site")),
        ),
        sends(
            "firefox",
            ("http://[::1]:3000", "http://[::1]:8000/end"),
            (Requests, 0),
            (SITE, Some("cross-site")),
        ),
    ];
    for one in all {
        let (possible, shown, left) = one.taken();
        let description = format!("{} {} {}", one.engine, one.page, one.url);
        assert!(possible > 0, "{description}");
        assert_eq!((shown, left), (vec![one.field], 0), "{description}");
    }
}

#[test]
fn other_request_headers_are_not_taken_out() {
    let all = [
        sends("webkit", (OPAQUE, END), (Requests, 0), (REFERER, Some("https://app.example/"))),
        sends("chromium", (OPAQUE, END), (Requests, 0), (REFERER, Some("https://evil.example/"))),
        sends("webkit", (DATA, END), (Requests, 0), (REFERER, Some("https://evil.example/"))),
        sends("webkit", (HTTPS, END), (Requests, 0), (REFERER, None)),
        sends("webkit", (HTTPS, END), (Requests, 0), (SITE, Some("cross-site"))),
        sends("chromium", (HTTPS, END), (Requests, 0), (REFERER, None)),
        sends("chromium", (LOCAL, "http://localhost:8000/end"), (Requests, 0), (REFERER, None)),
        sends("chromium", (HTTPS, AWAY), (Requests, 2), (SITE, Some("same-site"))),
        sends("chromium", (HTTPS, END), (Preflights, 0), (SITE, Some("same-origin"))),
        sends(
            "firefox",
            (LOCAL, "http://localhost:8000/own"),
            (Requests, 0),
            (SITE, Some("cross-site")),
        ),
    ];
    for one in all {
        let (_, shown, left) = one.taken();
        assert_eq!((shown, left), (vec![], 1), "{} {} {}", one.engine, one.page, one.url);
    }
}

#[test]
fn requests_over_http_of_a_page_on_a_loopback_host_are_noted() {
    let insecure = "http://api.my-company.com/end";
    let text = |page: &str, url: &str| {
        format!(
            "name: n\nbecause: b\nservers:\n  http://api.my-company.com:\n    /end: {{ GET: {{ headers: [{{ Access-Control-Allow-Origin: '*' }}] }} }}\n    \
             /gone: {{ GET: {{ status: 302, headers: [{{ Access-Control-Allow-Origin: '*' }}, {{ Location: 'http://gone.example/' }}] }} }}\n\
             page: {page}\nsteps:\n  - fetch: {url}\n"
        )
    };
    let found = |page: &str, url: &str, is_blocked: bool| {
        let text = text(page, url);
        let case =
            case::read(CaseId("a/b".to_owned()), Path::new("b.yaml"), text.as_bytes()).unwrap();
        let row = &case.rows[0];
        let standard = play(row, &mut Script::new(&row.servers)).observation;
        let mut seen = standard.clone();
        if is_blocked {
            seen.steps[0].requests.clear();
        }
        let wire = OnTheWire {
            exchanges: &[],
            names: &Names::verbatim(),
            environment: &Secrets::default(),
        };
        let of_engine = RowOfEngine { engine: "webkit", page: &row.page, wire };
        let found = EngineWide::take_out(of_engine, &mut seen, &standard);
        (standard.steps[0].read, found.possible.len(), found.shown.len())
    };
    let (allowed, blocked) = (Some(Read::Allowed), Some(Read::Blocked));
    assert_eq!(found(LOCAL, insecure, false), (allowed, 1, 1));
    assert_eq!(found("http://127.0.0.1:3000", insecure, false), (allowed, 1, 1));
    assert_eq!(found(LOCAL, "http://api.my-company.com/gone", false), (blocked, 1, 1));
    assert_eq!(found(LOCAL, insecure, true), (allowed, 1, 0));
    assert_eq!(found("http://app.my-company.com", insecure, false), (allowed, 0, 0));
    assert_eq!(found(HTTPS, insecure, false), (Some(Read::Refused), 0, 0));
}

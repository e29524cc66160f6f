//! The cases that try to leak do so without isolation: each of their probes then finds in Chromium the
//! state of another row. A missing Chromium fails if `CORS_HARNESS_REQUIRE` asks for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use cors_harness::case::{self, Case, CaseId};
use cors_harness::engine::{Kind, Required};
use cors_harness::run::{Engine, Players, RowOutcome, start};
use cors_harness::verdict::differences;
use cors_servers::exchange::Exchange;
use http::{HeaderValue, Method, StatusCode};

/// A case of `cases/isolation`, and the steps before which a row has stored nothing that they could
/// find.
const PROBES: [(&str, &[usize]); 4] = [
    ("a-site-cookie-stays-in-its-row", &[0]),
    ("hsts-stays-in-its-row", &[0]),
    ("caches-on-localhost-stay-in-their-row", &[0, 2, 4]),
    ("caches-and-cookies-stay-in-their-row", &[0, 2, 4]),
];

fn probe(name: &str) -> Arc<Case> {
    let file = Path::new("cases/isolation").join(name).with_extension("yaml");
    let bytes = std::fs::read(&file).unwrap();
    Arc::new(case::read(CaseId(format!("isolation/{name}")), &file, &bytes).unwrap())
}

/// The steps that differ from what the standard says about a fresh browser.
fn disturbed(row: &RowOutcome) -> BTreeSet<usize> {
    let (ruling, _) = row.judged.as_ref().unwrap();
    let differences = differences(&row.observation, &ruling.observation);
    differences.into_iter().map(|difference| difference.step).collect()
}

#[test]
fn every_probe_detects_a_leak_when_isolation_is_off() {
    let players = Players::find().unseparated();
    if let Some(missing) = players.missing(Engine::CHROMIUM) {
        assert!(!Required::of_environment().unwrap().has("chromium"), "{missing}");
        return eprintln!("not tried: {missing}");
    }
    for (name, steps) in PROBES {
        let trials = vec![(probe(name), Engine::CHROMIUM)];
        let rows = start(trials, players.clone()).outcome(0).unwrap().rows;
        assert_eq!(
            disturbed(&rows[0]),
            BTreeSet::new(),
            "{name}: its first row has a fresh browser"
        );
        let found: BTreeSet<_> = rows.iter().flat_map(disturbed).collect();
        assert!(steps.iter().all(|step| found.contains(step)), "{name}: only steps {found:?}");
    }
}

/// What the cases of a real server have in common.
const REAL_SERVER: &str = "
name: A real server whose responses leave what a browser stores
because: Rows of one profile must not find it.
servers:
  https://api.my-company.com: { in-process: true }
page: ${from}
";

/// Reads. Each of the responses stores in the browser what a server can store.
const READS: &str = "
cookies:
  - https://api.my-company.com: session=alice; Secure; SameSite=None
matrix:
  from: [https://app.my-company.com, https://www.my-company.com]
  path: [cached, target, moved, 'cached#again', 'moved#again', etag, 'etag#again', stale, 'stale#again', cookie, partitioned, hints, hsts, clear]
steps:
  - fetch: https://api.my-company.com/${path}
    credentials: include
";

/// Writes, whose preflights have results that are stored.
const WRITES: &str = "
cookies:
  - https://api.my-company.com: session=alice; Secure; SameSite=None
matrix:
  from: [https://app.my-company.com, https://www.my-company.com]
  path: [cached, target, moved, 'cached#again', denied, 'denied#again']
steps:
  - fetch: https://api.my-company.com/${path}
    method: PUT
    credentials: include
";

/// Requests that no cache answers, for URLs whose responses are stored.
const POSTS: &str = "
cookies:
  - https://api.my-company.com: session=alice; Secure; SameSite=None
matrix:
  from: [https://app.my-company.com, https://www.my-company.com]
  path: [cached, kept, 'cached#again', 'kept#again']
steps:
  - fetch: https://api.my-company.com/${path}
    method: POST
    credentials: include
";

/// Each row may use the stored response to its own first request, and not that of another row.
const READS_TWICE: &str = "
cookies:
  - https://api.my-company.com: session=alice; Secure; SameSite=None
matrix:
  from: [https://app.my-company.com, https://www.my-company.com]
  path: [cached, etag]
steps:
  - fetch: https://api.my-company.com/${path}
    credentials: include
  - fetch: https://api.my-company.com/${path}
    credentials: include
";

/// Two users, and an element that keeps its response in the document and in the memory of the process.
const ELEMENTS: &str = "
cookies:
  - https://api.my-company.com: ${user}; Secure; SameSite=None
matrix:
  from: [https://app.my-company.com, https://www.my-company.com]
  user: [session=alice, session=bob]
steps:
  - script: https://api.my-company.com/cached.js
";

/// A user logs in with a name and a password, which the browser sends to the same folder from then on.
const LOGIN: &str = "
matrix:
  from: [https://api.my-company.com]
steps:
  - xhr: https://api.my-company.com/folder/login
    username: alice
    password: opensesame
    credentials: include
";

/// A request for the same folder, without a name.
const AFTER_THE_LOGIN: &str = "
matrix:
  from: [https://api.my-company.com]
steps:
  - fetch: https://api.my-company.com/folder/me
    credentials: include
";

fn leaking() -> Router {
    Router::new().fallback(|request: Request| async move {
        let origin = request.headers().get("origin").cloned();
        let is_unauthenticated = request.headers().get("authorization").is_none();
        let mut response = Response::new(Body::from("1"));
        let headers = response.headers_mut();
        let is_denied = request.uri().path() == "/denied" && request.method() == Method::OPTIONS;
        if let Some(origin) = origin.filter(|_| !is_denied) {
            headers.insert("access-control-allow-origin", origin);
        }
        let mut add = |name: &'static str, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        add("access-control-allow-credentials", "true");
        add("cache-control", "max-age=31536000");
        add("content-type", "text/javascript");
        if request.method() == Method::OPTIONS {
            add("access-control-allow-methods", "PUT");
            add("access-control-max-age", "7200");
        }
        let status = match request.uri().path() {
            "/moved" => {
                add("location", "/target");
                StatusCode::MOVED_PERMANENTLY
            }
            "/kept" => {
                add("location", "/target");
                StatusCode::PERMANENT_REDIRECT
            }
            "/stale" => {
                add("cache-control", "max-age=0, stale-while-revalidate=31536000");
                StatusCode::OK
            }
            "/cookie" => {
                add("set-cookie", "left=1; Secure; SameSite=None; Max-Age=1000");
                StatusCode::OK
            }
            "/partitioned" => {
                add("set-cookie", "__Host-left=1; Secure; Path=/; SameSite=None; Partitioned");
                StatusCode::OK
            }
            "/etag" => {
                add("cache-control", "no-cache");
                add("etag", "\"left\"");
                StatusCode::OK
            }
            path if path.starts_with("/folder/") && is_unauthenticated => {
                add("www-authenticate", "Basic realm=\"api\"");
                StatusCode::UNAUTHORIZED
            }
            "/hints" => {
                add("accept-ch", "Sec-CH-UA-Arch, Sec-CH-UA-Full-Version-List");
                StatusCode::OK
            }
            "/hsts" => {
                add("strict-transport-security", "max-age=31536000; includeSubDomains");
                StatusCode::OK
            }
            "/clear" => {
                add("clear-site-data", "\"cookies\"");
                StatusCode::OK
            }
            _ => StatusCode::OK,
        };
        *response.status_mut() = status;
        response
    })
}

/// What reached the servers for each row, and what script saw; and how many pages were opened.
fn found(cases: &[Arc<Case>], engine: Engine, players: Players) -> (Vec<String>, usize) {
    let players = players.serving("https://api.my-company.com".parse().unwrap(), leaking());
    let trials: Vec<_> = cases.iter().map(|case| (Arc::clone(case), engine)).collect();
    let mut running = start(trials, players);
    let rows = (0..cases.len()).flat_map(|trial| running.outcome(trial).unwrap().rows);
    let row = |row: RowOutcome| {
        let requests: Vec<_> = row.exchanges.iter().map(requested).collect();
        let reads: Vec<_> =
            row.observation.steps.iter().map(|step| format!("{:?}", step.read)).collect();
        format!("{requests:?} {reads:?}")
    };
    let found = rows.map(row).collect();
    let times = running.times().into_iter().find(|(of, _)| *of == engine);
    (found, times.unwrap().1.pages)
}

/// A request with all of its headers.
fn requested(Exchange { request, .. }: &Exchange) -> String {
    let headers = request.headers.iter();
    let headers =
        headers.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
    let headers: BTreeSet<_> = headers.collect();
    format!("{} {} {headers:?}", request.method, request.url())
}

#[test]
fn rows_of_a_real_server_do_not_affect_each_other() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::WebKit) {
        rows_find_no_state_of_other_rows(kind);
    }
}

/// WebKit opens a browser for each row that another could affect, three times.
#[test]
#[ignore = "takes two minutes; `ci/isolation` runs it"]
fn rows_of_a_real_server_do_not_affect_each_other_in_webkit() {
    rows_find_no_state_of_other_rows(Kind::WebKit);
}

fn rows_find_no_state_of_other_rows(kind: Kind) {
    if Required::browser(kind).unwrap().is_none() {
        return;
    }
    let cases = [READS, READS_TWICE, WRITES, POSTS, ELEMENTS, LOGIN, AFTER_THE_LOGIN].map(|rest| {
        let text = format!("{REAL_SERVER}{rest}");
        let case = case::read(CaseId("leaks".to_owned()), Path::new("leaks.yaml"), text.as_bytes());
        Arc::new(case.unwrap())
    });
    let found = |players| found(&cases, kind.into(), players);
    let (shared, pages) = found(Players::find());
    let (alone, pages_alone) = found(Players::find().alone());
    assert_eq!(shared, alone, "{}", kind.as_str());
    assert!(pages < pages_alone, "{}: no row shares a page", kind.as_str());
    assert_ne!(shared, found(Players::find().unseparated()).0, "{}", kind.as_str());
}

//! Rows in few words.

use std::time::Duration;

use cors_harness::case::{
    Context, Initiator, Names, Origin, Page, Row, Server, Step, StepGroup, ThirdPartyCookies,
    UserCookie,
};
use cors_servers::script::{
    HeaderLine, HeaderName, HeaderTemplate, Method, Path, Piece, Reply, Routes, Scheme, Status,
    Template, Versions,
};

pub const PAGE: &str = "https://app.example";
pub const API: &str = "https://api.example";

pub fn origin(text: &str) -> Origin {
    let (scheme, rest) = text.split_once("://").expect("a scheme");
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    let port = rest.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = port.unwrap_or((rest, scheme.default_port()));
    Origin { scheme, host: host.to_owned(), port }
}

/// `${origin}` in a value is the request's `Origin`, `${served}` is how often `GET /` was
/// served.
fn template(text: &str) -> Template {
    let served = || Piece::Served { method: "GET".to_owned(), path: "/".to_owned() };
    let pieces = text.split_inclusive('}').flat_map(|part| {
        let (before, hole) = match part {
            part if part.ends_with("${origin}") => {
                (&part[..part.len() - 9], Some(Piece::RequestOrigin))
            }
            part if part.ends_with("${served}") => (&part[..part.len() - 9], Some(served())),
            part => (part, None),
        };
        [Some(Piece::Text(before.into())), hole].into_iter().flatten()
    });
    Template(pieces.collect())
}

/// A reply of that status with lines like `Name: value`.
pub fn reply(status: u16, lines: &[&str], body: &str) -> Reply {
    let line = |line: &&str| {
        let (name, value) = line.split_once(':').expect("a name");
        let value = HeaderTemplate::new(template(value.trim())).expect("a value");
        HeaderLine { name: HeaderName::new(name).expect("a name"), value }
    };
    let headers = lines.iter().map(line).collect();
    let status = Status::new(status).expect("a status");
    Reply { status, headers, body: template(body), ..Reply::default() }
}

/// Routes in the order written: `GET /path`, and the reply.
pub fn server(at: &str, replies: Vec<(&str, Reply)>) -> Server {
    let mut routes = Routes::new();
    for (place, reply) in replies {
        let (method, path) = place.split_once(' ').expect("a method and a path");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        routes.entry(Path::new(path).expect("a path")).or_default().insert(method, reply);
    }
    Server { origin: origin(at), versions: Versions::Any, cors: None, routes, upstream: None }
}

pub fn step(initiator: Initiator, method: &str, url: &str) -> Step {
    Step { method: method.to_owned(), ..Step::new(initiator, url) }
}

pub fn fetch(method: &str, url: &str) -> Step {
    step(Initiator::Fetch, method, url)
}

pub fn row(page: &str, servers: Vec<Server>, steps: Vec<Step>) -> Row {
    Row {
        values: Vec::new(),
        servers,
        cookies: Vec::new(),
        page: Page::new(origin(page), Context::Document),
        steps: steps.into_iter().map(|step| StepGroup::One(Box::new(step))).collect(),
        third_party_cookies: ThirdPartyCookies::Allowed,
        names: Names::Mapped,
        environment: Default::default(),
        asked: None,
        line: 1,
    }
}

pub fn with_user_cookies(mut row: Row, at: &str, cookies: &[&str]) -> Row {
    let user_cookie =
        |cookie: &&str| UserCookie { origin: origin(at), set_cookie: (*cookie).to_owned() };
    row.cookies.extend(cookies.iter().map(user_cookie));
    row
}

pub fn after(mut reply: Reply, seconds: u64) -> Reply {
    reply.delay = Some(Duration::from_secs(seconds));
    reply
}

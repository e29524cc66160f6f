//! A server of a team's own is known by what it answered: the model meets the same answers in the same order.

use std::time::Duration;

use crate::support::*;
use cors_harness::case::{UpstreamServer, UpstreamSpec};
use cors_harness::ruling::play;
use cors_harness::world::Recorded;
use cors_model::{HeaderList, HttpRequest, HttpResponse, Network};
use cors_servers::exchange::{ConnectionId, Exchange, ReceivedRequest, ReplySource, SentReply};
use cors_servers::script::Scheme;

fn exchange(method: &str, target: &str, asked: Option<&str>, status: u16) -> Exchange {
    let asked = asked.map(|method| ("Access-Control-Request-Method".into(), method.into()));
    Exchange {
        sequence: 0,
        arrived: Duration::ZERO,
        connection: ConnectionId(0),
        alpn: None,
        request: ReceivedRequest {
            scheme: Scheme::Https,
            host: "api.example.net".to_owned(),
            port: 443,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: asked.into_iter().collect(),
            body_length: Some(0),
            body: None,
        },
        stop: None,
        reply: Some(SentReply {
            status,
            headers: vec![("ETag".to_owned(), b"\"1\"".to_vec())],
            body_length: 7,
            body: None,
            source: ReplySource::Script,
            after: Duration::ZERO,
            complete: true,
        }),
    }
}

fn ask(
    world: &mut Recorded<'_>,
    method: &str,
    url: &str,
    asked: Option<&str>,
) -> Option<HttpResponse> {
    let mut headers = HeaderList::default();
    asked.iter().for_each(|method| headers.append("Access-Control-Request-Method", *method));
    let url = url.parse().expect("a URL");
    world.respond(&HttpRequest {
        method: method.to_owned(),
        url,
        headers,
        body: None,
        arrives: Duration::ZERO,
    })
}

fn own(at: &str) -> cors_harness::case::Server {
    let upstream = UpstreamServer::Upstream("http://127.0.0.1:8000".parse().expect("a URL"));
    let own = Some(UpstreamSpec {
        server: upstream,
        forwarded: None,
        without_cors: false,
        certificate_options: Vec::new(),
    });
    cors_harness::case::Server { upstream: own, ..server(at, Vec::new()) }
}

const AT: &str = "https://api.example.net";

#[test]
fn answers_come_in_the_order_in_which_they_were_given() {
    let exchanges = [exchange("GET", "/a?q", None, 401), exchange("GET", "/a?q", None, 200)];
    let servers = [own(AT)];
    let mut world = Recorded::new(&servers, &exchanges);
    let mut status = || ask(&mut world, "GET", &format!("{AT}/a?q"), None).map(|r| r.status);
    assert_eq!([status(), status(), status()], [Some(401), Some(200), None]);
    assert_eq!(world.unrecorded(), Some("GET https://api.example.net/a?q"));
}

#[test]
fn a_preflight_is_answered_as_the_same_preflight_was() {
    let exchanges = [
        exchange("OPTIONS", "/a", None, 405),
        exchange("OPTIONS", "/a", Some("PUT"), 204),
        exchange("OPTIONS", "/a", Some("DELETE"), 403),
    ];
    let servers = [own(AT)];
    let mut world = Recorded::new(&servers, &exchanges);
    let mut status =
        |asked| ask(&mut world, "OPTIONS", &format!("{AT}/a"), asked).map(|reply| reply.status);
    assert_eq!(status(Some("DELETE")), Some(403));
    assert_eq!(status(Some("PATCH")), None);
    assert_eq!(status(Some("PUT")), Some(204));
    assert_eq!(status(None), Some(405));
}

#[test]
fn a_recorded_reply_has_its_headers_and_no_body() {
    let exchanges = [exchange("GET", "/", None, 200)];
    let servers = [own(AT)];
    let reply = ask(&mut Recorded::new(&servers, &exchanges), "GET", AT, None).expect("an answer");
    assert_eq!(reply.headers.get("etag").as_deref(), Some(&b"\"1\""[..]));
    assert!(reply.body.is_empty());
}

#[test]
fn other_servers_of_the_row_answer_by_their_scripts() {
    let servers = [own(AT), server(API, vec![("GET /a", reply(201, &[], ""))])];
    let mut world = Recorded::new(&servers, &[]);
    assert_eq!(ask(&mut world, "GET", &format!("{API}/a"), None).map(|r| r.status), Some(201));
    assert_eq!(world.unrecorded(), None);
}

#[test]
fn a_recorded_reply_takes_the_recorded_time() {
    let answered = |method: &str, asked: Option<&str>, lines: &[(&str, &str)]| {
        let mut exchange = exchange(method, "/", asked, 200);
        let reply = exchange.reply.as_mut().expect("an answer");
        let lines = lines.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        reply.headers.extend(lines);
        reply.after = Duration::from_millis(if asked.is_some() { 1 } else { 1300 });
        exchange
    };
    const ALL: (&str, &str) = ("Access-Control-Allow-Origin", "*");
    const PUT: (&str, &str) = ("Access-Control-Allow-Methods", "PUT");
    let kept = |seconds: &str| {
        let grant = [ALL, PUT, ("Access-Control-Max-Age", seconds)];
        let once = || [answered("OPTIONS", Some("PUT"), &grant), answered("PUT", None, &[ALL])];
        let exchanges = [once(), once()].concat();
        let step = || fetch("PUT", &format!("{AT}/"));
        let row = row(PAGE, vec![own(AT)], vec![step(), step()]);
        let ruling = play(&row, &mut Recorded::new(&row.servers, &exchanges));
        ruling.observation.steps[1].preflights.len()
    };
    assert_eq!((kept("1"), kept("2")), (1, 0));
}

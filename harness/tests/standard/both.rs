//! The same requests to servers on the network and to those that the model meets.

use std::time::Duration;

use cors_harness::case::Server;
use cors_harness::world::Script;
use cors_model::{Ending, HeaderList, HttpRequest, Network};
use cors_servers::Lab;
use cors_servers::script::{
    Address, Allow, Condition, CorsPolicy, CorsSettings, Delivery, OriginScript, Point, Reply, Stop,
};
use reqwest::{Client, Method, Proxy, redirect};

use crate::support::{PAGE, reply, server};

const PLAIN: &str = "http://plain.example";
const GUARDED: &str = "http://guarded.example";

/// Method, path and header lines: all that an answer depends on.
type Asked = (&'static str, &'static str, Vec<(&'static str, &'static str)>);

fn requests() -> Vec<Asked> {
    let origin = ("origin", PAGE);
    let put = ("access-control-request-method", "PUT");
    let mut requests = Vec::new();
    for path in ["/", "/?q", "/none", "/kept", "/late", "/moved", "/missing", "/a/b"] {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "PUT", "get"] {
            requests.push((method, path, vec![]));
            requests.push((method, path, vec![origin]));
        }
    }
    requests.push(("OPTIONS", "/", vec![origin, put]));
    requests.push(("OPTIONS", "/", vec![("origin", "https://evil.example"), put]));
    requests.push(("GET", "/", vec![origin]));
    for lines in [
        vec![],
        vec![("range", "bytes=0-1")],
        vec![("range", "bytes=0-")],
        vec![("cookie", "other=1")],
        vec![("cookie", "other=1; sid=2")],
        vec![],
    ] {
        requests.push(("GET", "/depends", lines.clone()));
        requests.push(("HEAD", "/depends", lines));
    }
    requests
}

fn scripted(at: &str) -> Server {
    let late =
        Reply { delay: Some(Duration::from_millis(20)), ..reply(200, &["X-Late: 1"], "late") };
    let header = Some(("Range".to_owned(), Some("bytes=0-1".to_owned())));
    let range = Condition { header, ..Condition::default() };
    let login = Condition { cookie: Some("sid".to_owned()), ..Condition::default() };
    let first = Condition { up_to: Some(2), ..Condition::default() };
    let depends = Reply {
        instead: vec![
            (range, reply(206, &["X-A: part"], "a part")),
            (login, reply(200, &["X-A: <${origin}>"], "of a user")),
            (first, reply(503, &[], "too early")),
        ],
        ..reply(401, &["X-A: nothing"], "log in")
    };
    let lines = ["X-Odd: <${origin}>", "Vary: Accept", "x-odd: 2", "X-Served: ${served}"];
    server(
        at,
        vec![
            ("GET /", reply(200, &lines, "[${origin}] ${served}")),
            ("POST /", reply(418, &["X-A:"], "${served}")),
            ("GET /none", reply(204, &["X-A: 1"], "not sent")),
            ("GET /kept", reply(304, &["ETag: x"], "not sent")),
            ("GET /late", late),
            ("HEAD /late", reply(200, &["X-Head: its own"], "not sent")),
            ("GET /moved", reply(302, &["Location: /"], "")),
            ("PUT /a/b", reply(200, &["Access-Control-Allow-Origin: *"], "put")),
            ("get /a/b", reply(200, &[], "another method")),
            ("GET /depends", depends),
        ],
    )
}

fn guarded() -> Server {
    let settings = CorsSettings {
        allow_origins: Allow::Listed(vec![PAGE.to_owned()]),
        allow_methods: Allow::Mirror,
        allow_credentials: true,
        ..CorsSettings::default()
    };
    let policy = CorsPolicy::new(settings).expect("a policy");
    Server { cors: Some(policy), ..scripted(GUARDED) }
}

fn on_the_network(server: &Server) -> OriginScript {
    let Server { origin, versions, cors, routes, .. } = server.clone();
    let address = Address { scheme: origin.scheme, host: origin.host, port: origin.port };
    OriginScript {
        address,
        versions,
        cors,
        routes,
        service: None,
        close_after_response: false,
        watches: Vec::new(),
    }
}

#[tokio::test]
async fn the_same_requests_get_the_same_answers() {
    let lab = Lab::start().await.expect("loopback is there");
    let proxy = Proxy::all(format!("socks5h://{}", lab.socks_address())).expect("a proxy");
    let client = Client::builder().proxy(proxy).redirect(redirect::Policy::none());
    let client = client.build().expect("a client");
    for (at, server) in [(PLAIN, scripted(PLAIN)), (GUARDED, guarded())] {
        let tenancy = lab.host(vec![on_the_network(&server)]).expect("a sound script");
        let servers = [server];
        let mut world = Script::new(&servers);
        for (method, path, lines) in requests() {
            let url = format!("{at}{path}");
            let parsed = Method::from_bytes(method.as_bytes()).expect("a method");
            let request = client.request(parsed, &url);
            let request =
                lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let body = request.send().await.expect(&url).bytes().await.expect(&url);
            let sent = tenancy.take_exchanges().remove(0).reply.expect("a reply");
            let mut headers = HeaderList::default();
            lines.iter().for_each(|(name, value)| headers.append(*name, *value));
            let url = url.parse().expect("a URL");
            let asked = HttpRequest {
                method: method.to_owned(),
                url,
                headers,
                body: None,
                arrives: Duration::ZERO,
            };
            let by_model = world.respond(&asked).expect("a server");
            let lines_by_model =
                by_model.headers.iter().map(|(name, value)| (name.to_owned(), value.to_vec()));
            let what = format!("{method} {at}{path} {lines:?}");
            assert_eq!(by_model.status, sent.status, "{what}");
            assert_eq!(lines_by_model.collect::<Vec<_>>(), sent.headers, "{what}");
            assert_eq!(by_model.body, body, "{what}");
            assert!(by_model.delay <= sent.after, "{what}");
        }
    }
}

#[tokio::test]
async fn answers_that_stop_are_the_same() {
    let lab = Lab::start().await.expect("loopback is there");
    let proxy = Proxy::all(format!("socks5h://{}", lab.socks_address())).expect("a proxy");
    let client = Client::builder().proxy(proxy).build().expect("a client");
    for (stop, ending) in [
        (Stop::Closes(Point::BeforeHeaders), Ending::Closed),
        (Stop::Closes(Point::AfterHeaders), Ending::BrokenBody),
        (Stop::Closes(Point::InBody), Ending::BrokenBody),
        (Stop::Hangs(Point::AfterHeaders), Ending::EndlessBody),
    ] {
        let pause = Some(Duration::from_millis(1));
        let delivery = Delivery { stop: Some(stop), pause, ..Delivery::default() };
        let stopping = || Reply { delivery: delivery.clone(), ..reply(200, &["X-A: 1"], "body") };
        let server = server(PLAIN, vec![("GET /", stopping()), ("POST /", stopping())]);
        let hosted = lab.host(vec![on_the_network(&server)]).expect("a sound script");
        // The client repeats a GET without an answer.
        let response = client.post(PLAIN).send().await;
        let sent = hosted.take_exchanges().remove(0);
        let servers = [server];
        let url = PLAIN.parse().expect("a URL");
        let (method, headers, body) = ("POST".to_owned(), HeaderList::default(), None);
        let asked = HttpRequest { method, url, headers, body, arrives: Duration::ZERO };
        let told = Script::new(&servers).respond(&asked).expect("a server");
        assert_eq!((told.ending, sent.stop), (ending, Some(stop)));
        assert_eq!(response.is_ok(), sent.reply.is_some(), "{stop:?}");
        let lines = sent.reply.map(|reply| (reply.status, reply.headers)).unwrap_or_default();
        let headers = told.headers.iter().map(|(name, value)| (name.to_owned(), value.to_vec()));
        assert_eq!((told.status, headers.collect::<Vec<_>>()), lines, "{stop:?}");
    }
}

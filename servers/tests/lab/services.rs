//! Origins that a service answers: what the service receives, what comes back, and what is reported
//! if it does not answer.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::Router;
use cors_servers::exchange::{Fault, ReplySource};
use cors_servers::script::{Address, OriginScript};
use cors_servers::{HostedServers, Lab, Service, Services, Upstream};
use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::{client, host, http, https, raw};

/// A lab whose host `a.test` is answered by a service.
struct Setting {
    lab: Lab,
    hosted: HostedServers,
    client: Client,
}

async fn setting(service: Service, origin: OriginScript) -> Setting {
    let mut services = Services::default();
    services.add("own", service);
    let lab = Lab::start_with([127, 0, 0, 1].into(), services).await.unwrap();
    let hosted = host(&lab, OriginScript { service: Some("own".to_owned()), ..origin });
    let client = client(&lab);
    Setting { lab, hosted, client }
}

impl Setting {
    fn faults(&self) -> Vec<String> {
        let faults =
            self.hosted.failed_connections().into_iter().map(|disturbance| disturbance.what);
        let words = faults.map(|fault| match fault {
            Fault::Service(words) => words,
            fault => panic!("{fault:?}"),
        });
        words.collect()
    }
}

/// A server that reads each request and answers with these bytes; and the requests that it has
/// read.
async fn server(answer: &'static [u8]) -> (Upstream, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, received) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let request = request(&mut stream).await;
            let _ = send.send(request);
            let _ = stream.write_all(answer).await;
        }
    });
    (Upstream { host: "127.0.0.1".to_owned(), port, tls: None }, received)
}

/// A request and its body, whose length is in its head.
async fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let mut more = [0; 4096];
        let length = stream.read(&mut more).await.unwrap();
        read.extend(&more[..length]);
    }
}

fn called(upstream: Upstream) -> Service {
    Service::new("the server", upstream.proxy())
}

#[tokio::test]
async fn a_request_of_http_1_arrives_as_it_was_sent() {
    let (upstream, mut received) = server(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let setting = setting(called(upstream), http("a.test", vec![])).await;
    let head = "PUT //x/../y?a=%20&b HTTP/1.1\r\nHost: a.test\r\nOrigin: null\r\nX-B: 1\r\n\
                Accept-Encoding: br, zstd\r\nCookie: sid=1; b=2\r\nAuthorization: Bearer x\r\n\
                X-B: 2\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nContent-Length: 5\r\n\r\nhello";
    raw(&setting.lab, head).await;
    let arrived = received.recv().await.unwrap();
    assert_eq!(
        arrived,
        "PUT //x/../y?a=%20&b HTTP/1.1\r\nhost: a.test\r\norigin: null\r\nx-b: 1\r\nx-b: 2\r\n\
         accept-encoding: br, zstd\r\ncookie: sid=1; b=2\r\nauthorization: Bearer x\r\n\
         content-length: 5\r\n\r\nhello"
    );
}

#[tokio::test]
async fn a_request_of_http_2_becomes_one_of_http_1() {
    let (upstream, mut received) = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let setting = setting(called(upstream), https("a.test", vec![])).await;
    let request = setting.client.post("https://a.test/x").body("hello").header("cookie", "a=1");
    let answer = request.header("cookie", "b=2").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (204, http::Version::HTTP_2));
    let arrived = received.recv().await.unwrap();
    assert!(arrived.starts_with("POST /x HTTP/1.1\r\nhost: a.test\r\n"), "{arrived}");
    assert!(arrived.contains("\r\ncookie: a=1; b=2\r\n"), "{arrived}");
    assert!(arrived.ends_with("\r\n\r\nhello"), "{arrived}");
    assert!(!arrived.contains("via:") && !arrived.contains("forwarded"), "{arrived}");
    let [exchange] = setting.hosted.exchanges().try_into().unwrap();
    assert_eq!(exchange.request.body_length, Some(5));
}

#[tokio::test]
async fn a_forwarded_request_has_the_x_forwarded_headers() {
    for (port, host) in [(443, "a.test"), (8443, "a.test:8443")] {
        let (upstream, mut received) = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        let origin = https("a.test", vec![]);
        let address = Address { port, ..origin.address.clone() };
        let service = called(upstream).forwarded(&address);
        let setting = setting(service, OriginScript { address, ..origin }).await;
        let request = setting.client.get(format!("https://{host}/x"));
        // A client cannot choose the values that the proxy sends.
        let request =
            request.header("x-forwarded-proto", "http").header("X-Forwarded-For", "1.2.3.4");
        request.send().await.unwrap();
        let arrived = received.recv().await.unwrap();
        let forwarded = arrived.lines().filter(|line| line.contains("forwarded"));
        assert_eq!(
            BTreeSet::from_iter(forwarded),
            BTreeSet::from([
                "x-forwarded-for: 127.0.0.1",
                "x-forwarded-proto: https",
                &*format!("x-forwarded-host: {host}"),
                &*format!("x-forwarded-port: {port}"),
            ]),
            "{arrived}"
        );
        assert!(arrived.contains(&format!("\r\nhost: {host}\r\n")), "{arrived}");
        let [exchange] = setting.hosted.exchanges().try_into().unwrap();
        let logged: Vec<_> = exchange.request.header("x-forwarded-proto").collect();
        assert_eq!(logged, [b"http"], "the log holds what the client sent");
    }
}

#[tokio::test]
async fn a_reply_is_passed_back_unchanged() {
    let answer = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nSet-Cookie: a=1\r\n\
                   Access-Control-Allow-Origin: *\r\nSet-Cookie: b=2\r\n\
                   Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let (upstream, _received) = server(answer).await;
    let setting = setting(called(upstream), http("a.test", vec![])).await;
    let got =
        raw(&setting.lab, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await;
    assert!(got.starts_with("HTTP/1.1 302 Found\r\n") && got.contains("hello"), "{got}");
    let [exchange] = setting.hosted.exchanges().try_into().unwrap();
    let reply = exchange.reply.unwrap();
    let lines = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    let expected: [(&str, &[u8]); 4] = [
        ("Access-Control-Allow-Origin", b"*"),
        ("Location", b"http://elsewhere.test/"),
        ("Set-Cookie", b"a=1"),
        ("Set-Cookie", b"b=2"),
    ];
    assert_eq!(lines, expected);
    assert_eq!((reply.status, reply.body_length, reply.complete), (302, 5, true));
    assert_eq!(reply.source, ReplySource::Service);
    assert_eq!(setting.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn only_cors_headers_are_removed() {
    let answer = b"HTTP/1.1 200 OK\r\nA: 1\r\nAccess-Control-Allow-Origin: *\r\nVary: Origin\r\n\
                   Access-Control-Foo: x\r\nA: 2\r\nContent-Length: 2\r\n\r\nok";
    let (upstream, _received) = server(answer).await;
    let setting = setting(called(upstream).without_cors(), http("a.test", vec![])).await;
    let got =
        raw(&setting.lab, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await;
    let head = "HTTP/1.1 200 OK\r\nA: 1\r\nVary: Origin\r\nA: 2\r\nContent-Length: 2\r\n";
    assert_eq!(got, format!("{head}connection: close\r\n\r\nok"));
}

#[tokio::test]
async fn an_invalid_answer_is_a_fault_of_the_service() {
    for (answer, fault) in [
        (&b""[..], "the server closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\nA: ", "the server closed the connection before it answered"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the server answered something that is not HTTP: "),
        (b"HTTP/1.1 200 OK\r\nA B: 1\r\n\r\n", "the server answered something that is not HTTP: "),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
            "the server stopped in the middle of its answer: ",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx",
            "the server stopped in the middle of its answer: ",
        ),
    ] {
        for origin in [http("a.test", vec![]), https("a.test", vec![])] {
            let (upstream, _received) = server(answer).await;
            let url = format!("{}/", origin.address);
            let setting = setting(called(upstream), origin).await;
            let body = match setting.client.get(url).send().await {
                Ok(answer) => answer.text().await,
                Err(error) => Err(error),
            };
            assert!(body.is_err(), "{body:?}");
            let faults = setting.faults();
            assert!(faults.len() == 1 && faults[0].starts_with(fault), "{faults:?}");
            let [exchange] = setting.hosted.exchanges().try_into().unwrap();
            assert!(exchange.reply.is_none_or(|reply| !reply.complete));
        }
    }
}

#[tokio::test]
async fn a_missing_content_length_stays_missing() {
    for (answer, recorded) in [
        (&b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"[..], &["ETag"][..]),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", &["Content-Length"]),
        (b"HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", &["A"]),
        (b"HTTP/1.0 200 OK\r\nA: b\r\n\r\nhello", &["A"]),
    ] {
        let (upstream, _received) = server(answer).await;
        let setting = setting(called(upstream), http("a.test", vec![])).await;
        setting.client.get("http://a.test/").send().await.unwrap().bytes().await.unwrap();
        let [exchange] = setting.hosted.exchanges().try_into().unwrap();
        let reply = exchange.reply.unwrap();
        let names: Vec<_> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names.as_slice(), reply.complete), (recorded, true));
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_fault_of_the_service() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let upstream = Upstream { host: "127.0.0.1".to_owned(), port, tls: None };
    let last_words = || Box::pin(async { Some("its last line is `goodbye`".to_owned()) }) as _;
    let service = called(upstream).with_last_words(std::sync::Arc::new(last_words));
    let setting = setting(service, http("a.test", vec![])).await;
    assert!(setting.client.get("http://a.test/").send().await.is_err());
    assert_eq!(setting.faults(), ["the server refused the connection; its last line is `goodbye`"]);
}

/// Streams and delays are ended by time, so these tests take as long as the limits.
#[tokio::test]
async fn a_service_must_answer_within_ten_seconds() {
    use axum::body::{Body, Bytes};
    let never = || async { std::future::pending::<String>().await };
    let stream = || async {
        let pieces = futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b"more")), ()))
        });
        Body::from_stream(pieces)
    };
    let router = Router::new()
        .route("/never", axum::routing::get(never))
        .route("/stream", axum::routing::get(stream));
    let setting = setting(Service::new("it", router), http("a.test", vec![])).await;
    let began = Instant::now();
    let get = async |path: &str| {
        let answer = setting.client.get(format!("http://a.test{path}")).send().await?;
        answer.text().await
    };
    let (never, stream) = tokio::join!(get("/never"), get("/stream"));
    assert!(never.is_err() && stream.is_err());
    assert!((9..15).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let mut faults = setting.faults();
    faults.sort();
    assert_eq!(
        faults,
        ["it did not answer within 10 s", "it did not complete its answer within 10 s"]
    );
}

#[tokio::test]
async fn a_service_has_64_mebibytes() {
    use axum::body::{Body, Bytes};
    let flood = || async {
        let piece = Bytes::from(vec![b'x'; 1 << 20]);
        let pieces = futures_util::stream::repeat(Ok::<_, std::convert::Infallible>(piece));
        Body::from_stream(pieces)
    };
    let router = Router::new().route("/", axum::routing::get(flood));
    let setting = setting(Service::new("it", router), http("a.test", vec![])).await;
    let answer = setting.client.get("http://a.test/").send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(setting.faults(), ["it answered more than 64 MiB"]);
    let [exchange] = setting.hosted.exchanges().try_into().unwrap();
    let reply = exchange.reply.unwrap();
    assert_eq!((reply.body_length, reply.complete), (64 << 20, false));
}

#[tokio::test]
async fn a_panic_is_a_fault_of_the_service() {
    async fn handler() -> String {
        panic!("on purpose")
    }
    let router = Router::new().route("/", axum::routing::get(handler));
    let setting = setting(Service::new("it", router), http("a.test", vec![])).await;
    assert!(setting.client.get("http://a.test/").send().await.is_err());
    assert_eq!(setting.faults(), ["it panicked"]);
}

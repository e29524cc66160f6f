//! Names of response headers as they are on the wire.

use axum::Router;
use axum::routing::get as on_get;
use cors_servers::exchange::Exchange;
use cors_servers::script::{
    Allow, CorsSettings, HeaderLine, HeaderName, HeaderTemplate, OriginScript, Piece, Reply,
    Template, Versions,
};
use cors_servers::{Lab, Service, Services, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::*;

const CLOSE: &str = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

/// The head of the first response, without its status line.
fn head(raw: &str) -> Vec<&str> {
    let (head, _) = raw.split_once("\r\n\r\n").expect("a head");
    head.split("\r\n").skip(1).collect()
}

fn sent(exchange: Exchange) -> Vec<String> {
    let lines = exchange.reply.expect("a reply").headers.into_iter();
    lines.map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(&value))).collect()
}

#[tokio::test]
async fn every_line_keeps_its_spelling_and_place() {
    let lab = lab().await;
    let headers = [
        ("Access-Control-Allow-Origin", ""),
        ("X-MIXED-case", "1"),
        ("access-control-allow-origin", ""),
        ("ACCESS-CONTROL-ALLOW-ORIGIN", "*"),
    ];
    let hosted = host(&lab, http("a.test", vec![get("/", with_headers(&headers))]));
    let raw = raw(&lab, CLOSE).await;
    let expected = [
        "Access-Control-Allow-Origin: ",
        "X-MIXED-case: 1",
        "access-control-allow-origin: ",
        "ACCESS-CONTROL-ALLOW-ORIGIN: *",
        "content-length: 0",
    ];
    assert_eq!(head(&raw)[..5], expected);
    assert_eq!(sent(hosted.exchanges().remove(0)), expected);
}

#[tokio::test]
async fn an_omitted_line_does_not_affect_other_lines() {
    let lab = lab().await;
    let value = HeaderTemplate::new(Template(vec![Piece::RequestOrigin])).expect("a value");
    let name = HeaderName::new("Access-Control-Allow-Origin").expect("a name");
    let origin = HeaderLine { name, value };
    let reply = with_headers(&[("X-Before", "1"), ("X-Behind", "2")]);
    let mut headers = reply.headers;
    headers.insert(1, origin);
    let _tenancy = host(&lab, http("a.test", vec![get("/", Reply { headers, ..self::reply("") })]));
    let raw = raw(&lab, CLOSE).await;
    assert_eq!(head(&raw)[..2], ["X-Before: 1", "X-Behind: 2"]);
}

#[tokio::test]
async fn over_http_2_names_are_lower_case_on_the_wire_and_in_the_log() {
    let lab = lab().await;
    let script = https("a.test", vec![get("/", with_headers(&[("X-Odd", "1")]))]);
    let hosted = host(&lab, script);
    let response = client(&lab).get("https://a.test/").send().await.expect("a reply");
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    assert_eq!(sent(hosted.exchanges().remove(0)), ["x-odd: 1", "content-length: 0"]);
}

#[tokio::test]
async fn over_tls_http_1_1_spells_as_written() {
    let lab = lab().await;
    let script = https("a.test", vec![get("/", with_headers(&[("X-Odd", "1")]))]);
    let _tenancy = host(&lab, OriginScript { versions: Versions::Http1, ..script });
    let stream = dial(&lab, "a.test", 443).await;
    assert_eq!(head(&over_tls(&lab, stream, "a.test").await)[0], "X-Odd: 1");
}

#[tokio::test]
async fn responses_on_one_connection_keep_their_own_spelling() {
    let lab = lab().await;
    let long = "HTTP/1.1 200 OK\r\nX-Odd: in the body\r\n\r\n".repeat(3000);
    let odd = |body: &str, number| Reply {
        status: status(number),
        body: text(body),
        ..with_headers(&[("X-Odd", "1")])
    };
    let mut replies = vec![get("/", odd(&long, 200)), get("/none", odd("", 204))];
    replies.push(get("/kept", odd("", 304)));
    replies.push(route("/post", "POST", odd("posted", 200)));
    let hosted = host(&lab, http("a.test", replies));
    let requests = "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n\
                    GET / HTTP/1.1\r\nHost: a.test\r\n\r\n\
                    GET /none HTTP/1.1\r\nHost: a.test\r\n\r\n\
                    GET /kept HTTP/1.1\r\nHost: a.test\r\n\r\n\
                    POST /post HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi\
                    GET /nothing HTTP/1.1\r\nHost: a.test\r\n\r\n";
    let raw = raw(&lab, &[requests, CLOSE].concat()).await;
    let of_heads = raw.replace(&long, "");
    assert_eq!(of_heads.matches("\r\nX-Odd: 1\r\n").count(), 6, "{of_heads}");
    assert_eq!(of_heads.matches("x-odd").count(), 0, "{of_heads}");
    assert_eq!(raw.matches(&long).count(), 2, "bodies pass unchanged");
    assert_eq!(hosted.exchanges().len(), 7);
    assert_eq!(hosted.failed_connections().len(), 0);
}

#[tokio::test]
async fn header_lines_of_the_middleware_are_unchanged() {
    let lab = lab().await;
    let cors = cors(CorsSettings { allow_origins: Allow::Any, ..CorsSettings::default() });
    let headers = [("ACCESS-CONTROL-ALLOW-ORIGIN", "https://other.test"), ("X-Odd", "1")];
    let script = http("a.test", vec![get("/", with_headers(&headers))]);
    let _tenancy = host(&lab, OriginScript { cors, ..script });
    let raw = raw(&lab, CLOSE).await;
    assert_eq!(head(&raw)[0], "X-Odd: 1");
    assert!(head(&raw).contains(&"access-control-allow-origin: *"), "{raw}");
    assert!(!raw.contains("other.test"), "{raw}");
}

/// A lab whose host `a.test` is answered by this service.
async fn with_service(service: Service) -> (Lab, cors_servers::HostedServers) {
    let mut services = Services::default();
    services.add("own", service);
    let lab = Lab::start_with([127, 0, 0, 1].into(), services).await.expect("loopback is there");
    let script = OriginScript { service: Some("own".to_owned()), ..http("a.test", vec![]) };
    let hosted = host(&lab, script);
    (lab, hosted)
}

#[tokio::test]
async fn a_real_server_keeps_its_spelling() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a request");
        let mut read = [0; 4096];
        let _ = stream.read(&mut read).await;
        let answer = b"HTTP/1.1 100 Continue\r\nX-ODD: no\r\n\r\n\
                       HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nX-ODD:  1 \r\n\
                       access-control-ALLOW-origin: \r\nTransfer-Encoding: chunked\r\n\r\n\
                       5\r\nhello\r\n0\r\n\r\n";
        let _ = stream.write_all(answer).await;
    });
    let upstream = Upstream { host: "127.0.0.1".to_owned(), port, tls: None };
    let (lab, hosted) = with_service(Service::new("it", upstream.proxy())).await;
    let raw = raw(&lab, CLOSE).await;
    let expected = ["Access-Control-Allow-Origin: *", "X-ODD: 1", "access-control-ALLOW-origin: "];
    assert_eq!(head(&raw)[..3], expected, "{raw}");
    assert!(raw.contains("hello"), "{raw}");
    assert_eq!(sent(hosted.exchanges().remove(0))[..3], expected);
}

#[tokio::test]
async fn headers_of_a_router_are_in_lower_case() {
    let router = Router::new().route("/", on_get(async || ([("X-Odd", "1")], "hello")));
    let (lab, _tenancy) = with_service(Service::new("it", router)).await;
    let raw = raw(&lab, CLOSE).await;
    assert!(head(&raw).contains(&"x-odd: 1"), "{raw}");
}

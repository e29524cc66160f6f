//! TLS, and the protocols that ALPN selects.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cors_servers::exchange::Fault;
use cors_servers::script::{OriginScript, Versions};
use reqwest::Version;
use ring::digest::{SHA256, digest};
use tokio::io::AsyncReadExt;

use crate::support::*;

#[tokio::test]
async fn alpn_selects_the_protocol_and_is_recorded() {
    let lab = lab().await;
    let offers = [
        (Versions::Any, "h2", Version::HTTP_2),
        (Versions::Http1, "http/1.1", Version::HTTP_11),
        (Versions::Http2, "h2", Version::HTTP_2),
    ];
    for (versions, alpn, version) in offers {
        let script = OriginScript { versions, ..https("a.test", vec![get("/", reply("hi"))]) };
        let hosted = host(&lab, script);
        let response = client(&lab).get("https://a.test/").send().await.expect(alpn);
        assert_eq!(response.version(), version);
        assert_eq!(response.text().await.expect("text"), "hi");
        assert_eq!(hosted.exchanges()[0].alpn.as_deref(), Some(alpn));
        assert_eq!(hosted.failed_connections().len(), 0);
    }
}

#[tokio::test]
async fn http_has_no_alpn() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![get("/", reply("hi"))]));
    assert_eq!(body(&client(&lab), "http://a.test/").await, "hi");
    assert_eq!(hosted.exchanges()[0].alpn, None);
}

#[tokio::test]
async fn a_server_that_closes_after_its_response_gets_a_new_connection() {
    let lab = lab().await;
    let client = builder(&lab).http1_only().build().expect("a client");
    let connections = async |close_after_response: bool| {
        let script =
            OriginScript { close_after_response, ..https("a.test", vec![get("/", reply("hi"))]) };
        let hosted = host(&lab, script);
        for _ in 0..3 {
            let response = client.get("https://a.test/").send().await.expect("a reply");
            let closes = response.headers().get("connection").is_some_and(|it| it == "close");
            assert_eq!(closes, close_after_response);
            assert_eq!(response.text().await.expect("text"), "hi");
        }
        hosted.connections().len()
    };
    assert_eq!(connections(true).await, 3);
    assert_eq!(connections(false).await, 1);
}

#[tokio::test]
async fn ending_a_server_that_closes_after_its_response_cuts_no_handshake() {
    let lab = lab().await;
    for close_after_response in [true, false] {
        let hosted = host(&lab, OriginScript { close_after_response, ..https("a.test", vec![]) });
        let stream = dial(&lab, "a.test", 443).await;
        eventually("the connection is there", || !hosted.connections().is_empty()).await;
        let ending = tokio::spawn(hosted.end());
        let greeted = handshake(&lab, stream, "a.test").await;
        assert_eq!(greeted.is_ok(), close_after_response);
        if let Ok(mut stream) = greeted {
            assert!(stream.read(&mut [0]).await.is_err(), "it ends without a word");
        }
        ending.await.expect("no panic");
    }
}

#[tokio::test]
async fn no_common_protocol_is_a_tls_fault() {
    let lab = lab().await;
    let script = OriginScript { versions: Versions::Http2, ..https("a.test", vec![]) };
    let hosted = host(&lab, script);
    let client = builder(&lab).http1_only().build().expect("a client");
    assert!(client.get("https://a.test/").send().await.is_err());
    eventually("the fault is noted", || !hosted.failed_connections().is_empty()).await;
    let fault = hosted.failed_connections().remove(0);
    assert_eq!((fault.host.as_str(), fault.port), ("a.test", 443));
    assert!(
        matches!(&fault.what, Fault::Tls(words) if words.contains("known protocol")),
        "{fault:?}"
    );
}

#[tokio::test]
async fn http2_keeps_header_values_and_omits_pseudo_headers() {
    let lab = lab().await;
    let hosted = host(&lab, https("a.test", vec![route("/", "POST", reply("hi"))]));
    let request =
        client(&lab).post("https://a.test/?q=1").header("X-Odd", "1").header("x-odd", "2");
    request.body(vec![b'x'; 100_000]).send().await.expect("a reply");
    let exchange = hosted.exchanges().remove(0);
    let odd: Vec<_> = exchange.request.header("X-ODD").collect();
    assert_eq!(odd, [b"1", b"2"]);
    assert!(names(&exchange).iter().all(|name| !name.starts_with(':')), "{exchange:?}");
    assert_eq!(exchange.request.url(), "https://a.test/?q=1");
    assert_eq!(exchange.request.body_length, Some(100_000));
}

#[tokio::test]
async fn a_long_header_is_an_exchange_over_either_version() {
    let lab = lab().await;
    for versions in [Versions::Http1, Versions::Http2] {
        let script = OriginScript { versions, ..https("a.test", vec![get("/", reply("hi"))]) };
        let hosted = host(&lab, script);
        let request = client(&lab).get("https://a.test/").header("x-long", "x".repeat(100_000));
        let response = request.send().await.expect("a reply");
        assert_eq!(response.status(), 200, "{versions:?}");
        assert_eq!(hosted.exchanges().len(), 1, "{versions:?}");
    }
}

#[tokio::test]
async fn the_pin_matches_the_certificate() {
    let lab = lab().await;
    let pem: String = lab.ca_pem().lines().filter(|line| !line.starts_with('-')).collect();
    let certificate = STANDARD.decode(pem).expect("base64");
    // A SubjectPublicKeyInfo on P-256 is 91 bytes with this beginning (RFC 5480, section 2).
    let opening = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
    let start = certificate.windows(opening.len()).position(|window| window == opening);
    let key = &certificate[start.expect("a P-256 key")..][..91];
    assert_eq!(lab.ca_spki_sha256(), STANDARD.encode(digest(&SHA256, key)));
}

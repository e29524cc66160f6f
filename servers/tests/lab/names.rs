//! Which names are reachable, and for how long.

use cors_servers::exchange::Fault;
use cors_servers::script::{Address, OriginScript, Scheme};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::support::*;

#[tokio::test]
async fn an_unregistered_name_is_refused_and_recorded() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![]));
    for (name, port) in [("b.test", 80), ("a.test", 81), ("a.test.", 80), ("localhost", 80)] {
        let (mut stream, verdict) = ask(&lab, name, port).await;
        assert_eq!(verdict, 5, "{name}:{port}");
        assert_eq!(stream.read(&mut [0]).await.expect("the front closes"), 0);
        let noted = lab.background().pop().expect("a note");
        assert_eq!((noted.host.as_str(), noted.port, noted.what), (name, port, Fault::UnknownHost));
    }
    assert_eq!(lab.background().len(), 4);
    assert_eq!((hosted.failed_connections().len(), hosted.exchanges().len()), (0, 0));
}

#[tokio::test]
async fn nothing_is_forwarded_to_a_running_server() {
    let lab = lab().await;
    let real = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = real.local_addr().expect("an address").port();
    assert_eq!(ask(&lab, "127.0.0.1", port).await.1, 5);
}

#[tokio::test]
async fn names_compare_without_regard_to_case() {
    let lab = lab().await;
    let hosted = host(&lab, http("API.Example.com", vec![get("/", reply("hi"))]));
    dial(&lab, "api.EXAMPLE.com", 80).await;
    assert_eq!(body(&client(&lab), "http://api.example.com/").await, "hi");
    assert_eq!(hosted.exchanges()[0].request.url(), "http://api.example.com/");
}

#[tokio::test]
async fn literal_addresses_are_hosts_with_certificates() {
    let lab = lab().await;
    let on = |host: &str, port| {
        let script = https(host, vec![get("/", reply(host))]);
        let address = Address { scheme: Scheme::Https, host: host.into(), port };
        OriginScript { address, ..script }
    };
    let hosted = lab.host(vec![on("127.0.0.1", 443), on("::1", 8443)]).expect("two origins");
    let client = client(&lab);
    assert_eq!(body(&client, "https://127.0.0.1/").await, "127.0.0.1");
    // reqwest 0.12 takes the brackets as part of the name when TLS goes through SOCKS. Some clients
    // also send the address as a name.
    for spelling in ["::1", "[0::1]"] {
        let stream = dial(&lab, spelling, 8443).await;
        let answer = over_tls(&lab, stream, "::1").await;
        assert!(answer.ends_with("\r\n\r\n::1"), "{answer}");
    }
    let urls: Vec<_> = hosted.exchanges().iter().map(|e| e.request.url()).collect();
    assert_eq!(urls, ["https://127.0.0.1/", "https://[::1]:8443/", "https://[::1]:8443/"]);
}

#[tokio::test]
async fn ipv6_literals_are_reached_by_their_own_address_type() {
    let lab = lab().await;
    let hosted = host(&lab, http("0:0::1", vec![get("/", reply("hi"))]));
    assert_eq!(body(&client(&lab), "http://[::1]/").await, "hi");
    assert_eq!(hosted.exchanges()[0].request.url(), "http://[::1]/");
}

#[tokio::test]
async fn dropping_hosted_servers_closes_their_connections() {
    let lab = lab().await;
    let script = || https("a.test", vec![get("/", reply("hi"))]);
    let hosted = host(&lab, script());
    let kept = client(&lab);
    assert_eq!(body(&kept, "https://a.test/").await, "hi");
    let mut open = dial(&lab, "a.test", 443).await;
    drop(hosted);
    assert_eq!(open.read(&mut [0]).await.expect("the origin closes"), 0);
    assert_eq!(ask(&lab, "a.test", 443).await.1, 5);
    let again = host(&lab, script());
    assert_eq!(body(&kept, "https://a.test/").await, "hi");
    assert_eq!(again.exchanges().len(), 1);
}

#[tokio::test]
async fn dropping_hosted_servers_ends_replies_in_progress() {
    let lab = lab().await;
    let routes = || vec![get("/", late(LONG))];
    for script in [http("a.test", routes()), https("a.test", routes())] {
        let url = format!("{}/", script.address);
        let hosted = host(&lab, script);
        let waiting = tokio::spawn(client(&lab).get(url).send());
        eventually("the request arrives", || hosted.exchanges().len() == 1).await;
        drop(hosted);
        assert!(waiting.await.expect("no panic").is_err());
    }
}

#[tokio::test]
async fn dropping_a_lab_closes_its_port() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![]));
    let mut open = dial(&lab, "a.test", 80).await;
    let address = lab.socks_address();
    drop(lab);
    assert_eq!(open.read(&mut [0]).await.expect("the origin closes"), 0);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(hosted.exchanges().len(), 0);
}

#[tokio::test]
async fn all_logs_of_a_lab_share_one_sequence() {
    let lab = lab().await;
    let a = host(&lab, http("a.test", vec![]));
    let b = host(&lab, http("b.test", vec![]));
    let client = client(&lab);
    for url in ["http://a.test/1", "http://b.test/2", "http://a.test/3"] {
        body(&client, url).await;
    }
    ask(&lab, "c.test", 80).await;
    let of = |hosted: &cors_servers::HostedServers| -> Vec<u64> {
        hosted.exchanges().iter().map(|exchange| exchange.sequence).collect()
    };
    let opened = |hosted: &cors_servers::HostedServers| -> Vec<u64> {
        hosted.connections().iter().map(|opened| opened.sequence).collect()
    };
    assert_eq!((opened(&a), opened(&b)), (vec![0], vec![2]));
    assert_eq!((of(&a), of(&b), lab.background()[0].sequence), (vec![1, 4], vec![3], 5));
    let connections = [&a, &b].map(|hosted| hosted.exchanges()[0].connection);
    assert_ne!(connections[0], connections[1]);
}

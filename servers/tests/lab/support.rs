//! Short constructors for scripts, and clients.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use cors_servers::exchange::Exchange;
use cors_servers::script::{
    Address, CorsPolicy, CorsSettings, HeaderLine, Method, OriginScript, Path, Replies, Reply,
    Scheme, Status, Template, Versions,
};
use cors_servers::{HostedServers, Lab};
use reqwest::{Certificate, Client, ClientBuilder, Proxy};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub const LONG: Duration = Duration::from_secs(3600);

pub fn text(text: &str) -> Template {
    Template::text(text)
}

pub fn reply(body: &str) -> Reply {
    Reply { body: text(body), ..Reply::default() }
}

pub fn status(number: u16) -> Status {
    Status::new(number).expect("a status")
}

pub fn late(delay: Duration) -> Reply {
    Reply { delay: Some(delay), ..reply("late") }
}

pub fn with_headers(headers: &[(&str, &str)]) -> Reply {
    let line = |(name, value): &(&str, &str)| HeaderLine::text(name, value).expect("a line");
    Reply { headers: headers.iter().map(line).collect(), ..reply("") }
}

/// A path and what it answers.
pub type Route = (Path, Replies);

/// A path with replies to methods.
pub fn routed(path: &str, replies: Vec<(&str, Reply)>) -> Route {
    let method = |text: &str| Method::from_bytes(text.as_bytes()).expect("a method");
    let replies = replies.into_iter().map(|(name, reply)| (method(name), reply));
    (Path::new(path).expect("a path"), replies.collect())
}

pub fn route(path: &str, method: &str, reply: Reply) -> Route {
    routed(path, vec![(method, reply)])
}

pub fn get(path: &str, reply: Reply) -> Route {
    route(path, "GET", reply)
}

pub fn cors(settings: CorsSettings) -> Option<CorsPolicy> {
    Some(CorsPolicy::new(settings).expect("a policy"))
}

pub fn http(host: &str, routes: Vec<Route>) -> OriginScript {
    let address = Address { scheme: Scheme::Http, host: host.into(), port: 80 };
    OriginScript {
        address,
        versions: Versions::Any,
        cors: None,
        routes: routes.into_iter().collect(),
        service: None,
        close_after_response: false,
        watches: Vec::new(),
    }
}

pub fn https(host: &str, routes: Vec<Route>) -> OriginScript {
    let address = Address { scheme: Scheme::Https, host: host.into(), port: 443 };
    OriginScript { address, ..http(host, routes) }
}

pub async fn lab() -> Lab {
    Lab::start().await.expect("loopback is there")
}

pub fn host(lab: &Lab, origin: OriginScript) -> HostedServers {
    lab.host(vec![origin]).expect("a sound script")
}

pub fn builder(lab: &Lab) -> ClientBuilder {
    builder_with_root(lab, &lab.ca_pem())
}

pub fn builder_with_root(lab: &Lab, root: &str) -> ClientBuilder {
    // Fails if another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let proxy = Proxy::all(format!("socks5h://{}", lab.socks_address())).expect("a proxy");
    let root = Certificate::from_pem(root.as_bytes()).expect("a certificate");
    Client::builder().proxy(proxy).add_root_certificate(root).timeout(Duration::from_secs(20))
}

pub fn client(lab: &Lab) -> Client {
    builder(lab).build().expect("a client")
}

pub async fn body(client: &Client, url: &str) -> String {
    let response = client.get(url).send().await.expect(url);
    response.text().await.expect(url)
}

/// A stream to the host behind the proxy, on which nothing has been sent.
pub async fn dial(lab: &Lab, host: &str, port: u16) -> TcpStream {
    let (stream, verdict) = ask(lab, host, port).await;
    assert_eq!(verdict, 0, "{host}:{port}");
    stream
}

/// The proxy's reply (RFC 1928, section 6) to a request by name.
pub async fn ask(lab: &Lab, host: &str, port: u16) -> (TcpStream, u8) {
    assert_eq!(lab.socks_address().ip(), Ipv4Addr::LOCALHOST);
    let mut stream = TcpStream::connect(lab.socks_address()).await.expect("the front accepts");
    let length = u8::try_from(host.len()).expect("a short name");
    let mut request = vec![5, 1, 0, 5, 1, 0, 3, length];
    request.extend(host.as_bytes());
    request.extend(port.to_be_bytes());
    stream.write_all(&request).await.expect("the front reads");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("the front answers");
    (stream, answer[3])
}

/// Sends bytes to `a.test:80` and reads until the origin closes.
pub async fn raw(lab: &Lab, request: &str) -> String {
    let mut stream = dial(lab, "a.test", 80).await;
    stream.write_all(request.as_bytes()).await.expect("the origin reads");
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.expect("the origin closes");
    String::from_utf8(reply).expect("text")
}

/// A TLS handshake without ALPN, by a client that trusts the lab.
pub async fn handshake(
    lab: &Lab,
    stream: TcpStream,
    name: &'static str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(lab.ca_pem().as_bytes()).expect("a certificate");
    roots.add(root).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// `GET /` without ALPN, from a host with this name in its certificate.
pub async fn over_tls(lab: &Lab, stream: TcpStream, name: &'static str) -> String {
    let connected = handshake(lab, stream, name).await;
    let mut stream = connected.expect("a certificate for the name");
    let request = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("the origin reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the origin closes properly");
    answer
}

/// Waits for something that the task of a connection will do.
pub async fn eventually(what: &str, met: impl Fn() -> bool) {
    let waiting = async {
        while !met() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect(what);
}

pub fn names(exchange: &Exchange) -> Vec<&str> {
    exchange.request.headers.iter().map(|(name, _)| name.as_str()).collect()
}

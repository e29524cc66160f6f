//! Real servers with TLS: which certificates are accepted, and how the others are reported.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::suite::Suite;

const PAGE: &str = "https://app.my-company.com";

/// A server on `localhost` that allows [`PAGE`], and the certificates that make it trusted.
struct TlsServer {
    port: u16,
    pem: String,
}

/// A server whose certificate its own authority has signed.
fn signed(change: impl FnOnce(&mut CertificateParams)) -> TlsServer {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut leaf);
    let key = KeyPair::generate().unwrap();
    let certificate = leaf.signed_by(&key, &authority).unwrap();
    serve(certificate.der().clone(), &key, authority.pem())
}

/// A server whose certificate is that of an authority, as `openssl req -x509` makes them.
fn self_signed() -> TlsServer {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    serve(certificate.der().clone(), &key, certificate.pem())
}

fn serve(certificate: CertificateDer<'static>, key: &KeyPair, pem: String) -> TlsServer {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into());
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, config) = (stream.unwrap(), Arc::clone(&config));
            // A client that does not trust the certificate leaves.
            thread::spawn(move || answer(stream, config));
        }
    });
    TlsServer { port, pem }
}

/// Answers without a length and closes without `close_notify`.
fn answer(stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        let mut more = [0; 4096];
        match stream.read(&mut more)? {
            0 => return Ok(()),
            length => read.extend(&more[..length]),
        }
    }
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {PAGE}\r\nVary: Origin\r\n\
         Connection: close\r\n\r\nhello"
    )
}

/// What `check` says about a server, and its exit code.
fn check(url: &str, suite: &Suite, more: &[&str]) -> (Option<i32>, String) {
    let arguments = ["check", url, "--page", PAGE, "--engine", "standard"];
    let output = suite.harness(&[&arguments, more].concat()).output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.code(), text.concat())
}

impl TlsServer {
    fn url(&self) -> String {
        format!("https://localhost:{}/me", self.port)
    }

    /// The certificates as a file of a suite.
    fn file(&self, suite: &Suite) -> String {
        let file = suite.path("authority.pem");
        std::fs::write(&file, &self.pem).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

#[track_caller]
fn is_checked((code, text): &(Option<i32>, String)) {
    assert_eq!(*code, Some(0), "{text}");
    assert!(text.contains("every allowed origin has the access"), "{text}");
}

#[test]
fn a_certificate_of_an_unknown_issuer_is_named_with_what_to_type() {
    for server in [signed(|_| {}), self_signed()] {
        let suite = Suite::new();
        let (code, text) = check(&server.url(), &suite, &[]);
        assert_eq!(code, Some(3), "{text}");
        let words = format!(
            "`https://localhost:{}` has a certificate of an unknown issuer: it is self-signed, or",
            server.port
        );
        assert!(text.contains(&words), "{text}");
        assert!(text.contains("`--cacert FILE`") && text.contains("`--insecure`"), "{text}");
        is_checked(&check(&server.url(), &suite, &["--insecure"]));
        is_checked(&check(&server.url(), &suite, &["--cacert", &server.file(&suite)]));
    }
}

/// A finding of a server whose certificate only these options accept has a command that works.
#[test]
fn a_command_for_curl_accepts_the_same_certificate() {
    let server = self_signed();
    let suite = Suite::new();
    let file = server.file(&suite);
    for (options, of_curl) in [
        (vec!["--insecure"], " --insecure ".to_owned()),
        (vec!["--cacert", &file], format!(" --cacert {file} ")),
    ] {
        let page = ["--page", "https://admin.my-company.com"];
        let (code, text) = check(&server.url(), &suite, &[&page, options.as_slice()].concat());
        assert_eq!(code, Some(1), "{text}");
        let command = text.replace(" \\\n", " ");
        let command = command.lines().find(|line| line.contains("curl -i")).expect("a command");
        assert!(format!("{command} ").contains(&of_curl), "{command}");
    }
}

#[test]
fn an_expired_certificate_is_named_with_its_date() {
    let server = signed(|leaf| {
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2021, 2, 3);
    });
    let suite = Suite::new();
    let (code, text) = check(&server.url(), &suite, &["--cacert", &server.file(&suite)]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("has a certificate that has expired on 2021-02-03: renew it"), "{text}");
    is_checked(&check(&server.url(), &suite, &["--insecure"]));
    let early = signed(|leaf| {
        leaf.not_before = date_time_ymd(2090, 1, 1);
        leaf.not_after = date_time_ymd(2091, 1, 1);
    });
    let (_, text) = check(&early.url(), &suite, &["--cacert", &early.file(&suite)]);
    assert!(text.contains("has a certificate that is not valid yet: compare the dates"), "{text}");
}

#[test]
fn a_certificate_for_another_name_is_named_with_its_names() {
    let names = ["api.my-company.com", "*.example.com"].map(str::to_owned).to_vec();
    let server = signed(|leaf| *leaf = CertificateParams::new(names).unwrap());
    let suite = Suite::new();
    let (code, text) = check(&server.url(), &suite, &["--cacert", &server.file(&suite)]);
    assert_eq!(code, Some(3), "{text}");
    let words = "has a certificate for `api.my-company.com`, `*.example.com`, not for `localhost`: write the URL";
    assert!(text.contains(words), "{text}");
    is_checked(&check(&server.url(), &suite, &["--insecure"]));
    let address = format!("https://127.0.0.1:{}/me", signed(|_| {}).port);
    let (_, text) = check(&address, &suite, &["--cacert", &server.file(&suite)]);
    assert!(text.contains("unknown issuer"), "{text}");
}

#[test]
fn a_server_without_tls_is_named_as_such() {
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(answer));
            }
        });
        let (code, text) = check(&format!("https://{address}/me"), &Suite::new(), &[]);
        assert_eq!(code, Some(3), "{text}");
        let words =
            format!("`https://{address}` does not answer with TLS: write `http://{address}`");
        assert!(text.contains(&words), "{text}");
    }
}

#[test]
fn a_wrong_certificate_file_is_reported_before_any_request() {
    let suite = Suite::new();
    let file = suite.path("empty.pem");
    std::fs::write(&file, "no certificate").unwrap();
    for (file, words) in [
        (file.to_str().unwrap(), "it has no PEM certificate"),
        ("no-such-file.pem", "No such file"),
    ] {
        let (code, text) = check("https://localhost:1/me", &suite, &["--cacert", file]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(words) && text.contains("--cacert <FILE>"), "{text}");
    }
}

const CASE: &str = "
name: The app reads
because: The server uses TLS.
servers:
  https://api.my-company.com: { upstream: 'https://localhost:PORT' }
page: https://app.my-company.com
steps: [{ fetch: https://api.my-company.com/me }]
";

#[test]
fn a_case_can_use_a_server_with_tls() {
    let server = signed(|_| {});
    let suite = Suite::new().with_case("own", &CASE.replace("PORT", &server.port.to_string()));
    let ran = suite.run("standard");
    assert!(ran.unable().contains("has a certificate of an unknown issuer"), "{}", ran.text);
    let ran = suite.run_with("standard", &["--cacert", &server.file(&suite)]);
    assert_eq!(ran.row()["steps"][0]["read"], "allowed", "{}", ran.text);
    assert!(ran.text.contains("--cacert"), "the commands to type have it: {}", ran.text);
}

//! Which certificates of real servers are accepted, and what to do about the others.

use std::env;
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use cors_servers::{Certificates, Tls, TlsFault, Upstream};
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::time::timeout;
use url::Url;

const CACERT: &str = "CORS_HARNESS_CACERT";

const INSECURE: &str = "CORS_HARNESS_INSECURE";

/// How long a server may take for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The certificates of real servers that are accepted, in addition to those that the system accepts.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of authorities or servers.
    pub certificates: Certificates,
    /// Whether every certificate is accepted.
    pub insecure: bool,
}

impl Trust {
    /// What the variables `CORS_HARNESS_CACERT` and `CORS_HARNESS_INSECURE` say.
    ///
    /// # Errors
    /// The file is wrong, in words.
    pub fn of_environment() -> Result<Self, String> {
        let file = env::var(CACERT).ok().filter(|name| !name.is_empty());
        let file = file.map(|name| name.parse::<CertificateFile>()).transpose();
        let file = file.map_err(|words| format!("{CACERT}: {words}"))?;
        let certificates = file.into_iter().map(|file| file.certificates).collect();
        Ok(Self { certificates, insecure: env::var(INSECURE).is_ok_and(|value| value == "true") })
    }

    /// The TLS settings.
    pub(super) fn tls(&self) -> Result<Tls, String> {
        match self.insecure {
            true => Tls::unverified(),
            false => Tls::verified(&self.certificates)
                .map_err(|words| format!("{words}: {}", accept_it("its certificate"))),
        }
    }
}

/// The certificates of a PEM file, by the name of the file.
#[derive(Clone, Debug)]
pub struct CertificateFile {
    /// The file as typed.
    pub name: String,
    /// What it has.
    pub certificates: Certificates,
}

impl FromStr for CertificateFile {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let text = std::fs::read(Path::new(name)).map_err(|error| error.to_string())?;
        let certificates = Certificates::from_pem(&text)?;
        Ok(Self { name: name.to_owned(), certificates })
    }
}

/// Why there can be no TLS connection to a server, and what to do. A server that refuses connections is left to the
/// requests.
pub(super) async fn complaint(url: &Url, upstream: &Upstream) -> Option<String> {
    upstream.tls.as_ref()?;
    let server = url.origin().ascii_serialization();
    let Ok(connected) = timeout(HANDSHAKE, upstream.connect()).await else {
        let (seconds, plain) = (HANDSHAKE.as_secs(), without_tls(&server));
        return Some(format!(
            "`{server}` does not complete a TLS handshake within {seconds} s: if it does not use TLS, write `{plain}`"
        ));
    };
    let fault = TlsFault::of(&connected.err()?)?;
    Some(words(&server, &upstream.host, &fault))
}

fn without_tls(server: &str) -> String {
    server.replacen("https:", "http:", 1)
}

fn words(server: &str, host: &str, fault: &TlsFault) -> String {
    match fault {
        TlsFault::UnknownIssuer => format!(
            "`{server}` {fault}: it is self-signed, or this system does not know the authority that signed it: {}",
            accept_it(
                "the certificate of the authority, or the server's own if it is self-signed,"
            )
        ),
        TlsFault::Expired { at } => {
            let date = at.and_then(date).map(|date| format!(" on {date}")).unwrap_or_default();
            format!("`{server}` {fault}{date}: renew it, or {ANY}")
        }
        TlsFault::NotYetValid => format!(
            "`{server}` {fault}: compare the dates in it with the clock of this machine, or {ANY}"
        ),
        TlsFault::WrongName { names } if names.is_empty() => {
            format!(
                "`{server}` has a certificate without a name, not one for `{host}`: add `{host}` to its \
                     `subjectAltName`, or {ANY}"
            )
        }
        TlsFault::WrongName { names } => format!(
            "`{server}` has a certificate for {}, not for `{host}`: write the URL with a name that the certificate has \
             (with `--as`, browsers can see another one), or {ANY}",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
        TlsFault::NoTls => {
            format!("`{server}` {fault}: write `{}`", without_tls(server))
        }
        TlsFault::Other(_) => format!("`{server}` {fault}; {ANY}"),
    }
}

const ANY: &str = "accept any certificate with `--insecure` or CORS_HARNESS_INSECURE=true";

fn accept_it(what: &str) -> String {
    format!("name {what} with `--cacert FILE` or CORS_HARNESS_CACERT, or {ANY}")
}

/// The day, as in `2024-01-31`.
fn date(time: SystemTime) -> Option<String> {
    OffsetDateTime::from(time).format(format_description!("[year]-[month]-[day]")).ok()
}

//! TLS to real servers: which certificates are accepted, and what is wrong with the others.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};
use thiserror::Error as ThisError;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The TLS settings of connections to real servers.
#[derive(Clone, Debug)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Accepts certificates of the system's authorities and of these, and these themselves.
    ///
    /// # Errors
    /// There is no authority at all, in words.
    pub fn verified(more: &Certificates) -> Result<Self, String> {
        let provider = provider();
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs.into_iter().chain(more.0.iter().cloned()));
        if roots.is_empty() {
            return Err("this system has no certificate authorities".to_owned());
        }
        let authorities =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let authorities = authorities.build().map_err(|error| error.to_string())?;
        Self::new(Verifier { authorities: Some(authorities), given: more.clone(), provider })
    }

    /// Accepts every certificate.
    ///
    /// # Errors
    /// The settings cannot be made, in words.
    pub fn unverified() -> Result<Self, String> {
        let given = Certificates::default();
        Self::new(Verifier { authorities: None, given, provider: provider() })
    }

    fn new(verifier: Verifier) -> Result<Self, String> {
        let config = ClientConfig::builder_with_provider(Arc::clone(&verifier.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// The handshake with a server of this name or address.
    pub(crate) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        TlsConnector::from(Arc::clone(&self.0)).connect(name, stream).await
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Certificates that a user trusts: of authorities, or of servers.
#[derive(Clone, Debug, Default)]
pub struct Certificates(Vec<CertificateDer<'static>>);

impl Certificates {
    /// The certificates of a PEM file.
    ///
    /// # Errors
    /// It has none, or one that cannot be read.
    pub fn from_pem(text: &[u8]) -> Result<Self, String> {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
        match all {
            Ok(all) if all.is_empty() => Err("it has no PEM certificate".to_owned()),
            Ok(all) => Ok(Self(all)),
            Err(error) => Err(format!("it has a certificate that cannot be read: {error}")),
        }
    }
}

/// All of them together.
impl FromIterator<Certificates> for Certificates {
    fn from_iter<I: IntoIterator<Item = Certificates>>(all: I) -> Self {
        Self(all.into_iter().flat_map(|one| one.0).collect())
    }
}

/// Accepts what the authorities certify, or everything without them.
#[derive(Debug)]
struct Verifier {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    given: Certificates,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else {
            return Ok(ServerCertVerified::assertion());
        };
        let verified = authorities.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            Err(Error::InvalidCertificate(CertificateError::Other(error)))
                if is_authority(&error) && self.given.0.contains(end_entity) =>
            {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                verify_server_name(&certificate, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a server's certificate is that of an authority, as `openssl req -x509` makes them. webpki has tested the
/// dates by then. The error's type is that of a crate that rustls does not export.
fn is_authority(error: &OtherError) -> bool {
    error.to_string().contains("CaUsedAsEndEntity")
}

/// Why there is no TLS connection to a server.
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum TlsFault {
    /// The certificate is self-signed, or that of an unknown authority.
    #[error("has a certificate of an unknown issuer")]
    UnknownIssuer,
    /// The certificate is no longer valid.
    #[error("has a certificate that has expired")]
    Expired {
        /// The end of its validity, if the certificate has one.
        at: Option<SystemTime>,
    },
    /// The certificate is not valid yet.
    #[error("has a certificate that is not valid yet")]
    NotYetValid,
    /// The certificate is for other names.
    #[error("has a certificate for another name")]
    WrongName {
        /// The names in it.
        names: Vec<String>,
    },
    /// The server does not use TLS.
    #[error("does not answer with TLS")]
    NoTls,
    /// Something else, in the library's words.
    #[error("does not complete the TLS handshake: {0}")]
    Other(String),
}

impl TlsFault {
    /// The fault behind an error of [`Upstream::connect`](crate::Upstream::connect), if it is one of TLS.
    pub fn of(error: &io::Error) -> Option<Self> {
        let handshake = error.kind() == io::ErrorKind::UnexpectedEof;
        let Some(error) = error.get_ref()?.downcast_ref::<Error>() else {
            // The connection ended before the server's part of the handshake.
            return handshake.then_some(Self::NoTls);
        };
        Some(match error {
            Error::InvalidCertificate(certificate) => Self::of_certificate(certificate),
            Error::InvalidMessage(_) => Self::NoTls,
            other => Self::Other(other.to_string()),
        })
    }

    fn of_certificate(error: &CertificateError) -> Self {
        let time = |time: &UnixTime| SystemTime::UNIX_EPOCH.checked_add(since_epoch(*time));
        match error {
            // The issuer has the name of a known one, and another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
            CertificateError::Other(error) if is_authority(error) => Self::UnknownIssuer,
            CertificateError::Expired => Self::Expired { at: None },
            CertificateError::ExpiredContext { not_after, .. } => {
                Self::Expired { at: time(not_after) }
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName => Self::WrongName { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::WrongName { names: presented.iter().map(|name| bare(name)).collect() }
            }
            other => Self::Other(Error::InvalidCertificate(other.clone()).to_string()),
        }
    }
}

fn since_epoch(time: UnixTime) -> std::time::Duration {
    std::time::Duration::from_secs(time.as_secs())
}

/// `api.example.com` of `DnsName("api.example.com")`, as webpki writes a name.
fn bare(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"').to_owned()
}

//! A temporary certificate authority, and the TLS settings of each host that it certifies.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PublicKeyData, SerialNumber,
};
use ring::digest::{SHA256, digest};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};

use crate::script::Versions;

/// Why certificates or TLS settings could not be made.
pub(crate) type TlsError = Box<dyn Error + Send + Sync>;

/// Certifies any host. All leaf certificates share one key and differ in their names.
pub(crate) struct Authority {
    ca: CertifiedIssuer<'static, KeyPair>,
    spki_sha256: String,
    leaf_key: KeyPair,
    signing_key: Arc<dyn SigningKey>,
    provider: Arc<CryptoProvider>,
    serial: AtomicU64,
}

impl Authority {
    pub(crate) fn new() -> Result<Self, TlsError> {
        let (ca_key, leaf_key) = (KeyPair::generate()?, KeyPair::generate()?);
        let spki_sha256 = STANDARD.encode(digest(&SHA256, &ca_key.subject_public_key_info()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let der = PrivatePkcs8KeyDer::from(leaf_key.serialize_der());
        Ok(Self {
            ca: CertifiedIssuer::self_signed(ca_params(&spki_sha256), ca_key)?,
            spki_sha256,
            leaf_key,
            signing_key: provider.key_provider.load_private_key(der.into())?,
            provider,
            serial: AtomicU64::new(1),
        })
    }

    pub(crate) fn spki_sha256(&self) -> &str {
        &self.spki_sha256
    }

    pub(crate) fn pem(&self) -> String {
        self.ca.pem()
    }

    /// The settings for a host as it was requested, because SNI does not contain IP literals. The
    /// caller keeps them. Sessions are not resumed: each host has only a few connections, and
    /// rustls would keep a cache for each of thousands of hosts.
    pub(crate) fn settings(
        &self,
        host: &str,
        versions: Versions,
    ) -> Result<ServerConfig, TlsError> {
        let leaf = self.leaf_params(host)?.signed_by(&self.leaf_key, &self.ca)?;
        let chain = vec![leaf.der().clone(), self.ca.der().clone()];
        let certified = CertifiedKey::new(chain, Arc::clone(&self.signing_key));
        let mut settings = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        settings.alpn_protocols = protocols(versions);
        settings.session_storage = Arc::new(NoServerSessionStorage {});
        settings.send_tls13_tickets = 0;
        Ok(settings)
    }

    /// Each leaf certificate has its own serial number. rcgen's default is a hash of the key, which
    /// all leaves share, and NSS rejects two certificates of one issuer with the same number.
    fn leaf_params(&self, host: &str) -> Result<CertificateParams, rcgen::Error> {
        // The name in a certificate never ends in a dot, even if the requested name does: a browser
        // that checks names does not accept a name with a dot.
        let name_of_leaf = host.strip_suffix('.').unwrap_or(host);
        let mut params = CertificateParams::new(vec![name_of_leaf.to_owned()])?;
        params.distinguished_name = name("cors-servers origin");
        params.serial_number =
            Some(SerialNumber::from(self.serial.fetch_add(1, Ordering::Relaxed)));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        Ok(params)
    }
}

/// The name contains the hash of the key, so that two labs are two issuers for a browser that uses
/// both.
fn ca_params(spki_sha256: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(&format!("cors-servers {spki_sha256}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

fn protocols(versions: Versions) -> Vec<Vec<u8>> {
    let names: &[&[u8]] = match versions {
        Versions::Any => &[b"h2", b"http/1.1"],
        Versions::Http1 => &[b"http/1.1"],
        Versions::Http2 => &[b"h2"],
    };
    names.iter().map(|name| name.to_vec()).collect()
}

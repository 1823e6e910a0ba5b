//! TLS with certificates on both sides; the peer is known by the names in its certificate, SAN first, then CN.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use std::sync::Arc;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("certificate or key is not readable PEM: {0}")]
    Pem(String),
    #[error("no certificate in the chain")]
    Empty,
    #[error("TLS configuration: {0}")]
    Config(#[from] rustls::Error),
    #[error("trusted roots: {0}")]
    Roots(String),
}

/// Names in a peer's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeerIdentity {
    /// DNS names and addresses of the subject alternative name.
    pub names: Vec<String>,
    /// Common name of the subject.
    pub common_name: Option<String>,
}

impl PeerIdentity {
    /// Reads the names of a certificate.
    pub fn of(certificate: &[u8]) -> PeerIdentity {
        let Ok((_, parsed)) = x509_parser::certificate::X509Certificate::from_der(certificate) else {
            return PeerIdentity::default();
        };
        let mut identity = PeerIdentity {
            names: Vec::new(),
            common_name: parsed
                .subject()
                .iter_common_name()
                .next()
                .and_then(|c| c.as_str().ok())
                .map(str::to_ascii_lowercase),
        };
        if let Ok(Some(extension)) = parsed.subject_alternative_name() {
            for name in &extension.value.general_names {
                match name {
                    GeneralName::DNSName(name) => identity.names.push(name.to_ascii_lowercase()),
                    GeneralName::IPAddress(bytes) => match bytes.len() {
                        4 => identity
                            .names
                            .push(std::net::Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).to_string()),
                        16 => {
                            let mut octets = [0u8; 16];
                            octets.copy_from_slice(bytes);
                            identity.names.push(std::net::Ipv6Addr::from(octets).to_string());
                        }
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
        identity
    }

    /// Whether the certificate holds a name. Wildcards never match: between servers they are forbidden.
    pub fn holds(&self, name: &str) -> bool {
        self.names.iter().chain(&self.common_name).any(|n| n.eq_ignore_ascii_case(name))
    }
}

/// Certificate, key and trusted roots of one server.
#[derive(Debug, Clone)]
pub struct TlsIdentity {
    pub(super) server: Arc<ServerConfig>,
    pub(super) client: Arc<ClientConfig>,
}

impl TlsIdentity {
    /// Builds both directions. With `require_client` a connection without a certificate is refused.
    pub fn new(
        chain_pem: &str,
        key_pem: &str,
        roots_pem: &[String],
        require_client: bool,
    ) -> Result<TlsIdentity, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain_pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|e| TlsError::Pem(e.to_string()))?;
        if chain.is_empty() {
            return Err(TlsError::Empty);
        }
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|e| TlsError::Pem(e.to_string()))?;
        let mut roots = RootCertStore::empty();
        for pem in roots_pem {
            for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(root.map_err(|e| TlsError::Pem(e.to_string()))?)?;
            }
        }
        let roots = Arc::new(roots);
        let versions = rustls::DEFAULT_VERSIONS;
        let server = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions)?;
        let server = if roots.is_empty() {
            server.with_no_client_auth()
        } else {
            let mut verifier = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone());
            if !require_client {
                verifier = verifier.allow_unauthenticated();
            }
            server.with_client_cert_verifier(verifier.build().map_err(|e| TlsError::Roots(e.to_string()))?)
        };
        let server = server.with_single_cert(chain.clone(), key.clone_key())?;
        let client = ClientConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions)?;
        let client = if roots.is_empty() {
            client.with_root_certificates(roots).with_client_auth_cert(chain, key)?
        } else {
            let inner = WebPkiServerVerifier::builder_with_provider(roots, provider)
                .build()
                .map_err(|e| TlsError::Roots(e.to_string()))?;
            client
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(NameVerifier { inner }))
                .with_client_auth_cert(chain, key)?
        };
        Ok(TlsIdentity { server: Arc::new(server), client: Arc::new(client) })
    }
}

/// Verifies chain and name as usual, but accepts a name that stands only in CN, as the servers of the field do.
#[derive(Debug)]
struct NameVerifier {
    inner: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for NameVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let result = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match &result {
            // The chain is checked before the name, so only the name is wrong here.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => {
                let identity = PeerIdentity::of(end_entity);
                if identity.holds(&server_name.to_str()) { Ok(ServerCertVerified::assertion()) } else { result }
            }
            _ => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

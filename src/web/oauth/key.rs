//! A certificate's key for signing tokens: RSA (RS256) or P-256 (ES256).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha1::{Digest, Sha1};
use x509_parser::prelude::FromDer;

enum Pair {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
}

/// Certificate and key.
pub struct SigningKey {
    /// DER of the certificate.
    pub certificate: Vec<u8>,
    pair: Pair,
}

/// Key id of a certificate in tokens.
pub(super) fn x5t(certificate: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha1::digest(certificate))
}

impl SigningKey {
    /// Reads PEM; the error says what cannot be used.
    pub fn from_pem(certificate: &str, key: &str) -> Result<SigningKey, String> {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(|e| e.to_string())?.to_vec();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|e| e.to_string())?;
        let der = key.secret_der();
        let pair = match RsaKeyPair::from_pkcs8(der) {
            Ok(pair) => Pair::Rsa(Box::new(pair)),
            Err(_) => Pair::P256(
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new())
                    .map_err(|_| "the key is neither RSA nor P-256".to_string())?,
            ),
        };
        Ok(SigningKey { certificate, pair })
    }

    /// Name of the algorithm in a token's header.
    pub(super) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
        }
    }

    /// Signs; `None` when the random numbers fail.
    pub(super) fn sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signed = vec![0; pair.public().modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, data, &mut signed).ok()?;
                Some(signed)
            }
            Pair::P256(pair) => pair.sign(&random, data).ok().map(|s| s.as_ref().to_vec()),
        }
    }
}

/// Whether a signature was made with the key of a certificate.
pub(super) fn verify(certificate: &[u8], algorithm: &str, data: &[u8], signed: &[u8]) -> bool {
    let Ok((_, parsed)) = x509_parser::certificate::X509Certificate::from_der(certificate) else { return false };
    let public = &parsed.public_key().subject_public_key.data;
    let scheme: &'static dyn signature::VerificationAlgorithm = match algorithm {
        "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
        "ES256" => &signature::ECDSA_P256_SHA256_FIXED,
        _ => return false,
    };
    UnparsedPublicKey::new(scheme, public.as_ref()).verify(data, signed).is_ok()
}

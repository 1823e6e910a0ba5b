//! Digest authentication (RFC 3261 22, RFC 7616, RFC 8760): answering challenges and checking answers.

use crate::headers::Challenge;
use md5::{Digest, Md5};
use sha2::Sha256;
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Hash of the Digest scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    /// Reads the `algorithm` parameter; absent means MD5.
    pub fn parse(text: Option<&str>) -> Option<Algorithm> {
        match text.map(str::to_ascii_uppercase).as_deref() {
            None | Some("MD5") => Some(Algorithm::Md5),
            Some("SHA-256") => Some(Algorithm::Sha256),
            _ => None,
        }
    }

    /// Name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    fn hash(self, text: &str) -> String {
        let bytes: Vec<u8> = match self {
            Algorithm::Md5 => Md5::digest(text.as_bytes()).to_vec(),
            Algorithm::Sha256 => Sha256::digest(text.as_bytes()).to_vec(),
        };
        bytes.iter().fold(String::with_capacity(64), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        })
    }
}

/// User name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

/// Response of a digest; `qop_part` is `(nc, cnonce)` with qop=auth.
pub fn response(
    algorithm: Algorithm,
    credentials: &Credentials,
    realm: &str,
    nonce: &str,
    method: &str,
    uri: &str,
    qop_part: Option<(&str, &str)>,
) -> String {
    let ha1 = algorithm.hash(&format!("{}:{realm}:{}", credentials.user, credentials.password));
    let ha2 = algorithm.hash(&format!("{method}:{uri}"));
    match qop_part {
        Some((nc, cnonce)) => algorithm.hash(&format!("{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}")),
        None => algorithm.hash(&format!("{ha1}:{nonce}:{ha2}")),
    }
}

/// Answers a challenge; `None` when its scheme or algorithm is unknown.
pub fn answer(
    challenge: &Challenge,
    credentials: &Credentials,
    method: &str,
    uri: &str,
    count: u32,
) -> Option<Challenge> {
    if !challenge.scheme.eq_ignore_ascii_case("Digest") {
        return None;
    }
    let algorithm = Algorithm::parse(challenge.get("algorithm"))?;
    let (realm, nonce) = (challenge.get("realm")?, challenge.get("nonce")?);
    let with_qop = challenge.get("qop").is_some_and(|q| q.split(',').any(|q| q.trim() == "auth"));
    let nc = format!("{count:08x}");
    let cnonce = format!("{:016x}", rand::random::<u64>());
    let response =
        response(algorithm, credentials, realm, nonce, method, uri, with_qop.then_some((nc.as_str(), cnonce.as_str())));
    let mut answer = Challenge::digest()
        .with("username", &credentials.user)
        .with("realm", realm)
        .with("nonce", nonce)
        .with("uri", uri)
        .with("response", response)
        .with("algorithm", algorithm.name());
    if let Some(opaque) = challenge.get("opaque") {
        answer = answer.with("opaque", opaque);
    }
    if with_qop {
        answer = answer.with("qop", "auth").with("nc", nc).with("cnonce", cnonce);
    }
    Some(answer)
}

/// Checks an answer against the password; realm and nonce are the caller's to check.
pub fn verify(answer: &Challenge, password: &str, method: &str) -> bool {
    let check = || {
        let algorithm = Algorithm::parse(answer.get("algorithm"))?;
        let credentials = Credentials { user: answer.get("username")?.to_string(), password: password.to_string() };
        let qop_part = match answer.get("qop") {
            Some("auth") => Some((answer.get("nc")?, answer.get("cnonce")?)),
            Some(_) => return None,
            None => None,
        };
        let expected = response(
            algorithm,
            &credentials,
            answer.get("realm")?,
            answer.get("nonce")?,
            method,
            answer.get("uri")?,
            qop_part,
        );
        let given = answer.get("response")?;
        // Compared without early exit.
        Some(expected.as_bytes().ct_eq(given.as_bytes()).into())
    };
    check().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_verify_and_agree_with_rsip() {
        let credentials = Credentials { user: "bob".into(), password: "zanzibar".into() };
        for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
            let challenge = Challenge::digest()
                .with("realm", "r")
                .with("nonce", "n")
                .with("algorithm", algorithm.name())
                .with("qop", "auth");
            let answer = answer(&challenge, &credentials, "REGISTER", "sip:r", 1).unwrap();
            assert!(verify(&Challenge::parse(&answer.to_string()).unwrap(), "zanzibar", "REGISTER"));
            assert!(!verify(&answer, "other", "REGISTER"));
            assert!(!verify(&answer, "zanzibar", "INVITE"));
        }
        let uri = rsip::Uri::try_from("sip:r").unwrap();
        let theirs = rsip::services::DigestGenerator {
            username: "bob",
            password: "zanzibar",
            nonce: "n",
            uri: &uri,
            realm: "r",
            method: &rsip::Method::Register,
            qop: None,
            algorithm: rsip::headers::auth::Algorithm::Md5,
        };
        assert_eq!(theirs.compute(), response(Algorithm::Md5, &credentials, "r", "n", "REGISTER", "sip:r", None));
    }
}

//! Keys of certificates, and what a certificate says beyond what the library that writes it can say: a curve that is spelled out,
//! and names in which a kind of part comes more than once.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, SigningKey};

use crate::fault::Fault;

/// What kind of key a certificate gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyKind {
    #[default]
    P256,
    P384,
    /// Length of the modulus.
    Rsa(usize),
}

/// The parameters of P-256 and P-384 spelled out (`ECParameters` of X9.62), hexadecimal.
const P256: &str = "3081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";
const P384: &str = "30820157020101303c06072a8648ce3d0101023100fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff307b0430fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc0430b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef031500a335926aa319a27a1d00896a6773a4827acdac73046104aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f023100ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973020101";
/// `id-ecPublicKey`.
const EC_KEY: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// How SMIMECapabilities (RFC 8551 2.5.2) begins each algorithm: AES with 256, 192 and 128 bits, and triple DES.
const CIPHERS: [&[u8]; 4] = [
    &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a],
    &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16],
    &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02],
    &[0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07],
];

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new("CryptographicException", "CertificateFailed", command::ErrorCategory::InvalidData, error.to_string())
}

impl KeyKind {
    /// Makes a key.
    pub(crate) fn generate(self) -> Result<KeyPair, Fault> {
        match self {
            KeyKind::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed),
            KeyKind::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).map_err(failed),
            KeyKind::Rsa(bits) => {
                let pem = values::types::security::rsa::generate_pem(bits).map_err(failed)?;
                KeyPair::from_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256).map_err(failed)
            }
        }
    }

    fn parameters(self) -> Option<Vec<u8>> {
        let text = match self {
            KeyKind::P256 => P256,
            KeyKind::P384 => P384,
            KeyKind::Rsa(_) => return None,
        };
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
    }
}

/// The value of the extension that says which ciphers the holder can read.
pub(crate) fn smime_capabilities() -> Vec<u8> {
    element(0x30, &CIPHERS.map(|oid| element(0x30, oid)).concat())
}

/// An element of DER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        length @ 0..128 => out.push(u8::try_from(length).unwrap_or_default()),
        length => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
            out.extend(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

/// The first element: all of it, its content, and what follows.
fn split(der: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let first = usize::from(*der.get(1)?);
    let (length, head) = if first < 128 {
        (first, 2)
    } else {
        let count = first & 0x7f;
        let bytes = der.get(2..2 + count).filter(|b| b.len() <= 4)?;
        (bytes.iter().fold(0, |n, b| (n << 8) | usize::from(*b)), 2 + count)
    };
    let end = head.checked_add(length)?;
    Some((der.get(..end)?, der.get(head..end)?, der.get(end..)?))
}

/// The elements of a content.
fn parts(mut content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut found = Vec::new();
    while !content.is_empty() {
        let (whole, _, rest) = split(content)?;
        found.push(whole);
        content = rest;
    }
    Some(found)
}

/// An X.500 name in DER, its parts in the order of the text.
pub(crate) fn name(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (kind, value) in pieces(text) {
        let (oid, tag): (&[u8], u8) = match kind.to_ascii_uppercase().as_str() {
            "C" => (&[0x55, 4, 6], 0x13),
            "O" => (&[0x55, 4, 10], 0x0c),
            "OU" => (&[0x55, 4, 11], 0x0c),
            "L" => (&[0x55, 4, 7], 0x0c),
            "S" | "ST" => (&[0x55, 4, 8], 0x0c),
            "T" | "TITLE" => (&[0x55, 4, 12], 0x0c),
            "G" | "GN" => (&[0x55, 4, 42], 0x0c),
            "SN" => (&[0x55, 4, 4], 0x0c),
            "STREET" => (&[0x55, 4, 9], 0x0c),
            "SERIALNUMBER" => (&[0x55, 4, 5], 0x13),
            "E" | "EMAIL" => (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], 0x16),
            "DC" => (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25], 0x16),
            _ => (&[0x55, 4, 3], 0x0c),
        };
        let pair = [element(0x06, oid), element(tag, value.as_bytes())].concat();
        out.extend(element(0x31, &element(0x30, &pair)));
    }
    element(0x30, &out)
}

/// The parts of a name: kind and value; commas within quotation marks belong to a value.
pub(crate) fn pieces(text: &str) -> Vec<(&str, String)> {
    let mut is_quoted = false;
    let commas = move |c: char| {
        is_quoted ^= c == '"';
        !is_quoted && (c == ',' || c == ';')
    };
    let part = |part: &str| -> Option<(usize, usize)> { Some((part.find('=')?, part.len())) };
    text.split(commas)
        .filter(|p| !p.trim().is_empty())
        .map(|piece| match part(piece) {
            Some((at, _)) => (piece[..at].trim(), piece[at + 1..].trim().trim_matches('"').to_owned()),
            None => ("CN", piece.trim().to_owned()),
        })
        .collect()
}

/// A certificate with other names and, where that is wanted, with the curve of its key spelled out; signed again.
pub(crate) fn rewritten(
    der: &[u8],
    subject: Option<&[u8]>,
    issuer: Option<&[u8]>,
    explicit: Option<KeyKind>,
    signer: &KeyPair,
) -> Result<Vec<u8>, Fault> {
    let done = || -> Option<Vec<u8>> {
        let (_, certificate, _) = split(der)?;
        let (_, body, rest) = split(certificate)?;
        let algorithm = split(rest)?.0;
        // Version, serial number, algorithm, issuer, validity, subject, key, extensions.
        let mut fields: Vec<Vec<u8>> = parts(body)?.into_iter().map(<[u8]>::to_vec).collect();
        if let Some(issuer) = issuer {
            issuer.clone_into(fields.get_mut(3)?);
        }
        if let Some(subject) = subject {
            subject.clone_into(fields.get_mut(5)?);
        }
        if let Some(parameters) = explicit.and_then(KeyKind::parameters) {
            let key = fields.get_mut(6)?;
            let (_, content, _) = split(key)?;
            let point = split(content)?.2;
            *key = element(0x30, &[element(0x30, &[EC_KEY, &parameters].concat()), point.to_vec()].concat());
        }
        let body = element(0x30, &fields.concat());
        let mut signature = vec![0];
        signature.extend(signer.sign(&body).ok()?);
        Some(element(0x30, &[body, algorithm.to_vec(), element(0x03, &signature)].concat()))
    };
    done().ok_or_else(|| failed("the certificate could not be written"))
}

/// The subject of a certificate as it stands there.
pub(crate) fn subject_of(der: &[u8]) -> Option<&[u8]> {
    let (_, certificate, _) = split(der)?;
    parts(split(certificate)?.1)?.get(5).copied()
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::FromDer;

    use super::*;

    #[test]
    fn lengths_and_names() {
        let long = element(0x04, &[7; 300]);
        assert_eq!(&long[..4], &[0x04, 0x82, 0x01, 0x2c]);
        let (whole, content, rest) = split(&long).unwrap();
        assert_eq!((whole.len(), content.len(), rest.len()), (304, 300, 0));
        assert!(split(&long[..100]).is_none());
        let found = pieces("CN=Patti Fuller,O=\"Contoso, Inc\",DC=corp,DC=com");
        assert_eq!(found.len(), 4);
        assert_eq!(found[1], ("O", "Contoso, Inc".to_owned()));
        let written = name("E=p@contoso.com,CN=Patti,DC=corp,DC=com");
        let (rest, parsed) = x509_parser::x509::X509Name::from_der(&written).unwrap();
        assert_eq!((rest.len(), parsed.to_string().as_str()), (0, "Email=p@contoso.com, CN=Patti, DC=corp, DC=com"));
    }
}

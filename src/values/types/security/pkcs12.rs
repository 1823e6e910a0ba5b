//! PKCS #12 (`.pfx`): certificates with a private key, under a password. Written and read with PBES2, as today's programs write
//! it; files of the older ciphers (3DES, RC2) are refused.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::symmetric::{cbc, pbkdf2};

/// What such a file holds.
#[derive(Debug, Default, PartialEq)]
pub struct Contents {
    /// DER forms; the certificate of the key comes first.
    pub certificates: Vec<Vec<u8>>,
    /// PKCS #8 in DER.
    pub key: Option<Vec<u8>>,
}

/// Why a file can't be read.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("The specified network password is not correct.")]
    Password,
    #[error("Cannot find the requested object.")]
    Form,
    #[error("The algorithm {0} of the file is not supported.")]
    Algorithm(String),
}

const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const ENCRYPTED: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
const KEY_BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x01];
const SHROUDED_BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x02];
const CERTIFICATE_BAG: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x03];
const X509: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];
const LOCAL_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x15];
const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
/// `hmacWithSHA1`; SHA-256 and SHA-512 differ in the last byte.
const HMAC: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02];
/// `aes...-CBC`; the last byte says how long the key is.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const SHA1: &[u8] = &[0x2B, 0x0E, 0x03, 0x02, 0x1A];
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
/// Rounds of the key derivation, as .NET writes.
const ROUNDS: u32 = 2000;

/// An element of DER.
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|p| p.len()).sum();
    let mut made = vec![tag];
    match length {
        0..=0x7F => made.push(u8::try_from(length).unwrap_or(0)),
        _ => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
            made.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
            made.extend(bytes);
        }
    }
    parts.iter().for_each(|part| made.extend_from_slice(part));
    made
}

/// A sequence of elements.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, parts)
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    element(0x06, &[bytes])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    element(0x04, &[bytes])
}

/// A number.
pub fn integer(number: u32) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(3);
    let lead: &[u8] = if bytes[start] & 0x80 == 0 { &[] } else { &[0] };
    element(0x02, &[lead, &bytes[start..]])
}

/// `data` around octets.
fn data(bytes: &[u8]) -> Vec<u8> {
    sequence(&[&oid(DATA), &element(0xA0, &[&octets(bytes)])])
}

/// Reads elements one after another.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// Tag and contents of the next element.
    fn next(&mut self) -> Result<(u8, &'a [u8]), Fault> {
        let (&tag, rest) = self.0.split_first().ok_or(Fault::Form)?;
        let (&first, mut rest) = rest.split_first().ok_or(Fault::Form)?;
        let mut length = usize::from(first);
        if first & 0x80 != 0 {
            let count = usize::from(first & 0x7F);
            if count == 0 || count > 4 || rest.len() < count {
                return Err(Fault::Form);
            }
            length = rest[..count].iter().fold(0, |n, b| n << 8 | usize::from(*b));
            rest = &rest[count..];
        }
        if rest.len() < length {
            return Err(Fault::Form);
        }
        self.0 = &rest[length..];
        Ok((tag, &rest[..length]))
    }

    /// The contents of the next element, which must have a tag.
    fn take(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        match self.next()? {
            (found, contents) if found == tag => Ok(contents),
            _ => Err(Fault::Form),
        }
    }

    fn inside(&mut self, tag: u8) -> Result<Der<'a>, Fault> {
        self.take(tag).map(Der)
    }

    fn number(&mut self) -> Result<u32, Fault> {
        let bytes = self.take(0x02)?;
        if bytes.len() > 5 {
            return Err(Fault::Form);
        }
        u32::try_from(bytes.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b))).map_err(|_| Fault::Form)
    }
}

/// Digests with which keys are derived.
#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    fn mac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        fn run<M: Mac + hmac::digest::KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
            // A key of any length fits an HMAC.
            <M as hmac::digest::KeyInit>::new_from_slice(key).map_or_else(
                |_| Vec::new(),
                |mut mac| {
                    parts.iter().for_each(|part| mac.update(part));
                    mac.finalize().into_bytes().to_vec()
                },
            )
        }
        match self {
            Hash::Sha1 => run::<Hmac<Sha1>>(key, parts),
            Hash::Sha256 => run::<Hmac<Sha256>>(key, parts),
            Hash::Sha512 => run::<Hmac<Sha512>>(key, parts),
        }
    }

    /// Length of the digest and of the blocks that it works on.
    fn sizes(self) -> (usize, usize) {
        match self {
            Hash::Sha1 => (20, 64),
            Hash::Sha256 => (32, 64),
            Hash::Sha512 => (64, 128),
        }
    }
}

/// The key of the file's seal: RFC 7292, appendix B, for purpose 3.
fn seal_key(hash: Hash, password: &str, salt: &[u8], rounds: u32) -> Vec<u8> {
    let (_, block) = hash.sizes();
    let secret: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let length = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(length).collect()
    };
    let mut start = vec![3; block];
    start.extend(filled(salt));
    start.extend(filled(&secret));
    // A seal's key is as long as one digest, so that one turn is enough.
    let mut key = hash.digest(&start);
    for _ in 1..rounds {
        key = hash.digest(&key);
    }
    key
}

/// The algorithm's description and the bytes under it.
fn encrypt(password: &str, bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let (salt, iv): ([u8; 16], [u8; 16]) = (rand::random(), rand::random());
    let key = pbkdf2("SHA256", password.as_bytes(), &salt, ROUNDS, 32);
    let prf = sequence(&[&oid(&[HMAC, &[9]].concat()), &element(0x05, &[])]);
    let derivation = sequence(&[&oid(PBKDF2), &sequence(&[&octets(&salt), &integer(ROUNDS), &prf])]);
    let scheme = sequence(&[&oid(&[AES, &[42]].concat()), &octets(&iv)]);
    let algorithm = sequence(&[&oid(PBES2), &sequence(&[&derivation, &scheme])]);
    Ok((algorithm, cbc(&key, &iv, bytes, true).ok_or(Fault::Form)?))
}

fn decrypt(password: &str, mut algorithm: Der<'_>, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let unknown = |bytes: &[u8]| Fault::Algorithm(bytes.iter().map(|b| format!("{b:02X}")).collect());
    let name = algorithm.take(0x06)?;
    if name != PBES2 {
        return Err(unknown(name));
    }
    let mut parameters = algorithm.inside(0x30)?;
    let (mut derivation, mut scheme) = (parameters.inside(0x30)?, parameters.inside(0x30)?);
    let name = derivation.take(0x06)?;
    if name != PBKDF2 {
        return Err(unknown(name));
    }
    let mut derivation = derivation.inside(0x30)?;
    let (salt, rounds) = (derivation.take(0x04)?, derivation.number()?);
    let mut hash = "SHA1";
    while let Ok((tag, contents)) = derivation.next() {
        // The key's length may stand before the digest.
        if tag == 0x30 {
            let name = Der(contents).take(0x06)?;
            hash = match name.strip_prefix(HMAC) {
                Some([7]) => "SHA1",
                Some([9]) => "SHA256",
                Some([10]) => "SHA384",
                Some([11]) => "SHA512",
                _ => return Err(unknown(name)),
            };
        }
    }
    let name = scheme.take(0x06)?;
    let length = match name.strip_prefix(AES) {
        Some([2]) => 16,
        Some([22]) => 24,
        Some([42]) => 32,
        _ => return Err(unknown(name)),
    };
    let key = pbkdf2(hash, password.as_bytes(), salt, rounds, length);
    // Bytes that do not end as they should were written under another password.
    cbc(&key, scheme.take(0x04)?, bytes, false).ok_or(Fault::Password)
}

/// The file's bytes.
pub fn write(contents: &Contents, password: &str) -> Result<Vec<u8>, Fault> {
    let mark = contents.certificates.first().map(|der| Sha1::digest(der).to_vec()).unwrap_or_default();
    let local = sequence(&[&oid(LOCAL_KEY), &element(0x31, &[&octets(&mark)])]);
    let mut bags = Vec::new();
    for (at, der) in contents.certificates.iter().enumerate() {
        let certificate = sequence(&[&oid(X509), &element(0xA0, &[&octets(der)])]);
        let value = element(0xA0, &[&certificate]);
        let attributes = if at == 0 && contents.key.is_some() { element(0x31, &[&local]) } else { Vec::new() };
        bags.extend(sequence(&[&oid(CERTIFICATE_BAG), &value, &attributes]));
    }
    let (algorithm, hidden) = encrypt(password, &sequence(&[&bags]))?;
    let content = sequence(&[&oid(DATA), &algorithm, &element(0x80, &[&hidden])]);
    let encrypted = sequence(&[&oid(ENCRYPTED), &element(0xA0, &[&sequence(&[&integer(0), &content])])]);
    let mut safe = encrypted;
    if let Some(key) = &contents.key {
        let (algorithm, hidden) = encrypt(password, key)?;
        let shrouded = sequence(&[&algorithm, &octets(&hidden)]);
        let bag = sequence(&[&oid(SHROUDED_BAG), &element(0xA0, &[&shrouded]), &element(0x31, &[&local])]);
        safe.extend(data(&sequence(&[&bag])));
    }
    let safe = sequence(&[&safe]);
    let salt: [u8; 16] = rand::random();
    let seal = Hash::Sha256.mac(&seal_key(Hash::Sha256, password, &salt, ROUNDS), &[&safe]);
    let digest = sequence(&[&sequence(&[&oid(&[SHA2, &[1]].concat()), &element(0x05, &[])]), &octets(&seal)]);
    let sealed = sequence(&[&digest, &octets(&salt), &integer(ROUNDS)]);
    Ok(sequence(&[&integer(3), &data(&safe), &sealed]))
}

/// What a file holds.
pub fn read(bytes: &[u8], password: &str) -> Result<Contents, Fault> {
    let mut file = Der(bytes).inside(0x30)?;
    if file.number()? != 3 {
        return Err(Fault::Form);
    }
    let mut content = file.inside(0x30)?;
    if content.take(0x06)? != DATA {
        return Err(Fault::Form);
    }
    let safe = content.inside(0xA0)?.take(0x04)?;
    if let Ok(mut sealed) = file.inside(0x30) {
        check_seal(&mut sealed, password, safe)?;
    }
    let mut contents = Contents::default();
    let mut parts = Der(safe).inside(0x30)?;
    while !parts.0.is_empty() {
        let mut part = parts.inside(0x30)?;
        let kind = part.take(0x06)?;
        let mut inner = part.inside(0xA0)?;
        let plain = match kind {
            k if k == DATA => inner.take(0x04)?.to_vec(),
            k if k == ENCRYPTED => {
                let mut encrypted = inner.inside(0x30)?;
                encrypted.number()?;
                let mut content = encrypted.inside(0x30)?;
                content.take(0x06)?;
                let algorithm = content.inside(0x30)?;
                decrypt(password, algorithm, content.take(0x80)?)?
            }
            _ => continue,
        };
        let mut bags = Der(&plain).inside(0x30)?;
        while !bags.0.is_empty() {
            read_bag(bags.inside(0x30)?, password, &mut contents)?;
        }
    }
    Ok(contents)
}

fn read_bag(mut bag: Der<'_>, password: &str, contents: &mut Contents) -> Result<(), Fault> {
    let kind = bag.take(0x06)?;
    let mut value = bag.inside(0xA0)?;
    let is_of_key = bag.0.windows(LOCAL_KEY.len()).any(|w| w == LOCAL_KEY);
    match kind {
        k if k == CERTIFICATE_BAG => {
            let mut certificate = value.inside(0x30)?;
            if certificate.take(0x06)? == X509 {
                let der = certificate.inside(0xA0)?.take(0x04)?.to_vec();
                let at = if is_of_key { 0 } else { contents.certificates.len() };
                contents.certificates.insert(at, der);
            }
        }
        k if k == SHROUDED_BAG => {
            let mut shrouded = value.inside(0x30)?;
            let algorithm = shrouded.inside(0x30)?;
            contents.key = Some(decrypt(password, algorithm, shrouded.take(0x04)?)?);
        }
        k if k == KEY_BAG => contents.key = Some(value.0.to_vec()),
        _ => {}
    }
    Ok(())
}

fn check_seal(sealed: &mut Der<'_>, password: &str, safe: &[u8]) -> Result<(), Fault> {
    let mut digest = sealed.inside(0x30)?;
    let name = digest.inside(0x30)?.take(0x06)?;
    let hash = match name {
        n if n == SHA1 => Hash::Sha1,
        n => match n.strip_prefix(SHA2) {
            Some([1]) => Hash::Sha256,
            Some([3]) => Hash::Sha512,
            _ => return Err(Fault::Algorithm(n.iter().map(|b| format!("{b:02X}")).collect())),
        },
    };
    let wanted = digest.take(0x04)?;
    let salt = sealed.take(0x04)?;
    let rounds = if sealed.0.is_empty() { 1 } else { sealed.number()? };
    let made = hash.mac(&seal_key(hash, password, salt, rounds), &[safe]);
    if made == wanted { Ok(()) } else { Err(Fault::Password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let contents = Contents { certificates: vec![vec![1; 300], vec![2; 40]], key: Some(vec![3; 70]) };
        let file = write(&contents, "gr\u{fc}n").unwrap();
        assert_eq!(read(&file, "gr\u{fc}n").unwrap(), contents);
        assert_eq!(read(&file, "other"), Err(Fault::Password));
        assert_eq!(read(&file[..40], "gr\u{fc}n"), Err(Fault::Form));
    }
}

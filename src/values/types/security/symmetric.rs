//! System.Security.Cryptography: Aes, its transforms, CryptoStream, Rfc2898DeriveBytes.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use hmac::{Hmac, Mac};

use crate::error::Result;
use crate::types::io::stream::{Code, Coded};
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold, hold_named};
use crate::value::Value;

/// Key, vector and how blocks are chained and filled.
#[derive(Clone)]
struct Cipher {
    key: Vec<u8>,
    iv: Vec<u8>,
    /// System.Security.Cryptography.CipherMode: CBC 1, ECB 2.
    mode: i64,
    /// PaddingMode: None 1, PKCS7 2, Zeros 3, ANSIX923 4, ISO10126 5.
    padding: i64,
}
impl State for Cipher {}

/// One direction of a cipher, with the bytes that wait for their block.
#[derive(Clone)]
struct Transform {
    cipher: Cipher,
    encrypts: bool,
    waiting: Vec<u8>,
}
impl State for Transform {}

const BLOCK: usize = 16;

fn random(count: usize) -> Vec<u8> {
    (0..count).map(|_| rand::random()).collect()
}

fn bad<T>(text: &str) -> Result<T> {
    fail::named("System.Security.Cryptography.CryptographicException", text).throw()
}

/// Runs whole blocks through the cipher.
fn blocks(cipher: &Cipher, data: &[u8], encrypts: bool) -> Option<Vec<u8>> {
    macro_rules! run {
        ($aes:ty) => {{
            let mut aes = <$aes>::new_from_slice(&cipher.key).ok()?;
            let mut step = |block: &mut [u8]| {
                let block = GenericArray::from_mut_slice(block);
                if encrypts { aes.encrypt_block_mut(block) } else { aes.decrypt_block_mut(block) }
            };
            chained(cipher, data, encrypts, &mut step)
        }};
    }
    Some(match cipher.key.len() {
        16 => run!(Aes128),
        24 => run!(Aes192),
        _ => run!(Aes256),
    })
}

/// Each block with the one before it (CBC), or by itself (ECB).
fn chained(cipher: &Cipher, data: &[u8], encrypts: bool, step: &mut dyn FnMut(&mut [u8])) -> Vec<u8> {
    let mut whole = data.to_vec();
    let mut before = cipher.iv.clone();
    let mix = |block: &mut [u8], other: &[u8]| block.iter_mut().zip(other).for_each(|(b, o)| *b ^= o);
    for block in whole.chunks_exact_mut(BLOCK) {
        let is_chained = cipher.mode == 1;
        let raw = block.to_vec();
        if is_chained && encrypts {
            mix(block, &before);
        }
        step(block);
        if is_chained {
            if !encrypts {
                mix(block, &before);
            }
            before = if encrypts { block.to_vec() } else { raw };
        }
    }
    whole
}

fn padded(mut data: Vec<u8>, padding: i64) -> Result<Vec<u8>> {
    let rest = data.len() % BLOCK;
    let fill = BLOCK - rest;
    match padding {
        1 if rest != 0 => return bad("The input data is not a complete block."),
        1 => {}
        3 if rest == 0 => {}
        3 => data.resize(data.len() + fill, 0),
        4 => {
            data.resize(data.len() + fill - 1, 0);
            data.push(fill as u8);
        }
        5 => {
            data.extend(random(fill - 1));
            data.push(fill as u8);
        }
        _ => data.resize(data.len() + fill, fill as u8),
    }
    Ok(data)
}

fn unpadded(mut data: Vec<u8>, padding: i64) -> Result<Vec<u8>> {
    if padding == 1 || padding == 3 || data.is_empty() && padding != 2 {
        return Ok(data);
    }
    let fill = data.last().map_or(0, |b| usize::from(*b));
    let body = data.len().saturating_sub(fill);
    let is_right = (1..=BLOCK).contains(&fill)
        && fill <= data.len()
        && match padding {
            2 => data[body..].iter().all(|b| usize::from(*b) == fill),
            4 => data[body..data.len() - 1].iter().all(|b| *b == 0),
            _ => true,
        };
    if !is_right {
        return bad("Padding is invalid and cannot be removed.");
    }
    data.truncate(body);
    Ok(data)
}

impl Cipher {
    fn new() -> Cipher {
        Cipher { key: random(32), iv: random(BLOCK), mode: 1, padding: 2 }
    }

    fn run(&self, data: &[u8], encrypts: bool) -> Result<Vec<u8>> {
        if !matches!(self.mode, 1 | 2) {
            return bad("The specified cipher mode is not supported; CBC and ECB are.");
        }
        if encrypts {
            let data = padded(data.to_vec(), self.padding)?;
            return blocks(self, &data, true)
                .map_or_else(|| bad("Specified key is not a valid size for this algorithm."), Ok);
        }
        if !data.len().is_multiple_of(BLOCK) {
            return bad("The input data is not a complete block.");
        }
        let plain = blocks(self, data, false);
        plain
            .map_or_else(|| bad("Specified key is not a valid size for this algorithm."), |p| unpadded(p, self.padding))
    }
}

/// Bytes through AES with chained blocks, filled up to whole ones; `None` when they or the key do not fit.
pub(super) fn cbc(key: &[u8], iv: &[u8], data: &[u8], encrypts: bool) -> Option<Vec<u8>> {
    let cipher = Cipher { key: key.to_vec(), iv: iv.to_vec(), mode: 1, padding: 2 };
    if iv.len() != BLOCK { None } else { cipher.run(data, encrypts).ok() }
}

fn set_key(cipher: &mut Cipher, key: Vec<u8>) -> Result<()> {
    if !matches!(key.len(), 16 | 24 | 32) {
        return bad("Specified key is not a valid size for this algorithm.");
    }
    cipher.key = key;
    Ok(())
}

fn set_iv(cipher: &mut Cipher, iv: Vec<u8>) -> Result<()> {
    if iv.len() != BLOCK {
        return bad("Specified initialization vector (IV) does not match the block size for this algorithm.");
    }
    cipher.iv = iv;
    Ok(())
}

fn transform(c: &mut Call<'_>, encrypts: bool) -> Result {
    let mut cipher = c.with(|s: &mut Cipher| s.clone())?;
    if c.count() == 2 {
        set_key(&mut cipher, c.bytes(0))?;
        if c.has(1) {
            set_iv(&mut cipher, c.bytes(1))?;
        }
    }
    Ok(hold_named("System.Security.Cryptography.ICryptoTransform", Transform { cipher, encrypts, waiting: Vec::new() }))
}

/// `EncryptCbc(bytes, iv, padding)` and its like.
fn at_once(c: &mut Call<'_>, encrypts: bool, mode: i64) -> Result {
    let mut cipher = c.with(|s: &mut Cipher| s.clone())?;
    cipher.mode = mode;
    if mode == 1 {
        set_iv(&mut cipher, c.bytes(1))?;
    }
    cipher.padding = c.named_int("paddingMode").unwrap_or(2);
    cipher.run(&c.bytes(0), encrypts).map(|b| Value::bytes(&b))
}

fn part(c: &Call<'_>) -> Result<Vec<u8>> {
    let (bytes, from, count) = (c.bytes(0), c.long(1), c.long(2));
    let found = usize::try_from(from).ok().zip(usize::try_from(count).ok());
    match found.and_then(|(from, count)| bytes.get(from..from.checked_add(count)?)) {
        Some(part) => Ok(part.to_vec()),
        None => fail::argument("Value was invalid.", "").throw(),
    }
}

const AES: &[(&str, Behaviour)] = &[
    ("new", |c| Ok(hold(c.ty, Cipher::new()))),
    ("::Create", |c| Ok(hold(c.ty, Cipher::new()))),
    ("Key", |c| c.with(|s: &mut Cipher| Value::bytes(&s.key))),
    ("Key=", |c| {
        let key = c.bytes(0);
        c.with(|s: &mut Cipher| set_key(s, key))??;
        Ok(Value::Void)
    }),
    ("IV", |c| c.with(|s: &mut Cipher| Value::bytes(&s.iv))),
    ("IV=", |c| {
        let iv = c.bytes(0);
        c.with(|s: &mut Cipher| set_iv(s, iv))??;
        Ok(Value::Void)
    }),
    ("SetKey", |c| {
        let key = c.bytes(0);
        c.with(|s: &mut Cipher| set_key(s, key))??;
        Ok(Value::Void)
    }),
    ("KeySize", |c| c.with(|s: &mut Cipher| Value::I32(s.key.len() as i32 * 8))),
    ("KeySize=", |c| {
        let bits = c.long(0);
        if !matches!(bits, 128 | 192 | 256) {
            return bad("Specified key is not a valid size for this algorithm.");
        }
        c.with(|s: &mut Cipher| s.key = random(bits as usize / 8))?;
        Ok(Value::Void)
    }),
    ("BlockSize", |_| Ok(Value::I32(128))),
    ("BlockSize=", |c| {
        if c.long(0) == 128 { Ok(Value::Void) } else { bad("Specified block size is not valid for this algorithm.") }
    }),
    ("FeedbackSize", |_| Ok(Value::I32(8))),
    ("Mode", |c| c.with(|s: &mut Cipher| mode_value("CipherMode", s.mode))),
    ("Mode=", |c| {
        let mode = c.long(0);
        if !(1..=5).contains(&mode) || mode == 3 {
            return bad("Specified cipher mode is not valid for this algorithm.");
        }
        c.with(|s: &mut Cipher| s.mode = mode)?;
        Ok(Value::Void)
    }),
    ("Padding", |c| c.with(|s: &mut Cipher| mode_value("PaddingMode", s.padding))),
    ("Padding=", |c| {
        let padding = c.long(0);
        if !(1..=5).contains(&padding) {
            return bad("Specified padding mode is not valid for this algorithm.");
        }
        c.with(|s: &mut Cipher| s.padding = padding)?;
        Ok(Value::Void)
    }),
    ("ValidKeySize", |c| Ok(Value::Bool(matches!(c.long(0), 128 | 192 | 256)))),
    ("GenerateKey", |c| {
        c.with(|s: &mut Cipher| s.key = random(s.key.len()))?;
        Ok(Value::Void)
    }),
    ("GenerateIV", |c| {
        c.with(|s: &mut Cipher| s.iv = random(BLOCK))?;
        Ok(Value::Void)
    }),
    ("CreateEncryptor", |c| transform(c, true)),
    ("CreateDecryptor", |c| transform(c, false)),
    ("EncryptCbc", |c| at_once(c, true, 1)),
    ("DecryptCbc", |c| at_once(c, false, 1)),
    ("EncryptEcb", |c| at_once(c, true, 2)),
    ("DecryptEcb", |c| at_once(c, false, 2)),
    ("GetCiphertextLengthCbc", |c| Ok(Value::I32(coded_length(c)))),
    ("GetCiphertextLengthEcb", |c| Ok(Value::I32(coded_length(c)))),
    ("Clear", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

fn coded_length(c: &Call<'_>) -> i32 {
    let n = c.int(0);
    if matches!(c.named_int("paddingMode"), Some(1 | 3)) { (n + 15) / 16 * 16 } else { (n / 16 + 1) * 16 }
}

fn mode_value(name: &str, n: i64) -> Value {
    crate::types::system::enumeration::make(&format!("System.Security.Cryptography.{name}"), n)
}

const TRANSFORM: &[(&str, Behaviour)] = &[
    ("InputBlockSize", |_| Ok(Value::I32(BLOCK as i32))),
    ("OutputBlockSize", |_| Ok(Value::I32(BLOCK as i32))),
    ("CanReuseTransform", |_| Ok(Value::Bool(true))),
    ("CanTransformMultipleBlocks", |_| Ok(Value::Bool(true))),
    ("TransformFinalBlock", |c| {
        let more = part(c)?;
        c.with(|t: &mut Transform| {
            let mut whole = std::mem::take(&mut t.waiting);
            whole.extend(more);
            t.cipher.run(&whole, t.encrypts).map(|b| Value::bytes(&b))
        })?
    }),
    // What came is kept until the final block: the result is the same, later.
    ("TransformBlock", |c| {
        let more = part(c)?;
        c.with(|t: &mut Transform| t.waiting.extend(more))?;
        Ok(Value::I32(0))
    }),
    ("Dispose", |_| Ok(Value::Void)),
];

/// `CryptoStream(stream, transform, mode[, leaveOpen])`.
fn open(c: &mut Call<'_>) -> Result {
    let base = c.arg(0).clone();
    let writes = c.long(2) == 1;
    let leaves_open = c.count() > 3 && c.bool(3);
    let Some(transform) = crate::types::state_of::<Transform>(c.arg(1)) else { return fail::null("transform").throw() };
    let code: Code = Box::new(move |bytes| transform.cipher.run(bytes, transform.encrypts));
    Ok(hold(c.ty, Coded::over(base, code, writes, leaves_open)))
}

/// PBKDF2 as a stream of bytes.
struct Derived {
    password: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    hash: String,
    given: usize,
}
impl State for Derived {}

/// A key made of a password.
pub(super) fn pbkdf2(hash: &str, password: &[u8], salt: &[u8], rounds: u32, length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 64);
    let mut index = 1_u32;
    while out.len() < length {
        let mac = |data: &[&[u8]]| -> Vec<u8> {
            macro_rules! run {
                ($hash:ty) => {
                    match <Hmac<$hash> as Mac>::new_from_slice(password) {
                        Ok(mut mac) => {
                            data.iter().for_each(|d| mac.update(d));
                            mac.finalize().into_bytes().to_vec()
                        }
                        Err(_) => Vec::new(),
                    }
                };
            }
            match hash {
                "SHA256" => run!(sha2::Sha256),
                "SHA384" => run!(sha2::Sha384),
                "SHA512" => run!(sha2::Sha512),
                "MD5" => run!(md5::Md5),
                _ => run!(sha1::Sha1),
            }
        };
        let mut last = mac(&[salt, &index.to_be_bytes()]);
        let mut block = last.clone();
        for _ in 1..rounds {
            last = mac(&[&last]);
            block.iter_mut().zip(&last).for_each(|(b, l)| *b ^= l);
        }
        out.extend(block);
        index += 1;
    }
    out.truncate(length);
    out
}

fn secret(c: &Call<'_>, at: usize) -> Vec<u8> {
    match c.arg(at).as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => c.bytes(at),
    }
}

fn hash_name(c: &Call<'_>) -> String {
    c.named("hashAlgorithm").map_or_else(|| "SHA1".to_string(), |v| crate::convert::to_display(&v).to_ascii_uppercase())
}

const DERIVED: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let salt = match c.named_int("saltSize") {
            Some(n) => random(n.clamp(0, 1 << 16) as usize),
            None => c.bytes(1),
        };
        let rounds = c.named_int("iterations").unwrap_or(1000);
        let Some(rounds) = u32::try_from(rounds).ok().filter(|n| *n > 0) else {
            return fail::range("Positive number required.", "iterations").throw();
        };
        Ok(hold(c.ty, Derived { password: secret(c, 0), salt, rounds, hash: hash_name(c), given: 0 }))
    }),
    ("GetBytes", |c| {
        let count = c.long(0).clamp(0, 1 << 24) as usize;
        c.with(|d: &mut Derived| {
            let all = pbkdf2(&d.hash, &d.password, &d.salt, d.rounds, d.given + count);
            let part = Value::bytes(&all[d.given..]);
            d.given += count;
            part
        })
    }),
    ("Salt", |c| c.with(|d: &mut Derived| Value::bytes(&d.salt))),
    ("IterationCount", |c| c.with(|d: &mut Derived| Value::I32(d.rounds as i32))),
    ("Reset", |c| {
        c.with(|d: &mut Derived| d.given = 0)?;
        Ok(Value::Void)
    }),
    ("Dispose", |_| Ok(Value::Void)),
    ("::Pbkdf2", |c| {
        let length = c.named_int("outputLength").unwrap_or(0).clamp(0, 1 << 24) as usize;
        let rounds = c.named_int("iterations").unwrap_or(1).clamp(1, i64::from(u32::MAX)) as u32;
        Ok(Value::bytes(&pbkdf2(&hash_name(c), &secret(c, 0), &c.bytes(1), rounds, length)))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Security.Cryptography.Aes", like: &[], members: AES },
    TypeDef {
        name: "System.Security.Cryptography.AesManaged",
        like: &["System.Security.Cryptography.Aes"],
        members: &[],
    },
    TypeDef {
        name: "System.Security.Cryptography.AesCryptoServiceProvider",
        like: &["System.Security.Cryptography.Aes"],
        members: &[],
    },
    TypeDef {
        name: "System.Security.Cryptography.RijndaelManaged",
        like: &["System.Security.Cryptography.Aes"],
        members: &[],
    },
    TypeDef { name: "System.Security.Cryptography.ICryptoTransform", like: &[], members: TRANSFORM },
    TypeDef {
        name: "System.Security.Cryptography.CryptoStream",
        like: &["System.IO.Stream"],
        members: &[("new", |c| open(c))],
    },
    TypeDef { name: "System.Security.Cryptography.Rfc2898DeriveBytes", like: &[], members: DERIVED },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn known_answers() {
        // FIPS 197, appendix C.1; RFC 6070.
        let key: Vec<u8> = (0..16).collect();
        let plain: Vec<u8> = (0..16).map(|n| n * 0x11).collect();
        let cipher = Cipher { key, iv: vec![0; 16], mode: 2, padding: 1 };
        let coded = cipher.run(&plain, true).ok().unwrap();
        assert_eq!(hex(&coded), "69c4e0d86a7b0430d8cdb78070b4c55a");
        assert_eq!(cipher.run(&coded, false).ok().unwrap(), plain);
        assert_eq!(hex(&pbkdf2("SHA1", b"password", b"salt", 2, 20)), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    }

    #[test]
    fn paddings_come_off_again() {
        for padding in [2, 4, 5] {
            for length in [0, 1, 15, 16, 17] {
                let cipher = Cipher { padding, ..Cipher::new() };
                let coded = cipher.run(&vec![7; length], true).ok().unwrap();
                assert_eq!(cipher.run(&coded, false).ok().unwrap(), vec![7; length], "{padding} {length}");
            }
        }
    }
}

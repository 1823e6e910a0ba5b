//! System.Security.Cryptography: MD5, SHA1, SHA2, their HMACs, random numbers.

use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold};
use crate::value::Value;

/// The state of a hash algorithm: its name, the key of an HMAC, the last result.
struct Hasher {
    name: &'static str,
    key: Option<Vec<u8>>,
    last: Vec<u8>,
}
impl State for Hasher {}

fn digest(name: &str, bytes: &[u8]) -> Vec<u8> {
    match name {
        "MD5" => Md5::digest(bytes).to_vec(),
        "SHA1" => Sha1::digest(bytes).to_vec(),
        "SHA384" => Sha384::digest(bytes).to_vec(),
        "SHA512" => Sha512::digest(bytes).to_vec(),
        _ => Sha256::digest(bytes).to_vec(),
    }
}

fn keyed(name: &str, key: &[u8], bytes: &[u8]) -> Vec<u8> {
    macro_rules! mac {
        ($hash:ty) => {
            match <Hmac<$hash> as Mac>::new_from_slice(key) {
                Ok(mut mac) => {
                    mac.update(bytes);
                    mac.finalize().into_bytes().to_vec()
                }
                Err(_) => Vec::new(),
            }
        };
    }
    match name {
        "MD5" => mac!(Md5),
        "SHA1" => mac!(Sha1),
        "SHA384" => mac!(Sha384),
        "SHA512" => mac!(Sha512),
        _ => mac!(Sha256),
    }
}

/// The algorithm that a type's name ends in.
fn algorithm(text: &str) -> &'static str {
    let text = text.to_ascii_uppercase().replace('-', "");
    ["SHA384", "SHA512", "SHA256", "SHA1", "MD5"].into_iter().find(|n| text.contains(n)).unwrap_or("SHA256")
}

fn create(c: &mut Call<'_>) -> Result {
    let own = c.ty.name_only();
    let name = if matches!(own, "HashAlgorithm" | "HMAC") { algorithm(&c.str(0)) } else { algorithm(own) };
    let is_keyed = own.starts_with("HMAC");
    let key = is_keyed
        .then(|| if c.has(0) && own != "HMAC" { c.bytes(0) } else { (0..64).map(|_| rand::random()).collect() });
    Ok(hold(c.ty, Hasher { name, key, last: Vec::new() }))
}

/// The bytes of a `byte[]`, a part of one, or a stream.
fn input(c: &mut Call<'_>) -> Result<Vec<u8>> {
    if !c.has(0) {
        return fail::null("buffer").throw();
    }
    if c.arg(0).as_array().is_none() {
        return crate::types::io::stream::with(c.arg(0), |s| s.read(usize::MAX >> 1))?;
    }
    let bytes = c.bytes(0);
    if c.count() == 3 {
        return Ok(bytes
            .get(c.long(1).max(0) as usize..)
            .and_then(|b| b.get(..c.long(2).max(0) as usize))
            .unwrap_or_default()
            .to_vec());
    }
    Ok(bytes)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::Create", |c| create(c)),
    ("new", |c| create(c)),
    ("::HashData", |c| {
        let name = algorithm(c.ty.name_only());
        if c.ty.name_only().starts_with("HMAC") {
            let (key, bytes) = (c.bytes(0), c.bytes(1));
            return Ok(Value::bytes(&keyed(name, &key, &bytes)));
        }
        let bytes = input(c)?;
        Ok(Value::bytes(&digest(name, &bytes)))
    }),
    ("ComputeHash", |c| {
        let bytes = input(c)?;
        c.with(|h: &mut Hasher| {
            h.last = match &h.key {
                Some(key) => keyed(h.name, key, &bytes),
                None => digest(h.name, &bytes),
            };
            Value::bytes(&h.last)
        })
    }),
    ("Hash", |c| c.with(|h: &mut Hasher| Value::bytes(&h.last))),
    ("HashSize", |c| c.with(|h: &mut Hasher| Value::I32(digest(h.name, &[]).len() as i32 * 8))),
    ("HashName", |c| c.with(|h: &mut Hasher| Value::from(h.name))),
    ("Key", |c| c.with(|h: &mut Hasher| h.key.as_ref().map_or(Value::Null, |k| Value::bytes(k)))),
    ("Key=", |c| {
        let key = c.bytes(0);
        c.with(|h: &mut Hasher| h.key = Some(key))?;
        Ok(Value::Void)
    }),
    ("Initialize", |_| Ok(Value::Void)),
    ("Clear", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

macro_rules! hashes {
    ($($name:literal),*) => {
        pub static TYPES: &[TypeDef] = &[
            TypeDef { name: "System.Security.Cryptography.HashAlgorithm", like: &[], members: MEMBERS },
            $(TypeDef { name: concat!("System.Security.Cryptography.", $name), like: &["System.Security.Cryptography.HashAlgorithm"], members: &[] },)*
            TypeDef {
                name: "System.Security.Cryptography.RandomNumberGenerator",
                like: &[],
                members: &[
                    ("::Create", |c| Ok(hold(c.ty, Hasher { name: "", key: None, last: Vec::new() }))),
                    ("::GetBytes", |c| {
                        if let Some(target) = c.arg(0).as_array() {
                            target.lock().iter_mut().for_each(|slot| *slot = Value::U8(rand::random()));
                            return Ok(Value::Void);
                        }
                        let bytes: Vec<u8> = (0..c.long(0).max(0)).map(|_| rand::random()).collect();
                        Ok(Value::bytes(&bytes))
                    }),
                    ("::Fill", |c| {
                        if let Some(target) = c.arg(0).as_array() {
                            target.lock().iter_mut().for_each(|slot| *slot = Value::U8(rand::random()));
                        }
                        Ok(Value::Void)
                    }),
                    ("GetBytes", |c| {
                        if let Some(target) = c.arg(0).as_array() {
                            target.lock().iter_mut().for_each(|slot| *slot = Value::U8(rand::random()));
                        }
                        Ok(Value::Void)
                    }),
                    ("::GetInt32", |c| {
                        let (low, high) = if c.count() == 2 { (c.long(0), c.long(1)) } else { (0, c.long(0)) };
                        if low >= high {
                            return fail::argument("Range of random number does not contain at least one possibility.", "").throw();
                        }
                        Ok(Value::I32((low + (rand::random::<u64>() % (high - low) as u64) as i64) as i32))
                    }),
                    ("Dispose", |_| Ok(Value::Void)),
                ],
            },
        ];
    };
}

hashes!(
    "MD5",
    "SHA1",
    "SHA256",
    "SHA384",
    "SHA512",
    "MD5CryptoServiceProvider",
    "SHA1CryptoServiceProvider",
    "SHA1Managed",
    "SHA256CryptoServiceProvider",
    "SHA256Managed",
    "SHA384Managed",
    "SHA512CryptoServiceProvider",
    "SHA512Managed",
    "HMAC",
    "HMACMD5",
    "HMACSHA1",
    "HMACSHA256",
    "HMACSHA384",
    "HMACSHA512"
);

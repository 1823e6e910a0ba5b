//! System.Security.Cryptography.RSA: keys, encryption and signatures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, fail, hold, hold_named};
use crate::value::Value;

/// A key; made when it is first needed, since that takes a while.
enum Key {
    Unmade(usize),
    Private(Box<RsaPrivateKey>),
    Public(RsaPublicKey),
}
impl State for Key {}

/// How a message is filled or signed: a scheme and a hash.
#[derive(Clone, PartialEq)]
struct Padding {
    name: &'static str,
    hash: &'static str,
}
impl State for Padding {
    fn text(&self) -> Option<String> {
        Some(if self.name == "OaepSHA" {
            format!("OaepSHA{}", self.hash.trim_start_matches("SHA"))
        } else {
            self.name.to_string()
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// The name of a hash algorithm.
#[derive(Clone, PartialEq)]
struct HashName(String);
impl State for HashName {
    fn text(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// A new private key (PKCS #8, PEM); the error says why there is none.
pub fn generate_pem(bits: usize) -> std::result::Result<String, String> {
    let key = RsaPrivateKey::new(&mut OsRng, bits).map_err(|e| e.to_string())?;
    key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|e| e.to_string())
}

fn bad<T>(text: impl Into<String>) -> Result<T> {
    fail::named("System.Security.Cryptography.CryptographicException", text).throw()
}

fn or_bad<T, E: std::fmt::Display>(outcome: std::result::Result<T, E>) -> Result<T> {
    outcome.or_else(|e| bad(e.to_string()))
}

impl Key {
    fn private(&mut self) -> Result<&RsaPrivateKey> {
        if let Key::Unmade(bits) = self {
            *self = Key::Private(Box::new(or_bad(RsaPrivateKey::new(&mut OsRng, *bits))?));
        }
        match self {
            Key::Private(key) => Ok(key),
            _ => bad("Key does not exist."),
        }
    }

    fn public(&mut self) -> Result<RsaPublicKey> {
        match self {
            Key::Public(key) => Ok(key.clone()),
            _ => self.private().map(RsaPrivateKey::to_public_key),
        }
    }
}

fn private<R>(c: &Call<'_>, f: impl FnOnce(&RsaPrivateKey) -> Result<R>) -> Result<R> {
    c.with(|k: &mut Key| k.private().and_then(f))?
}

fn public<R>(c: &Call<'_>, f: impl FnOnce(&RsaPublicKey) -> Result<R>) -> Result<R> {
    c.with(|k: &mut Key| k.public().and_then(|key| f(&key)))?
}

/// The hash of `hashAlgorithm`: a HashAlgorithmName or a name.
fn hash(c: &Call<'_>) -> Result<&'static str> {
    let name =
        c.named("hashAlgorithm").map(|v| crate::convert::to_display(&v)).unwrap_or_default().to_ascii_uppercase();
    match name.replace('-', "").as_str() {
        "SHA1" => Ok("SHA1"),
        "SHA256" => Ok("SHA256"),
        "SHA384" => Ok("SHA384"),
        "SHA512" => Ok("SHA512"),
        _ => bad(format!("'{name}' is not a known hash algorithm.")),
    }
}

fn digest(hash: &str, data: &[u8]) -> Vec<u8> {
    match hash {
        "SHA1" => Sha1::digest(data).to_vec(),
        "SHA384" => Sha384::digest(data).to_vec(),
        "SHA512" => Sha512::digest(data).to_vec(),
        _ => Sha256::digest(data).to_vec(),
    }
}

fn pkcs(hash: &str) -> Pkcs1v15Sign {
    match hash {
        "SHA1" => Pkcs1v15Sign::new::<Sha1>(),
        "SHA384" => Pkcs1v15Sign::new::<Sha384>(),
        "SHA512" => Pkcs1v15Sign::new::<Sha512>(),
        _ => Pkcs1v15Sign::new::<Sha256>(),
    }
}

fn pss(hash: &str) -> Pss {
    match hash {
        "SHA1" => Pss::new::<Sha1>(),
        "SHA384" => Pss::new::<Sha384>(),
        "SHA512" => Pss::new::<Sha512>(),
        _ => Pss::new::<Sha256>(),
    }
}

fn oaep(hash: &str) -> Oaep {
    match hash {
        "SHA256" => Oaep::new::<Sha256>(),
        "SHA384" => Oaep::new::<Sha384>(),
        "SHA512" => Oaep::new::<Sha512>(),
        _ => Oaep::new::<Sha1>(),
    }
}

/// The padding argument; the older `fOAEP` flag chooses between OAEP and PKCS #1.
fn padding(c: &Call<'_>) -> Padding {
    let given = c.place("padding").and_then(|at| crate::types::state_of::<Padding>(c.arg(at)));
    given.unwrap_or(match c.place("fOAEP").is_some_and(|at| c.bool(at)) {
        true => Padding { name: "OaepSHA", hash: "SHA1" },
        false => Padding { name: "Pkcs1", hash: "" },
    })
}

/// The part of the data that an offset and a count choose.
fn data(c: &Call<'_>) -> Vec<u8> {
    let bytes = c.bytes(0);
    let (from, count) = (c.named_int("offset").unwrap_or(0).max(0) as usize, c.named_int("count"));
    let rest = bytes.get(from..).unwrap_or_default();
    rest[..count.map_or(rest.len(), |n| rest.len().min(n.max(0) as usize))].to_vec()
}

fn sign(c: &mut Call<'_>, hashed: Vec<u8>) -> Result {
    let (hash, padding) = (hash(c)?, padding(c));
    private(c, |key| {
        let made = match padding.name {
            "Pss" => key.sign_with_rng(&mut OsRng, pss(hash), &hashed),
            _ => key.sign(pkcs(hash), &hashed),
        };
        or_bad(made).map(|b| Value::bytes(&b))
    })
}

fn verify(c: &mut Call<'_>, hashed: Vec<u8>) -> Result {
    let (hash, padding) = (hash(c)?, padding(c));
    let signature = c.place("signature").map(|at| c.bytes(at)).unwrap_or_default();
    public(c, |key| {
        let outcome = match padding.name {
            "Pss" => key.verify(pss(hash), &hashed, &signature),
            _ => key.verify(pkcs(hash), &hashed, &signature),
        };
        Ok(Value::Bool(outcome.is_ok()))
    })
}

fn put(c: &Call<'_>, key: Key) -> Result {
    c.with(|k: &mut Key| *k = key)?;
    Ok(Value::Void)
}

fn from_pem(c: &mut Call<'_>) -> Result {
    let text = c.str(0);
    let key = if text.contains("PRIVATE KEY") {
        let read =
            RsaPrivateKey::from_pkcs8_pem(&text).or_else(|_| RsaPrivateKey::from_pkcs1_pem(&text).map_err(|_| ()));
        read.map(|k| Key::Private(Box::new(k)))
    } else {
        let read =
            RsaPublicKey::from_public_key_pem(&text).or_else(|_| RsaPublicKey::from_pkcs1_pem(&text).map_err(|_| ()));
        read.map(Key::Public)
    };
    match key {
        Ok(key) => put(c, key),
        Err(()) => fail::argument("No supported key formats were found. Check that the input represents the contents of a PEM-encoded key file, not the path to such a file.", "input").throw(),
    }
}

fn xml(c: &mut Call<'_>) -> Result {
    let number = |n: &BigUint| STANDARD.encode(n.to_bytes_be());
    let shown =
        |key: &RsaPublicKey| format!("<Modulus>{}</Modulus><Exponent>{}</Exponent>", number(key.n()), number(key.e()));
    if !c.bool(0) {
        return public(c, |key| Ok(Value::from(format!("<RSAKeyValue>{}</RSAKeyValue>", shown(key)))));
    }
    private(c, |key| {
        let mut text = format!("<RSAKeyValue>{}", shown(&key.to_public_key()));
        let primes = key.primes();
        let one = BigUint::from(1_u8);
        let (Some(p), Some(q)) = (primes.first(), primes.get(1)) else { return bad("The key has no primes.") };
        let inverse = key.crt_coefficient().unwrap_or_default();
        for (name, n) in [
            ("P", p.clone()),
            ("Q", q.clone()),
            ("DP", key.d() % (p - &one)),
            ("DQ", key.d() % (q - &one)),
            ("InverseQ", inverse),
            ("D", key.d().clone()),
        ] {
            text.push_str(&format!("<{name}>{}</{name}>", number(&n)));
        }
        text.push_str("</RSAKeyValue>");
        Ok(Value::from(text))
    })
}

fn from_xml(c: &mut Call<'_>) -> Result {
    let text = c.str(0);
    let part = |name: &str| {
        let inside = text.split_once(&format!("<{name}>"))?.1.split_once("</")?.0;
        STANDARD.decode(inside.trim()).ok().map(|b| BigUint::from_bytes_be(&b))
    };
    let (Some(n), Some(e)) = (part("Modulus"), part("Exponent")) else {
        return bad("Input string does not contain a valid encoding of the 'RSA' 'Modulus' parameter.");
    };
    let key = match (part("D"), part("P"), part("Q")) {
        (Some(d), Some(p), Some(q)) => {
            Key::Private(Box::new(or_bad(RsaPrivateKey::from_components(n, e, d, vec![p, q]))?))
        }
        _ => Key::Public(or_bad(RsaPublicKey::new(n, e))?),
    };
    put(c, key)
}

fn create(c: &mut Call<'_>) -> Result {
    let bits = if c.count() == 0 { 2048 } else { c.long(0) };
    if !(512..=16384).contains(&bits) || bits % 8 != 0 {
        return bad("Specified key is not a valid size for this algorithm.");
    }
    Ok(hold(c.ty, Key::Unmade(bits as usize)))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| create(c)),
    ("::Create", |c| create(c)),
    ("KeySize", |c| {
        c.with(|k: &mut Key| {
            Value::I32(match k {
                Key::Unmade(bits) => *bits as i32,
                Key::Private(key) => key.size() as i32 * 8,
                Key::Public(key) => key.size() as i32 * 8,
            })
        })
    }),
    ("KeySize=", |c| match c.long(0) {
        bits if (512..=16384).contains(&bits) => put(c, Key::Unmade(bits as usize)),
        _ => bad("Specified key is not a valid size for this algorithm."),
    }),
    ("KeyExchangeAlgorithm", |_| Ok(Value::from("RSA"))),
    ("SignatureAlgorithm", |_| Ok(Value::from("RSA"))),
    ("PublicOnly", |c| c.with(|k: &mut Key| Value::Bool(matches!(k, Key::Public(_))))),
    ("PersistKeyInCsp", |_| Ok(Value::Bool(false))),
    ("Encrypt", |c| {
        let (plain, padding) = (c.bytes(0), padding(c));
        public(c, |key| {
            let made = match padding.name {
                "OaepSHA" => key.encrypt(&mut OsRng, oaep(padding.hash), &plain),
                _ => key.encrypt(&mut OsRng, Pkcs1v15Encrypt, &plain),
            };
            or_bad(made).map(|b| Value::bytes(&b))
        })
    }),
    ("Decrypt", |c| {
        let (coded, padding) = (c.bytes(0), padding(c));
        private(c, |key| {
            // The time that it takes tells nothing of the key.
            let made = match padding.name {
                "OaepSHA" => key.decrypt_blinded(&mut OsRng, oaep(padding.hash), &coded),
                _ => key.decrypt_blinded(&mut OsRng, Pkcs1v15Encrypt, &coded),
            };
            or_bad(made).map(|b| Value::bytes(&b))
        })
    }),
    ("SignData", |c| {
        let hashed = digest(hash(c)?, &data(c));
        sign(c, hashed)
    }),
    ("SignHash", |c| {
        let hashed = c.bytes(0);
        sign(c, hashed)
    }),
    ("VerifyData", |c| {
        let hashed = digest(hash(c)?, &data(c));
        verify(c, hashed)
    }),
    ("VerifyHash", |c| {
        let hashed = c.bytes(0);
        verify(c, hashed)
    }),
    ("ToXmlString", |c| xml(c)),
    ("FromXmlString", |c| from_xml(c)),
    ("ImportFromPem", |c| from_pem(c)),
    ("ImportRSAPrivateKey", |c| {
        let key = or_bad(RsaPrivateKey::from_pkcs1_der(&c.bytes(0)))?;
        put(c, Key::Private(Box::new(key)))
    }),
    ("ImportPkcs8PrivateKey", |c| {
        let key = or_bad(RsaPrivateKey::from_pkcs8_der(&c.bytes(0)))?;
        put(c, Key::Private(Box::new(key)))
    }),
    ("ImportRSAPublicKey", |c| {
        let key = or_bad(RsaPublicKey::from_pkcs1_der(&c.bytes(0)))?;
        put(c, Key::Public(key))
    }),
    ("ImportSubjectPublicKeyInfo", |c| {
        let key = or_bad(RsaPublicKey::from_public_key_der(&c.bytes(0)))?;
        put(c, Key::Public(key))
    }),
    ("ExportRSAPrivateKey", |c| private(c, |k| or_bad(k.to_pkcs1_der()).map(|d| Value::bytes(d.as_bytes())))),
    ("ExportRSAPrivateKeyPem", |c| {
        private(c, |k| or_bad(k.to_pkcs1_pem(LineEnding::LF)).map(|t| Value::from(t.trim_end())))
    }),
    ("ExportPkcs8PrivateKey", |c| private(c, |k| or_bad(k.to_pkcs8_der()).map(|d| Value::bytes(d.as_bytes())))),
    ("ExportPkcs8PrivateKeyPem", |c| {
        private(c, |k| or_bad(k.to_pkcs8_pem(LineEnding::LF)).map(|t| Value::from(t.trim_end())))
    }),
    ("ExportRSAPublicKey", |c| public(c, |k| or_bad(k.to_pkcs1_der()).map(|d| Value::bytes(d.as_bytes())))),
    ("ExportRSAPublicKeyPem", |c| {
        public(c, |k| or_bad(k.to_pkcs1_pem(LineEnding::LF)).map(|t| Value::from(t.trim_end())))
    }),
    ("ExportSubjectPublicKeyInfo", |c| {
        public(c, |k| or_bad(k.to_public_key_der()).map(|d| Value::bytes(d.as_bytes())))
    }),
    ("ExportSubjectPublicKeyInfoPem", |c| {
        public(c, |k| or_bad(k.to_public_key_pem(LineEnding::LF)).map(|t| Value::from(t.trim_end())))
    }),
    ("GetMaxOutputSize", |c| public(c, |k| Ok(Value::I32(k.size() as i32)))),
    ("Clear", |_| Ok(Value::Void)),
    ("Dispose", |_| Ok(Value::Void)),
];

fn encryption(hash: &'static str) -> Value {
    let name = if hash.is_empty() { "Pkcs1" } else { "OaepSHA" };
    hold_named("System.Security.Cryptography.RSAEncryptionPadding", Padding { name, hash })
}

fn signature(name: &'static str) -> Value {
    hold_named("System.Security.Cryptography.RSASignaturePadding", Padding { name, hash: "" })
}

fn named_hash(name: &str) -> Value {
    hold_named("System.Security.Cryptography.HashAlgorithmName", HashName(name.to_string()))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Security.Cryptography.RSA", like: &[], members: MEMBERS },
    TypeDef {
        name: "System.Security.Cryptography.RSACryptoServiceProvider",
        like: &["System.Security.Cryptography.RSA"],
        members: &[],
    },
    TypeDef {
        name: "System.Security.Cryptography.RSAOpenSsl",
        like: &["System.Security.Cryptography.RSA"],
        members: &[],
    },
    TypeDef {
        name: "System.Security.Cryptography.RSAEncryptionPadding",
        like: &[],
        members: &[
            ("::Pkcs1", |_| Ok(encryption(""))),
            ("::OaepSHA1", |_| Ok(encryption("SHA1"))),
            ("::OaepSHA256", |_| Ok(encryption("SHA256"))),
            ("::OaepSHA384", |_| Ok(encryption("SHA384"))),
            ("::OaepSHA512", |_| Ok(encryption("SHA512"))),
        ],
    },
    TypeDef {
        name: "System.Security.Cryptography.RSASignaturePadding",
        like: &[],
        members: &[("::Pkcs1", |_| Ok(signature("Pkcs1"))), ("::Pss", |_| Ok(signature("Pss")))],
    },
    TypeDef {
        name: "System.Security.Cryptography.HashAlgorithmName",
        like: &[],
        members: &[
            ("new", |c| Ok(named_hash(&c.str(0)))),
            ("Name", |c| c.with(|h: &mut HashName| Value::from(h.0.as_str()))),
            ("::MD5", |_| Ok(named_hash("MD5"))),
            ("::SHA1", |_| Ok(named_hash("SHA1"))),
            ("::SHA256", |_| Ok(named_hash("SHA256"))),
            ("::SHA384", |_| Ok(named_hash("SHA384"))),
            ("::SHA512", |_| Ok(named_hash("SHA512"))),
        ],
    },
];

//! Secure strings between two sides (MS-PSRP 2.2.2.3, 2.2.2.4 and 2.2.5.1.24): a peer whose protocol is older than 2.4 wants them
//! encrypted with a session key, which one side makes and sends under the other's public key. Newer peers leave it to the channel.

use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::Pkcs7};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::{Condvar, Mutex};
use rsa::rand_core::{OsRng, RngCore};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use std::time::{Duration, Instant};

/// Bits of a client's key.
const BITS: usize = 2048;
/// How long the other side's key is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// PUBLICKEYBLOB of an RSA key for exchange, CALG_RSA_KEYX.
const PUBLIC_HEADER: [u8; 8] = [6, 2, 0, 0, 0, 0xa4, 0, 0];
/// SIMPLEBLOB of a key for AES 256 under such a key.
const SESSION_HEADER: [u8; 12] = [1, 2, 0, 0, 0x10, 0x66, 0, 0, 0, 0xa4, 0, 0];

#[derive(Default)]
struct State {
    is_old: bool,
    key: Option<[u8; 32]>,
    private: Option<RsaPrivateKey>,
    has_ended: bool,
}

/// What a session knows of keys.
#[derive(Default)]
pub struct Secrets {
    state: Mutex<State>,
    changed: Condvar,
}

/// Whether CLIXML holds a secure string.
pub fn is_secret(xml: &str) -> bool {
    next(xml).is_some()
}

/// The first element of a secure string: where it begins, its attributes, its content, where it ends.
fn next(xml: &str) -> Option<(usize, &str, &str, usize)> {
    let mut from = 0;
    loop {
        let at = from + xml[from..].find("<SS")?;
        if !matches!(xml.as_bytes().get(at + 3), Some(b'>' | b' ')) {
            from = at + 3;
            continue;
        }
        let open = at + xml[at..].find('>')? + 1;
        let close = open + xml[open..].find("</SS>")?;
        return Some((at, &xml[at + 3..open - 1], &xml[open..close], close + 5));
    }
}

fn mapped(xml: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some((at, attributes, content, end)) = next(rest) {
        out.push_str(&rest[..at]);
        match change(content) {
            Some(content) => out.push_str(&format!("<SS{attributes}>{content}</SS>")),
            // What can't be protected is not sent, what can't be read is not there.
            None => out.push_str(&format!("<Nil{attributes} />")),
        }
        rest = &rest[end..];
    }
    out + rest
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks_exact(2);
    pairs.map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect()
}

impl Secrets {
    /// Reads the other side's SESSION_CAPABILITY.
    pub fn meet(&self, capability: &str) {
        let version = capability.split_once("N=\"protocolversion\">").and_then(|(_, rest)| rest.split('<').next());
        let (major, minor) = version.and_then(|v| v.split_once('.')).unwrap_or(("2", "0"));
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        self.state.lock().is_old = (number(major), number(minor)) < (2, 4);
    }

    /// Whether a key must be exchanged before secure strings are sent.
    pub fn lacks_key(&self) -> bool {
        let state = self.state.lock();
        state.is_old && state.key.is_none()
    }

    /// Waits until there is a key; false when there will be none.
    pub fn wait(&self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.state.lock();
        while state.key.is_none() && !state.has_ended {
            if self.changed.wait_until(&mut state, deadline).timed_out() {
                break;
            }
        }
        state.key.is_some()
    }

    /// Nobody waits any longer.
    pub fn give_up(&self) {
        self.state.lock().has_ended = true;
        self.changed.notify_all();
    }

    /// The content of PUBLIC_KEY: a key made for this session.
    pub fn public_key(&self) -> Result<String, String> {
        let mut state = self.state.lock();
        let private = match &state.private {
            Some(private) => private,
            None => {
                let made = RsaPrivateKey::new(&mut OsRng, BITS).map_err(|error| error.to_string())?;
                state.private.insert(made)
            }
        };
        let mut blob = PUBLIC_HEADER.to_vec();
        blob.extend(b"RSA1");
        blob.extend((BITS as u32).to_le_bytes());
        let mut exponent = private.e().to_bytes_le();
        exponent.resize(4, 0);
        blob.extend(exponent);
        let mut modulus = private.n().to_bytes_le();
        modulus.resize(BITS / 8, 0);
        blob.extend(modulus);
        Ok(format!("<Obj RefId=\"0\"><MS><S N=\"PublicKey\">{}</S></MS></Obj>", STANDARD.encode(blob)))
    }

    /// The content of ENCRYPTED_SESSION_KEY: the answer to a client's PUBLIC_KEY.
    pub fn answer(&self, message: &str) -> Result<String, String> {
        let blob = content(message, "PublicKey").ok_or("The public key can't be read.")?;
        let (header, numbers) = blob.split_at_checked(20).ok_or("The public key is too short.")?;
        if header[..8] != PUBLIC_HEADER || &header[8..12] != b"RSA1" {
            return Err("The public key is no RSA key for exchange.".to_string());
        }
        let exponent = BigUint::from_bytes_le(&header[16..20]);
        let key = RsaPublicKey::new(BigUint::from_bytes_le(numbers), exponent).map_err(|error| error.to_string())?;
        if key.size() < 128 {
            return Err("The public key is too short.".to_string());
        }
        let mut session = [0; 32];
        OsRng.fill_bytes(&mut session);
        let mut sealed = key.encrypt(&mut OsRng, Pkcs1v15Encrypt, &session).map_err(|error| error.to_string())?;
        // CryptoAPI's numbers are little-endian.
        sealed.reverse();
        let mut blob = SESSION_HEADER.to_vec();
        blob.extend(sealed);
        self.state.lock().key = Some(session);
        self.changed.notify_all();
        Ok(format!("<Obj RefId=\"0\"><MS><S N=\"EncryptedSessionKey\">{}</S></MS></Obj>", STANDARD.encode(blob)))
    }

    /// Takes a server's ENCRYPTED_SESSION_KEY.
    pub fn take(&self, message: &str) -> Result<(), String> {
        let blob = content(message, "EncryptedSessionKey").ok_or("The session key can't be read.")?;
        let mut sealed = blob.strip_prefix(&SESSION_HEADER).ok_or("The session key is not for AES 256.")?.to_vec();
        sealed.reverse();
        let mut state = self.state.lock();
        let private = state.private.as_ref().ok_or("A session key came that was not asked for.")?;
        let key = private.decrypt_blinded(&mut OsRng, Pkcs1v15Encrypt, &sealed).map_err(|error| error.to_string())?;
        state.key = Some(key.try_into().map_err(|_| "The session key has a wrong length.")?);
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// CLIXML as it travels: here secure strings are UTF-16 in hexadecimal, there in base 64, under the key where one is needed.
    pub fn protect(&self, xml: &str) -> String {
        let state = self.state.lock();
        mapped(xml, |hex| {
            let bytes = bytes_of(hex)?;
            let sealed = match (&state.key, state.is_old) {
                (Some(key), _) => Encryptor::new(key.into(), &[0; 16].into()).encrypt_padded_vec_mut::<Pkcs7>(&bytes),
                (None, false) => bytes,
                (None, true) => return None,
            };
            Some(STANDARD.encode(sealed))
        })
    }

    /// The other way.
    pub fn open(&self, xml: &str) -> String {
        let state = self.state.lock();
        mapped(xml, |encoded| {
            let bytes = STANDARD.decode(encoded).ok()?;
            let plain = match &state.key {
                Some(key) => {
                    Decryptor::new(key.into(), &[0; 16].into()).decrypt_padded_vec_mut::<Pkcs7>(&bytes).ok()?
                }
                None if state.is_old => return None,
                None => bytes,
            };
            Some(plain.iter().map(|byte| format!("{byte:02x}")).collect())
        })
    }
}

type Encryptor = cbc::Encryptor<aes::Aes256>;
type Decryptor = cbc::Decryptor<aes::Aes256>;

/// The base 64 of a member.
fn content(message: &str, name: &str) -> Option<Vec<u8>> {
    let (_, rest) = message.split_once(&format!("N=\"{name}\">"))?;
    STANDARD.decode(rest.split('<').next()?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "<Version N=\"protocolversion\">2.3</Version>";

    #[test]
    fn a_key_is_exchanged_with_an_older_peer() {
        let (client, server) = (Secrets::default(), Secrets::default());
        client.meet(OLD);
        server.meet(OLD);
        let xml = "<Obj><SS N=\"x\">68006900</SS><SSX>1</SSX></Obj>";
        assert_eq!(server.protect(xml), "<Obj><Nil N=\"x\" /><SSX>1</SSX></Obj>");
        let answer = server.answer(&client.public_key().unwrap()).unwrap();
        client.take(&answer).unwrap();
        assert!(!client.lacks_key() && server.wait());
        let sent = client.protect(xml);
        assert!(!sent.contains("aABpAA") && sent.contains("<SS N=\"x\">"));
        assert_eq!(server.open(&sent), xml);
        assert!(server.answer("<S N=\"PublicKey\">AAAA</S>").is_err());
        assert!(client.take(&answer.replace("AQIA", "AAAA")).is_err());
    }

    #[test]
    fn a_new_peer_leaves_it_to_the_channel() {
        let secrets = Secrets::default();
        secrets.meet("<Version N=\"protocolversion\">2.4</Version>");
        assert!(!secrets.lacks_key());
        assert_eq!(secrets.protect("<SS>68006900</SS>"), "<SS>aABpAA==</SS>");
        assert_eq!(secrets.open("<SS>aABpAA==</SS>"), "<SS>68006900</SS>");
    }
}

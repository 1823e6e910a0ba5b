//! Secrets that the service needs in clear (private keys, passwords that digests are made with) lie sealed in the store.
//!
//! A sealed value is the text `sealed:` with ChaCha20-Poly1305 (RFC 8439) over the value, in Base64, under a key drawn from
//! the home's own. Its authenticated data are the object's id and the property: moved elsewhere it opens no more.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Map, Value};

use crate::key::HomeKey;
use crate::{ObjectId, StoreError};

/// Properties whose text is sealed, whatever object has them.
const SECRET: [&str; 3] = ["Key", "LabPassword", "NtHash"];
/// How a sealed value begins.
const MARK: &str = "sealed:";

fn cipher(key: &HomeKey) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, &key.derived("seal")).ok().map(LessSafeKey::new)
}

fn bound_to(id: ObjectId, property: &str) -> Aad<Vec<u8>> {
    Aad::from([id.as_bytes().as_slice(), property.as_bytes()].concat())
}

/// Whether an object of these properties holds something to be sealed.
pub(crate) fn is_secret(properties: &Map<String, Value>) -> bool {
    SECRET.iter().any(|name| properties.get(*name).is_some_and(Value::is_string))
}

/// Whether the text of an object holds something sealed: a look without reading it.
pub(crate) fn is_sealed(text: &str) -> bool {
    text.contains("\"sealed:")
}

/// The properties with secrets sealed.
pub(crate) fn seal(
    key: &HomeKey,
    id: ObjectId,
    properties: &Map<String, Value>,
) -> Result<Map<String, Value>, StoreError> {
    let mut sealed = properties.clone();
    for name in SECRET {
        if let Some(Value::String(text)) = sealed.get_mut(name)
            && !text.starts_with(MARK)
        {
            *text = closed(key, id, name, text).ok_or_else(|| unsealable(id, name))?;
        }
    }
    Ok(sealed)
}

/// Opens what is sealed. A value of another home's key stays as it is: whoever needs it finds that it is no key.
pub(crate) fn unseal(key: &HomeKey, id: ObjectId, properties: &mut Map<String, Value>) {
    for name in SECRET {
        let Some(Value::String(text)) = properties.get_mut(name) else { continue };
        let Some(body) = text.strip_prefix(MARK) else { continue };
        if let Some(clear) = opened(key, id, name, body) {
            *text = clear;
        }
    }
}

fn closed(key: &HomeKey, id: ObjectId, property: &str, text: &str) -> Option<String> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).ok()?;
    let mut body = text.as_bytes().to_vec();
    let cipher = cipher(key)?;
    cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound_to(id, property), &mut body).ok()?;
    Some(format!("{MARK}{}", STANDARD.encode([nonce.as_slice(), &body].concat())))
}

fn opened(key: &HomeKey, id: ObjectId, property: &str, body: &str) -> Option<String> {
    let bytes = STANDARD.decode(body).ok()?;
    let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
    let mut rest = rest.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let clear = cipher(key)?.open_in_place(nonce, bound_to(id, property), &mut rest).ok()?;
    String::from_utf8(clear.to_vec()).ok()
}

fn unsealable(id: ObjectId, property: &str) -> StoreError {
    StoreError::Sealing { id: id.to_string(), property: property.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::testing::Temporary;
    use crate::{Draft, Store};

    #[test]
    fn secrets_lie_sealed_and_are_read_in_clear() {
        let t = Temporary::new("seal");
        let kim = t.store.write(|w| w.insert(Draft::new("CsUser", "", "Kim").with("LabPassword", "pa55word"))).unwrap();
        let raw = |store: &Store| -> String {
            let file = rusqlite::Connection::open(store.path()).unwrap();
            file.query_row("SELECT properties FROM object", [], |row| row.get(0)).unwrap()
        };
        assert!(raw(&t.store).contains("\"sealed:") && !raw(&t.store).contains("pa55word"));
        let read = |store: &Store| store.read(|r| r.get(kim)).unwrap().unwrap();
        assert_eq!(read(&t.store).text("LabPassword"), Some("pa55word"));
        let record = t.store.read(|r| r.records("CsUser", 0, 9)).unwrap().records.remove(0);
        assert_eq!(record.text("LabPassword").as_deref(), Some("pa55word"));
        // Moved to another object, or read with another home's key, it stays shut, and is not lost when it is written again.
        std::fs::remove_file(t.folder.join("home.key")).unwrap();
        let other = Store::open(&t.folder).unwrap();
        let shut = read(&other);
        assert!(shut.text("LabPassword").unwrap().starts_with("sealed:"));
        other.write(|w| w.update(shut.draft())).unwrap();
        assert_eq!(read(&t.store).text("LabPassword"), Some("pa55word"));
    }
}

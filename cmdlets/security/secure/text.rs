//! The text inside secure strings, and their encrypted forms.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use command::{Context, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value, class};
use rand::RngCore;
use values::{convert, members};

/// What an exported text with a key begins with.
const HEADER: &str = "76492d1116743f0423413b16050a5345";

/// A SecureString of a text.
pub fn secure(session: &mut dyn Session, text: &str) -> Result {
    let context: &mut dyn Context = session;
    let made = members::call_static(context, TypeRef::SECURE_STRING, "new", &[])?;
    for unit in values::string::utf16(text) {
        members::call(context, &made, "AppendChar", &[Value::Char(unit)])?;
    }
    Ok(made)
}

/// The text of a SecureString, through the network credential that holds it.
pub fn plain(session: &mut dyn Session, secure: &Value) -> Result<Str> {
    let context: &mut dyn Context = session;
    let ty = class("System.Net.NetworkCredential", TypeRef::OBJECT);
    let holder = members::call_static(context, ty, "new", &[Value::from(""), secure.clone()])?;
    let text = members::get(context, &holder, "Password")?.unwrap_or_default();
    Ok(Str::from(convert::to_display(&text)))
}

/// The bytes of a key: 16, 24 or 32 of them.
pub fn key_bytes(
    session: &mut dyn Session,
    key: Option<&Value>,
    secure_key: Option<&Value>,
) -> Result<Option<Vec<u8>>> {
    if let Some(value) = secure_key {
        let text = plain(session, value)?;
        return Ok(Some(values::string::utf16(&text).flat_map(u16::to_le_bytes).collect()));
    }
    Ok(key.map(|value| match value.as_array() {
        Some(items) => items.to_vec().iter().filter_map(|v| v.as_i64().map(|n| n as u8)).collect(),
        None => value.as_i64().map(|n| n as u8).into_iter().collect(),
    }))
}

/// The error of a key of another length.
pub fn bad_key(id: &str) -> Exception {
    Exception::new(
        TypeRef::PS_ARGUMENT_EXCEPTION,
        "The specified key is not valid. Valid key length settings are either 128 bits, 192 bits, or 256 bits.",
    )
    .identity(id, ErrorCategory::InvalidArgument, Value::Null)
}

/// Whether a key has a length that AES takes.
pub fn is_key(key: &[u8]) -> bool {
    matches!(key.len(), 16 | 24 | 32)
}

/// A text without a key: on Linux the characters' bytes in hexadecimal, as PowerShell leaves them there.
pub fn open_form(text: &str) -> String {
    values::string::utf16(text).flat_map(u16::to_le_bytes).map(|b| format!("{b:02x}")).collect()
}

/// The text of the form without a key.
pub fn from_open_form(hex: &str) -> Option<String> {
    let bytes = from_hex(hex)?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    (bytes.len() % 2 == 0).then(|| Str::from_utf16(&units).to_string())
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

/// A text encrypted with a key (AES in CBC mode).
pub fn encrypt(text: &str, key: &[u8]) -> String {
    let mut vector = [0u8; 16];
    rand::rng().fill_bytes(&mut vector);
    let mut data: Vec<u8> = values::string::utf16(text).flat_map(u16::to_le_bytes).collect();
    let padding = 16 - data.len() % 16;
    data.extend(std::iter::repeat_n(padding as u8, padding));
    let mut previous = vector;
    for block in data.chunks_mut(16) {
        for (b, p) in block.iter_mut().zip(previous) {
            *b ^= p;
        }
        run_block(block, key, true);
        previous.copy_from_slice(block);
    }
    let hex: String = data.iter().map(|b| format!("{b:02x}")).collect();
    let inner = format!("2|{}|{hex}", STANDARD.encode(vector));
    let wide: Vec<u8> = inner.encode_utf16().flat_map(u16::to_le_bytes).collect();
    format!("{HEADER}{}", STANDARD.encode(wide))
}

/// The text that was encrypted with a key; none where text or key is wrong.
pub fn decrypt(text: &str, key: &[u8]) -> Option<String> {
    let wide = STANDARD.decode(text.strip_prefix(HEADER)?).ok()?;
    let units: Vec<u16> = wide.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    let inner = String::from_utf16(&units).ok()?;
    let mut parts = inner.split('|');
    let (_, vector, hex) = (parts.next()?, parts.next()?, parts.next()?);
    let vector = STANDARD.decode(vector).ok()?;
    let mut data = from_hex(hex)?;
    if vector.len() != 16 || data.is_empty() || data.len() % 16 != 0 {
        return None;
    }
    let mut previous = vector;
    for block in data.chunks_mut(16) {
        let cipher = block.to_vec();
        run_block(block, key, false);
        for (b, p) in block.iter_mut().zip(&previous) {
            *b ^= p;
        }
        previous = cipher;
    }
    let padding = usize::from(*data.last()?);
    if padding == 0 || padding > 16 || data.len() < padding {
        return None;
    }
    data.truncate(data.len() - padding);
    let units: Vec<u16> = data.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    String::from_utf16(&units).ok()
}

fn run_block(block: &mut [u8], key: &[u8], is_encrypting: bool) {
    let block = GenericArray::from_mut_slice(block);
    macro_rules! run {
        ($cipher:ty) => {{
            let cipher = <$cipher>::new(GenericArray::from_slice(key));
            if is_encrypting { cipher.encrypt_block(block) } else { cipher.decrypt_block(block) }
        }};
    }
    match key.len() {
        16 => run!(aes::Aes128),
        24 => run!(aes::Aes192),
        _ => run!(aes::Aes256),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for length in [16u8, 24, 32] {
            let key: Vec<u8> = (0..length).collect();
            assert_eq!(decrypt(&encrypt("geheim 한", &key), &key).as_deref(), Some("geheim 한"));
        }
        assert_eq!(open_form("ab"), "61006200");
        assert_eq!(from_open_form("61006200").as_deref(), Some("ab"));
        assert_eq!(from_open_form("zz"), None);
    }
}

//! Master keys and the key derivation of RFC 3711 4.3.

use aes::Aes128;
use aes::cipher::{BlockEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Crypto suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    AesCm128HmacSha1_80,
    AesCm128HmacSha1_32,
}

impl Suite {
    /// Reads the name of RFC 4568.
    pub fn parse(name: &str) -> Option<Suite> {
        match name {
            "AES_CM_128_HMAC_SHA1_80" => Some(Suite::AesCm128HmacSha1_80),
            "AES_CM_128_HMAC_SHA1_32" => Some(Suite::AesCm128HmacSha1_32),
            _ => None,
        }
    }

    /// Name of RFC 4568.
    pub fn name(self) -> &'static str {
        match self {
            Suite::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Suite::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
        }
    }

    /// Bytes of the authentication tag of RTP; RTCP always has ten (RFC 4568 6.2).
    pub fn tag_length(self) -> usize {
        match self {
            Suite::AesCm128HmacSha1_80 => 10,
            Suite::AesCm128HmacSha1_32 => 4,
        }
    }
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("key is not valid base64")]
    Base64,
    #[error("key has {0} bytes instead of 30")]
    Length(usize),
}

/// 16 bytes of key and 14 of salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKey {
    pub key: [u8; 16],
    pub salt: [u8; 14],
}

impl MasterKey {
    /// A random key.
    pub fn random() -> MasterKey {
        MasterKey { key: rand::random(), salt: rand::random() }
    }

    /// Reads the base64 of an `inline:` value.
    pub fn from_base64(text: &str) -> Result<MasterKey, KeyError> {
        let bytes = STANDARD.decode(text).map_err(|_| KeyError::Base64)?;
        let (Some(key), Some(salt), 30) = (bytes.first_chunk::<16>(), bytes.last_chunk::<14>(), bytes.len()) else {
            return Err(KeyError::Length(bytes.len()));
        };
        Ok(MasterKey { key: *key, salt: *salt })
    }

    /// Base64 for an `inline:` value.
    pub fn to_base64(&self) -> String {
        let mut bytes = self.key.to_vec();
        bytes.extend_from_slice(&self.salt);
        STANDARD.encode(bytes)
    }

    /// Derives a session key (key derivation rate 0).
    pub(super) fn derive(&self, label: u8, out: &mut [u8]) {
        let cipher = Aes128::new(&self.key.into());
        let mut block = [0u8; 16];
        block[..14].copy_from_slice(&self.salt);
        block[7] ^= label;
        for (counter, chunk) in out.chunks_mut(16).enumerate() {
            let mut stream = block;
            stream[14..].copy_from_slice(&(counter as u16).to_be_bytes());
            let mut stream = stream.into();
            cipher.encrypt_block(&mut stream);
            chunk.copy_from_slice(&stream[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_as_rfc_3711_b3() {
        let master = MasterKey {
            key: [0xE1, 0xF9, 0x7A, 0x0D, 0x3E, 0x01, 0x8B, 0xE0, 0xD6, 0x4F, 0xA3, 0x2C, 0x06, 0xDE, 0x41, 0x39],
            salt: [0x0E, 0xC6, 0x75, 0xAD, 0x49, 0x8A, 0xFE, 0xEB, 0xB6, 0x96, 0x0B, 0x3A, 0xAB, 0xE6],
        };
        let mut key = [0u8; 16];
        master.derive(0, &mut key);
        assert_eq!(
            key,
            [0xC6, 0x1E, 0x7A, 0x93, 0x74, 0x4F, 0x39, 0xEE, 0x10, 0x73, 0x4A, 0xFE, 0x3F, 0xF7, 0xA0, 0x87]
        );
        let mut salt = [0u8; 14];
        master.derive(2, &mut salt);
        assert_eq!(salt, [0x30, 0xCB, 0xBC, 0x08, 0x86, 0x3D, 0x8C, 0x85, 0xD4, 0x9D, 0xB3, 0x4A, 0x9A, 0xE1]);
        assert_eq!(MasterKey::from_base64(&master.to_base64()), Ok(master));
        assert_eq!(MasterKey::from_base64("AAAA"), Err(KeyError::Length(3)));
    }
}

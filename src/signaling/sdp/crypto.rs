//! RFC 4568: `a=crypto`.

use std::fmt;

/// One `a=crypto` attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crypto {
    pub tag: u32,
    /// `AES_CM_128_HMAC_SHA1_80` or any other suite name.
    pub suite: String,
    /// Base64 of key and salt.
    pub key: String,
    /// Lifetime and MKI as written, without the leading `|`.
    pub key_params: Vec<String>,
    /// Session parameters such as `UNENCRYPTED_SRTP`.
    pub session_params: Vec<String>,
}

impl Crypto {
    /// Reads the value of the attribute.
    pub fn parse(text: &str) -> Option<Crypto> {
        let mut parts = text.split_whitespace();
        let tag = parts.next()?.parse().ok()?;
        let suite = parts.next()?.to_string();
        // Several keys may be given, separated by `;`: the first is the one in use.
        let inline = parts.next()?.split(';').next()?.strip_prefix("inline:")?;
        let mut key_parts = inline.split('|');
        let key = key_parts.next()?.to_string();
        Some(Crypto {
            tag,
            suite,
            key,
            key_params: key_parts.map(str::to_string).collect(),
            session_params: parts.map(str::to_string).collect(),
        })
    }

    /// Whether it can be used here: a known suite, nothing unencrypted or unauthenticated.
    pub fn is_usable(&self) -> bool {
        matches!(self.suite.as_str(), "AES_CM_128_HMAC_SHA1_80" | "AES_CM_128_HMAC_SHA1_32")
            && !self.session_params.iter().any(|p| p.starts_with("UNENCRYPTED_") || p.starts_with("UNAUTHENTICATED_"))
    }

    /// Length of the master key identifier in each packet, from `MKI:length`.
    pub fn mki_length(&self) -> usize {
        self.key_params.iter().find_map(|p| p.split_once(':')?.1.parse().ok()).unwrap_or(0)
    }
}

impl fmt::Display for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} inline:{}", self.tag, self.suite, self.key)?;
        for param in &self.key_params {
            write!(f, "|{param}")?;
        }
        for param in &self.session_params {
            write!(f, " {param}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lifetime_and_mki() {
        let crypto = Crypto::parse("1 AES_CM_128_HMAC_SHA1_80 inline:abcd|2^31|1:4").unwrap();
        assert_eq!((crypto.mki_length(), crypto.is_usable()), (4, true));
        assert_eq!(crypto.to_string(), "1 AES_CM_128_HMAC_SHA1_80 inline:abcd|2^31|1:4");
        assert!(!Crypto::parse("1 AES_CM_128_HMAC_SHA1_80 inline:abcd UNENCRYPTED_SRTP").unwrap().is_usable());
    }
}

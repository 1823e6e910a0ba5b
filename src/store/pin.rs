//! PINs of voice mail boxes and passwords of accounts: salted, hashed, never kept in clear.
//!
//! A password is hashed many times. A PIN has so few values that rounds would hold nobody up; it is hashed once with a secret of
//! the home, which no copy, backup or checkpoint of the store contains (`docs/security.md`).

use crate::HomeKey;
use sha2::{Digest, Sha256};

/// Rounds of hashing of a password: some milliseconds.
const ROUNDS: u32 = 20_000;

impl HomeKey {
    /// The form in which a PIN is kept: `hmac-sha256$salt$code`.
    pub fn hash(&self, pin: &str) -> String {
        let salt = salt();
        format!("hmac-sha256${salt}${}", self.code(pin, &salt))
    }

    /// Whether `pin` is the one that was hashed, in this form or as a password.
    pub fn verify(&self, pin: &str, kept: &str) -> bool {
        match kept.split('$').collect::<Vec<_>>().as_slice() {
            ["hmac-sha256", salt, code] => is_same(&self.code(pin, salt), code),
            _ => verify(pin, kept),
        }
    }

    fn code(&self, pin: &str, salt: &str) -> String {
        hexadecimal(&self.over(format!("{salt}:{pin}").as_bytes()))
    }
}

/// 64 bits: with the state they fit into one block of the hash.
fn salt() -> String {
    uuid::Uuid::new_v4().simple().to_string().split_off(16)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn digest(secret: &str, salt: &str, rounds: u32) -> String {
    let mut state = Sha256::digest(format!("{salt}:{secret}"));
    for _ in 1..rounds {
        let mut hasher = Sha256::new();
        hasher.update(state);
        hasher.update(salt.as_bytes());
        state = hasher.finalize();
    }
    hexadecimal(&state)
}

/// The form in which a password is kept: `sha256$rounds$salt$hash`.
pub fn hash(password: &str) -> String {
    let salt = salt();
    format!("sha256${ROUNDS}${salt}${}", digest(password, &salt, ROUNDS))
}

/// What NTLM needs to know of a password: its MD4 (MS-NLMP 3.3.1). Whoever has it can sign in with it, so it stays where only the
/// service and administrators read.
pub fn nt_hash(password: &str) -> String {
    hexadecimal(&values::ntlm::nt_hash(password))
}

/// What `nt_hash` made, as bytes.
pub fn bytes_of(kept: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(kept.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The properties in which an account keeps a password: for Basic and the shell, and for NTLM.
pub fn password_hashes(password: &str) -> [(&'static str, String); 2] {
    [("PasswordHash", hash(password)), ("NtHash", nt_hash(password))]
}

/// Whether `password` is the one that was hashed.
pub fn verify(password: &str, kept: &str) -> bool {
    let parts: Vec<&str> = kept.split('$').collect();
    let ["sha256", rounds, salt, expected] = parts.as_slice() else { return false };
    let Ok(rounds) = rounds.parse() else { return false };
    let found = digest(password, salt, rounds);
    is_same(&found, expected)
}

/// Whether two secrets are equal, compared without early exit.
pub fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |found, (a, b)| found | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let kept = hash("471147");
        assert!(verify("471147", &kept));
        assert!(!verify("471148", &kept));
        assert!(!verify("471147", "md5$1$x$y"));
        assert_ne!(kept, hash("471147"));
    }

    #[test]
    fn pins() {
        let home = std::env::temp_dir().join(format!("dialtone-pin-{}", uuid::Uuid::new_v4().simple()));
        crate::make_private(&home).unwrap();
        let key = HomeKey::of(&home).unwrap();
        let kept = key.hash("471147");
        let other = HomeKey::from([7; 32]);
        for (key, pin, kept, expected) in [
            (&key, "471147", kept.as_str(), true),
            (&HomeKey::of(&home).unwrap(), "471147", &kept, true),
            (&key, "471148", &kept, false),
            (&other, "471147", &kept, false),
            // As earlier versions kept them.
            (&key, "471147", &hash("471147"), true),
            (&key, "471147", "", false),
        ] {
            assert_eq!(key.verify(pin, kept), expected, "{pin} {kept}");
        }
        std::fs::remove_dir_all(home).unwrap();
    }
}

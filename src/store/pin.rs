//! PINs of voice mail boxes and passwords of accounts: salted, hashed, never kept in clear.
//!
//! Both are hashed slowly (PBKDF2, RFC 8018 5.2). A PIN has so few values that rounds alone would hold nobody up: what is hashed of
//! it is a code under a secret of the home, which no copy, backup or checkpoint of the store contains (`docs/security.md`).

use crate::HomeKey;
use ring::pbkdf2;
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use subtle::ConstantTimeEq;

/// Rounds of hashing: some milliseconds.
const ROUNDS: NonZeroU32 = NonZeroU32::new(50_000).expect("it is not zero");

/// Names of the forms, and what stands before the first `$`.
const SLOW_PIN: &str = "pbkdf2-hmac-sha256";
const QUICK_PIN: &str = "hmac-sha256";
const PASSWORD: &str = "pbkdf2-sha256";
/// As earlier versions kept passwords and PINs.
const EARLIER: &str = "sha256";

impl HomeKey {
    /// The form in which a PIN is kept that somebody chose or goes on using: `pbkdf2-hmac-sha256$rounds$salt$hash`.
    pub fn hash(&self, pin: &str) -> String {
        let salt = salt();
        slow(SLOW_PIN, &self.code(pin, &salt), &salt)
    }

    /// The form in which a PIN is kept that ends with the first sign-in: `hmac-sha256$salt$code`. Mailboxes are enabled by
    /// thousands, so this one is hashed once.
    pub fn hash_once(&self, pin: &str) -> String {
        let salt = salt();
        format!("{QUICK_PIN}${salt}${}", self.code(pin, &salt))
    }

    /// Whether `pin` is the one that was hashed, in one of these forms or as a password.
    pub fn verify(&self, pin: &str, kept: &str) -> bool {
        match kept.split('$').collect::<Vec<_>>().as_slice() {
            [QUICK_PIN, salt, code] => is_same(&self.code(pin, salt), code),
            [SLOW_PIN, rounds, salt, hash] => is_slow(&self.code(pin, salt), rounds, salt, hash),
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

fn slow(form: &str, secret: &str, salt: &str) -> String {
    let mut hash = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt.as_bytes(), secret.as_bytes(), &mut hash);
    format!("{form}${ROUNDS}${salt}${}", hexadecimal(&hash))
}

fn is_slow(secret: &str, rounds: &str, salt: &str, hash: &str) -> bool {
    let (Ok(rounds), Some(hash)) = (rounds.parse(), bytes_of::<32>(hash)) else { return false };
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt.as_bytes(), secret.as_bytes(), &hash).is_ok()
}

/// The form in which a password is kept: `pbkdf2-sha256$rounds$salt$hash`.
pub fn hash(password: &str) -> String {
    slow(PASSWORD, password, &salt())
}

/// What NTLM needs to know of a password: its MD4 (MS-NLMP 3.3.1). Whoever has it can sign in with it, so it stays where only the
/// service and administrators read.
pub fn nt_hash(password: &str) -> String {
    hexadecimal(&values::ntlm::nt_hash(password))
}

/// What was kept as hexadecimal digits.
pub fn bytes_of<const COUNT: usize>(kept: &str) -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
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
    match kept.split('$').collect::<Vec<_>>().as_slice() {
        [PASSWORD, rounds, salt, hash] => is_slow(password, rounds, salt, hash),
        [EARLIER, rounds, salt, hash] => {
            rounds.parse().is_ok_and(|rounds| is_same(&earlier_hash(password, salt, rounds), hash))
        }
        _ => false,
    }
}

fn earlier_hash(secret: &str, salt: &str, rounds: u32) -> String {
    let mut state = Sha256::digest(format!("{salt}:{secret}"));
    for _ in 1..rounds {
        state = Sha256::new().chain_update(state).chain_update(salt).finalize();
    }
    hexadecimal(&state)
}

/// Whether two secrets are equal, compared without early exit.
pub fn is_same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
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
        let earlier = format!("sha256$3$ab${}", earlier_hash("471147", "ab", 3));
        assert!(verify("471147", &earlier) && !verify("471148", &earlier));
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
            (&key, "471147", &key.hash_once("471147"), true),
            (&key, "471148", &key.hash_once("471147"), false),
            (&other, "471147", &key.hash_once("471147"), false),
            // As earlier versions kept them.
            (&key, "471147", &hash("471147"), true),
            (&key, "471147", "", false),
        ] {
            assert_eq!(key.verify(pin, kept), expected, "{pin} {kept}");
        }
        std::fs::remove_dir_all(home).unwrap();
    }
}

//! PINs of voice mail boxes: salted, hashed many times, never kept in clear.

use sha2::{Digest, Sha256};

/// Rounds of hashing: some milliseconds. The lock-out stops who guesses at the telephone, the rounds slow who has the file.
const ROUNDS: u32 = 20_000;

fn digest(pin: &str, salt: &str, rounds: u32) -> String {
    let mut state = Sha256::digest(format!("{salt}:{pin}"));
    for _ in 1..rounds {
        let mut hasher = Sha256::new();
        hasher.update(state);
        hasher.update(salt.as_bytes());
        state = hasher.finalize();
    }
    state.iter().map(|b| format!("{b:02x}")).collect()
}

/// The form in which a PIN is kept: `sha256$rounds$salt$hash`.
pub fn hash(pin: &str) -> String {
    // 64 bits: with the state they fit into one block of the hash.
    let salt = &uuid::Uuid::new_v4().simple().to_string()[16..];
    format!("sha256${ROUNDS}${salt}${}", digest(pin, salt, ROUNDS))
}

/// What NTLM needs to know of a password: its MD4 (MS-NLMP 3.3.1). Whoever has it can sign in with it, so it stays where only the
/// service and administrators read.
pub fn nt_hash(password: &str) -> String {
    use md4::Digest as _;
    let mut hasher = md4::Md4::new();
    for unit in password.encode_utf16() {
        hasher.update(unit.to_le_bytes());
    }
    hasher.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether `pin` is the one that was hashed.
pub fn verify(pin: &str, kept: &str) -> bool {
    let parts: Vec<&str> = kept.split('$').collect();
    let ["sha256", rounds, salt, expected] = parts.as_slice() else { return false };
    let Ok(rounds) = rounds.parse() else { return false };
    let found = digest(pin, salt, rounds);
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
    fn pins() {
        let kept = hash("471147");
        assert!(verify("471147", &kept));
        assert!(!verify("471148", &kept));
        assert!(!verify("471147", "md5$1$x$y"));
        assert_ne!(kept, hash("471147"));
    }
}

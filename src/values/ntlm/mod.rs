//! Signing in by NTLM (MS-NLMP): both sides of version 2, and the protection of messages that follows from it.
//!
//! Version 1 is refused: its answers can be worked back to the password.

mod initiate;
mod message;
pub mod sealed;
mod security;

pub use initiate::Initiator;
pub use message::{Authenticate, Challenge, MAGIC, Negotiate};
pub use security::Security;

use hmac::{Hmac, Mac};
use md5::Md5;
use subtle::ConstantTimeEq;

/// HMAC-MD5 over parts; a key of any length serves.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let Ok(mut mac) = <Hmac<Md5> as Mac>::new_from_slice(key) else { return [0; 16] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Compares without an early end.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// What NTLM needs to know of a password: its MD4 (MS-NLMP 3.3.1).
pub fn nt_hash(password: &str) -> [u8; 16] {
    use md4::Digest as _;
    md4::Md4::digest(utf16(password)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-NLMP 4.2.4: user "User", domain "Domain", password "Password".
    #[test]
    fn agrees_with_the_example_of_the_specification() {
        let nt = nt_hash("Password");
        assert_eq!(nt[..4], [0xa4, 0xf4, 0x9c, 0x40]);
        let key = hmac(&nt, &[&utf16("USER"), &utf16("Domain")]);
        assert_eq!(
            key,
            [0x0c, 0x86, 0x8a, 0x40, 0x3b, 0xfd, 0x7a, 0x93, 0xa3, 0x00, 0x1e, 0xf2, 0x2e, 0xf0, 0x2e, 0x3f]
        );
        // 4.2.4.4: sealing with key exchange and 128 bits, seen from the client.
        let mut security = Security::client(&[0x55u8; 16], true);
        let sealed = security.seal(&utf16("Plaintext"));
        assert_eq!(
            sealed.1,
            [
                0x54, 0xe5, 0x01, 0x65, 0xbf, 0x19, 0x36, 0xdc, 0x99, 0x60, 0x20, 0xc1, 0x81, 0x1b, 0x0f, 0x06, 0xfb,
                0x5f
            ]
        );
        assert_eq!(sealed.0, [1, 0, 0, 0, 0x7f, 0xb3, 0x8e, 0xc5, 0xc5, 0x5d, 0x49, 0x76, 0, 0, 0, 0]);
    }

    #[test]
    fn both_sides_agree_or_the_password_is_wrong() {
        for (password, is_right) in [("Secret1!", true), ("secret1!", false)] {
            let mut initiator = Initiator::new("CONTOSO\\Ana", "Secret1!");
            let challenge =
                Negotiate::parse(&initiator.negotiate()).unwrap().challenge("contoso.com", "fe01.contoso.com");
            let (third, mut client) = initiator.authenticate(&challenge.data).unwrap();
            let authenticate = Authenticate::parse(&third).unwrap();
            assert_eq!((authenticate.user.as_str(), authenticate.domain.as_str()), ("Ana", "CONTOSO"));
            let server = authenticate.verify(&challenge, &nt_hash(password));
            assert_eq!(server.is_some(), is_right);
            let Some(mut server) = server else { continue };
            assert!(server.verify_list(b"list", &client.sign_list(b"list")));
            assert!(client.verify_list(b"list", &server.sign_list(b"list")));
            for text in [&b"one"[..], b"", b"two"] {
                let (signature, sealed) = client.seal(text);
                assert_eq!(server.unseal(&signature, &sealed).as_deref(), Some(text));
                let (signature, sealed) = server.seal(text);
                assert_eq!(client.unseal(&signature, &sealed).as_deref(), Some(text));
            }
            let (signature, mut sealed) = client.seal(b"three");
            sealed[0] ^= 1;
            assert!(server.unseal(&signature, &sealed).is_none());
        }
    }
}

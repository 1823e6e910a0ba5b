//! Signing in by NTLM (MS-NLMP): the server's side of version 2, and the protection of messages that follows from it.
//!
//! Version 1 is refused: its answers can be worked back to the password. What is kept of a password is in `store::pin`.

mod message;
mod security;

pub(crate) use message::{Authenticate, Challenge, MAGIC, Negotiate};
pub(crate) use security::Security;

use hmac::{Hmac, Mac};
use md5::Md5;

/// HMAC-MD5 over parts; a key of any length serves.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let Ok(mut mac) = <Hmac<Md5> as Mac>::new_from_slice(key) else { return [0; 16] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-NLMP 4.2.4: user "User", domain "Domain", password "Password".
    #[test]
    fn agrees_with_the_example_of_the_specification() {
        let nt = store::pin::nt_hash("Password");
        assert_eq!(nt, "a4f49c406510bdcab6824ee7c30fd852");
        let nt: Vec<u8> = (0..16).map(|at| u8::from_str_radix(&nt[at * 2..at * 2 + 2], 16).unwrap()).collect();
        let key = hmac(&nt, &[&utf16("USER"), &utf16("Domain")]);
        assert_eq!(
            key,
            [0x0c, 0x86, 0x8a, 0x40, 0x3b, 0xfd, 0x7a, 0x93, 0xa3, 0x00, 0x1e, 0xf2, 0x2e, 0xf0, 0x2e, 0x3f]
        );
        let session = [0x55u8; 16];
        // 4.2.4.4: sealing with key exchange and 128 bits, seen from the client.
        let mut security = Security::new(&session, true);
        let sealed = security.seal_as_client(&utf16("Plaintext"));
        assert_eq!(
            sealed.1,
            [
                0x54, 0xe5, 0x01, 0x65, 0xbf, 0x19, 0x36, 0xdc, 0x99, 0x60, 0x20, 0xc1, 0x81, 0x1b, 0x0f, 0x06, 0xfb,
                0x5f
            ]
        );
        assert_eq!(sealed.0, [1, 0, 0, 0, 0x7f, 0xb3, 0x8e, 0xc5, 0xc5, 0x5d, 0x49, 0x76, 0, 0, 0, 0]);
    }
}

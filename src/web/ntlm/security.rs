//! Sealing and signing (MS-NLMP 3.4), with extended session security and 128 bits: nothing weaker is agreed to.

use super::hmac;
use md5::{Digest, Md5};
use rc4::consts::U16;
use rc4::{KeyInit, Rc4, StreamCipher};

/// One direction.
struct Direction {
    sign: [u8; 16],
    cipher: Rc4<U16>,
    sequence: u32,
    /// The checksum is sealed too when keys were exchanged.
    seals_checksum: bool,
}

fn derived(session: &[u8; 16], purpose: &str) -> [u8; 16] {
    let mut digest = Md5::new();
    digest.update(session);
    digest.update(purpose);
    digest.update([0]);
    digest.finalize().into()
}

impl Direction {
    fn new(session: &[u8; 16], from: &str, seals_checksum: bool) -> Direction {
        let seal = derived(session, &format!("session key to {from} sealing key magic constant"));
        Direction {
            sign: derived(session, &format!("session key to {from} signing key magic constant")),
            cipher: Rc4::new(&seal.into()),
            sequence: 0,
            seals_checksum,
        }
    }

    fn signature(&mut self, plain: &[u8]) -> [u8; 16] {
        let number = self.sequence.to_le_bytes();
        let mut checksum = [0u8; 8];
        checksum.copy_from_slice(&hmac(&self.sign, &[&number, plain])[..8]);
        if self.seals_checksum {
            self.cipher.apply_keystream(&mut checksum);
        }
        self.sequence = self.sequence.wrapping_add(1);
        let mut signature = [0u8; 16];
        signature[0] = 1;
        signature[4..12].copy_from_slice(&checksum);
        signature[12..].copy_from_slice(&number);
        signature
    }

    fn seal(&mut self, plain: &[u8]) -> ([u8; 16], Vec<u8>) {
        let mut sealed = plain.to_vec();
        self.cipher.apply_keystream(&mut sealed);
        (self.signature(plain), sealed)
    }

    fn unseal(&mut self, signature: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = sealed.to_vec();
        self.cipher.apply_keystream(&mut plain);
        let wanted = self.signature(&plain);
        let equal =
            signature.len() == 16 && signature.iter().zip(&wanted).fold(0u8, |found, (a, b)| found | (a ^ b)) == 0;
        equal.then_some(plain)
    }
}

/// The protection of one connection.
pub(crate) struct Security {
    to_client: Direction,
    from_client: Direction,
}

impl Security {
    /// From the exported session key.
    pub fn new(session: &[u8; 16], exchanged: bool) -> Security {
        Security {
            to_client: Direction::new(session, "server-to-client", exchanged),
            from_client: Direction::new(session, "client-to-server", exchanged),
        }
    }

    /// Signature and sealed form of a message to the client.
    pub fn seal(&mut self, plain: &[u8]) -> ([u8; 16], Vec<u8>) {
        self.to_client.seal(plain)
    }

    /// A message of the client; none when it was tampered with.
    pub fn unseal(&mut self, signature: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.from_client.unseal(signature, sealed)
    }

    #[cfg(test)]
    pub fn seal_as_client(&mut self, plain: &[u8]) -> ([u8; 16], Vec<u8>) {
        self.from_client.seal(plain)
    }
}
